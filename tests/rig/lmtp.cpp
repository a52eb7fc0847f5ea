// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lmtp.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace columbarium::rig {

namespace {

[[nodiscard]] bool is_digit(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

// Takes "5.1.6 " off the beginning of the text.
[[nodiscard]] std::string take_enhanced_code(std::string& text) {
    const std::size_t end = text.find(' ');
    std::string word = text.substr(0, end);
    const bool is_code =
        std::count(word.begin(), word.end(), '.') == 2 && is_digit(word.front()) &&
        std::all_of(word.begin(), word.end(), [](char c) { return c == '.' || is_digit(c); });
    if (!is_code) {
        return {};
    }
    text.erase(0, end == std::string::npos ? end : end + 1);
    return word;
}

[[nodiscard]] std::string as_path(const std::string& address) {
    return address.find('<') != std::string::npos ? address : "<" + address + ">";
}

} // namespace

Reply read_reply(Connection& connection) {
    Reply reply;
    bool more = true;
    while (more) {
        const std::string line = connection.read_line();
        if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) {
            throw std::runtime_error("not an SMTP or LMTP reply: \"" + line + "\"");
        }
        reply.code = std::stoi(line.substr(0, 3));
        more = line.size() > 3 && line[3] == '-';
        std::string text = line.size() > 4 ? line.substr(4) : std::string();
        if (const std::string enhanced = take_enhanced_code(text); !enhanced.empty()) {
            reply.enhanced = enhanced;
        }
        reply.text += (reply.text.empty() ? "" : "\n") + text;
    }
    return reply;
}

std::string to_string(const Reply& reply) {
    return std::to_string(reply.code) + (reply.enhanced.empty() ? "" : " " + reply.enhanced) + " " +
           reply.text;
}

bool Delivery::accepted() const {
    return !recipients.empty() &&
           std::all_of(recipients.begin(), recipients.end(), [](const auto& recipient) {
               return recipient.at_data && recipient.at_data->positive();
           });
}

const Reply& Delivery::outcome() const {
    if (recipients.empty()) {
        return mail;
    }
    const auto& first = recipients.front();
    const bool data_refused = first.at_rcpt.positive() && !first.at_data && data;
    return data_refused ? *data : first.outcome();
}

std::string to_string(const Delivery& delivery) {
    std::string text = "MAIL: " + to_string(delivery.mail) + "\n";
    for (const auto& recipient : delivery.recipients) {
        text += "RCPT " + recipient.recipient + ": " + to_string(recipient.at_rcpt) + "\n";
    }
    if (delivery.data) {
        text += "DATA: " + to_string(*delivery.data) + "\n";
    }
    for (const auto& recipient : delivery.recipients) {
        if (recipient.at_data) {
            text += "message for " + recipient.recipient + ": " + to_string(*recipient.at_data) + "\n";
        }
    }
    return text;
}

std::string dot_stuffed(std::string_view message) {
    std::string stuffed;
    stuffed.reserve(message.size() + message.size() / 64 + 8);
    bool at_line_start = true;
    for (const char letter : message) {
        if (at_line_start && letter == '.') {
            stuffed += '.';
        }
        stuffed += letter;
        at_line_start = letter == '\n';
    }
    if (!at_line_start) {
        stuffed += "\r\n";
    }
    stuffed += ".\r\n";
    return stuffed;
}

LmtpSession::LmtpSession(std::uint16_t port)
    : connection_("the LMTP server", port), greeting_(read_reply(connection_)),
      lhlo_(command("LHLO client.example.com")) {}

Reply LmtpSession::command(const std::string& line) {
    connection_.write(line + "\r\n");
    return read_reply(connection_);
}

Reply LmtpSession::mail(const std::string& from) {
    return command("MAIL FROM:" + as_path(from));
}

Reply LmtpSession::rcpt(const std::string& to) {
    return command("RCPT TO:" + as_path(to));
}

Reply LmtpSession::data() {
    return command("DATA");
}

std::vector<Reply> LmtpSession::send_message(std::string_view message, std::size_t accepted_recipients) {
    connection_.write(dot_stuffed(message));
    std::vector<Reply> replies;
    while (replies.size() < accepted_recipients) {
        replies.push_back(read_reply(connection_));
    }
    return replies;
}

Delivery deliver_over_lmtp(std::uint16_t port, std::string_view message, const Envelope& envelope) {
    LmtpSession session(port);
    Delivery delivery;
    delivery.greeting = session.greeting();
    delivery.lhlo = session.lhlo();
    delivery.mail = session.mail(envelope.from);
    if (!delivery.mail.positive()) {
        return delivery;
    }
    std::vector<RecipientReply*> accepted;
    delivery.recipients.reserve(envelope.to.size());
    for (const auto& recipient : envelope.to) {
        delivery.recipients.push_back({recipient, session.rcpt(recipient), std::nullopt});
        if (delivery.recipients.back().at_rcpt.positive()) {
            accepted.push_back(&delivery.recipients.back());
        }
    }
    if (!accepted.empty()) {
        delivery.data = session.data();
        if (delivery.data->positive()) {
            const auto replies = session.send_message(message, accepted.size());
            for (std::size_t index = 0; index < accepted.size(); ++index) {
                accepted[index]->at_data = replies[index];
            }
        }
    }
    session.command("QUIT");
    return delivery;
}

} // namespace columbarium::rig
