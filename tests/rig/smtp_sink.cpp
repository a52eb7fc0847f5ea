// SPDX-License-Identifier: LGPL-2.1-or-later
#include "smtp_sink.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <optional>
#include <stdexcept>

#include <sys/socket.h>

#include "mail_text.hpp"

namespace columbarium::rig {

namespace {

[[nodiscard]] std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

// The address and parameters in `MAIL FROM:<a@b> BODY=8BITMIME`.
[[nodiscard]] EnvelopeAddress parse_path(const std::string& line) {
    const std::size_t open = line.find('<');
    // A quoted local part may hold '>', so that the last one ends the path; parameters hold none.
    const std::size_t close = line.rfind('>');
    if (open == std::string::npos || close == std::string::npos || close < open) {
        return {};
    }
    const std::size_t parameters = std::min(line.find_first_not_of(' ', close + 1), line.size());
    return {line.substr(open + 1, close - open - 1), line.substr(parameters)};
}

} // namespace

std::string SentMessage::header(std::string_view name) const {
    return header_field(text, name);
}

std::string SentMessage::body() const {
    return body_of(text);
}

class SmtpSink::Session {
  public:
    Session(SmtpSink& sink, Descriptor client)
        : sink_(sink), connection_("an SMTP client", std::move(client)) {}

    void serve() {
        stop_here_if_told(SinkStage::greeting);
        reply("220 sink.example.org ESMTP");
        while (const auto line = connection_.next_line()) {
            const std::string verb = upper_case(line->substr(0, line->find(' ')));
            if (verb == "QUIT") {
                reply("221 2.0.0 Bye");
                return;
            }
            obey(verb, *line);
        }
    }

  private:
    void reply(const std::string& text) { connection_.write(text + "\r\n"); }

    void stop_here_if_told(SinkStage stage) {
        const auto silent = sink_.policy().silent_stages;
        if (std::find(silent.begin(), silent.end(), stage) != silent.end()) {
            sink_.hang();
        }
        const auto closing = sink_.policy().closing_stages;
        if (std::find(closing.begin(), closing.end(), stage) != closing.end()) {
            throw std::runtime_error("the connection was to be closed here");
        }
    }

    void obey(const std::string& verb, const std::string& line) {
        if (verb == "EHLO" || verb == "LHLO") {
            reply("250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250-SIZE\r\n"
                  "250 ENHANCEDSTATUSCODES");
        } else if (verb == "MAIL") {
            stop_here_if_told(SinkStage::mail);
            message_ = {};
            message_.from = parse_path(line);
            reply("250 2.1.0 OK");
        } else if (verb == "RCPT") {
            rcpt(line);
        } else if (verb == "DATA") {
            data();
        } else if (verb == "RSET") {
            message_ = {};
            reply("250 2.0.0 OK");
        } else if (verb == "HELO" || verb == "NOOP") {
            reply("250 sink.example.org");
        } else {
            reply("500 5.5.1 Unknown command");
        }
    }

    void rcpt(const std::string& line) {
        stop_here_if_told(SinkStage::rcpt);
        const EnvelopeAddress recipient = parse_path(line);
        const auto refused = sink_.policy().refused_recipients;
        if (const auto found = refused.find(recipient.address); found != refused.end()) {
            reply(found->second);
            return;
        }
        message_.to.push_back(recipient);
        reply("250 2.1.5 OK");
    }

    void data() {
        stop_here_if_told(SinkStage::data);
        if (message_.to.empty()) {
            reply("554 5.5.1 No valid recipients");
            return;
        }
        reply("354 Go on");
        for (;;) {
            std::optional<std::string> line = connection_.next_line();
            if (!line) {
                return;
            }
            if (*line == ".") {
                break;
            }
            message_.text.append(*line, line->starts_with('.') ? 1 : 0) += "\r\n";
        }
        stop_here_if_told(SinkStage::end_of_data);
        if (const std::string refusal = sink_.policy().message_refusal; !refusal.empty()) {
            reply(refusal);
            return;
        }
        sink_.keep(std::move(message_));
        message_ = {};
        reply("250 2.0.0 Kept");
    }

    SmtpSink& sink_;
    Connection connection_;
    SentMessage message_;
};

SmtpSink::SmtpSink() : listener_(listen_on_loopback()), acceptor_([this] { accept_clients(); }) {}

SmtpSink::~SmtpSink() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        // Wakes every thread that waits in accept() or in a read.
        ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
        for (const int client : open_clients_) {
            ::shutdown(client, SHUT_RDWR);
        }
    }
    changed_.notify_all();
    acceptor_.join();
    for (auto& session : sessions_) {
        session.join();
    }
}

void SmtpSink::accept_clients() {
    for (;;) {
        Descriptor client(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        // Each has said so with its last breath, and holds no lock any more.
        sessions_.remove_if([this](std::thread& session) {
            const bool has_ended = ended_sessions_.erase(session.get_id()) != 0;
            if (has_ended) {
                session.join();
            }
            return has_ended;
        });
        if (client.is_open()) {
            open_clients_.push_back(client.get());
            sessions_.emplace_back(
                [this, socket = std::move(client)]() mutable { serve(std::move(socket)); });
        }
    }
}

void SmtpSink::serve(Descriptor client) {
    const int number = client.get();
    Session session(*this, std::move(client));
    try {
        session.serve();
    } catch (const std::exception&) {
        // A client that goes away or falls silent in the middle is nothing the sink could mend: the test sees
        // that no message came.
    }
    // While the session still owns the descriptor, so that its number cannot mean another connection yet.
    const std::lock_guard lock(mutex_);
    std::erase(open_clients_, number);
    ended_sessions_.insert(std::this_thread::get_id());
}

SmtpSink::Policy SmtpSink::policy() const {
    const std::lock_guard lock(mutex_);
    return policy_;
}

void SmtpSink::keep(SentMessage message) {
    {
        const std::lock_guard lock(mutex_);
        messages_.push_back(std::move(message));
    }
    changed_.notify_all();
}

void SmtpSink::hang() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_; });
}

void SmtpSink::refuse(const std::string& recipient, const std::string& reply) {
    const std::lock_guard lock(mutex_);
    policy_.refused_recipients[recipient] = reply;
}

void SmtpSink::refuse_messages(const std::string& reply) {
    const std::lock_guard lock(mutex_);
    policy_.message_refusal = reply;
}

void SmtpSink::hang_at(SinkStage stage) {
    const std::lock_guard lock(mutex_);
    policy_.silent_stages.push_back(stage);
}

void SmtpSink::drop_at(SinkStage stage) {
    const std::lock_guard lock(mutex_);
    policy_.closing_stages.push_back(stage);
}

void SmtpSink::accept_everything() {
    const std::lock_guard lock(mutex_);
    policy_ = {};
}

std::vector<SentMessage> SmtpSink::messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
}

std::vector<SentMessage> SmtpSink::wait_for(std::size_t count, Milliseconds deadline) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline, [this, count] { return messages_.size() >= count; });
    return messages_;
}

void SmtpSink::clear() {
    const std::lock_guard lock(mutex_);
    messages_.clear();
}

} // namespace columbarium::rig
