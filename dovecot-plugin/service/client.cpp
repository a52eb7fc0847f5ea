// SPDX-License-Identifier: LGPL-2.1-or-later
#include "client.hpp"

#include <array>
#include <cerrno>
#include <optional>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "guarded.hpp"
#include "log.hpp"

#include "service_headers.hpp"

namespace columbarium::service {

namespace {

constexpr std::size_t one_read = 16'384;

bool is_momentary(int error) {
    return error == EAGAIN || error == EINTR;
}

Peer peer_of(int descriptor, Listener listener) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return {listener, std::nullopt, 0};
    return {listener, credentials.uid, credentials.pid};
}

} // namespace

Client::Client(ClientHolder& holder, Rooms rooms, Listener listener, int descriptor)
    : holder_(holder), rooms_(rooms), descriptor_(descriptor), peer_(peer_of(descriptor, listener)) {
    input_watch_ = host::watch_for_input(descriptor_, &Client::on_input, this);
    idle_ = host::call_each(idle_milliseconds, &Client::on_idle, this);
}

Client::~Client() {
    io_remove(&input_watch_);
    io_remove(&output_watch_);
    timeout_remove(&idle_);
    ::close(descriptor_);
}

void Client::on_input(void* context) {
    auto* client = static_cast<Client*>(context);
    client->run("request", [client] {
        client->holder_.is_active(client->place_);
        return client->read() && client->serve();
    });
}

void Client::on_output(void* context) {
    auto* client = static_cast<Client*>(context);
    client->run("reply", [client] { return client->serve(); });
}

void Client::on_idle(void* context) {
    auto* client = static_cast<Client*>(context);
    client->run("idle client", [] { return false; });
}

void Client::run(const char* where, const std::function<bool()>& body) {
    if (!host::guarded(where, false, body))
        holder_.has_ended(place_);
}

void Client::finish(std::chrono::steady_clock::time_point deadline) {
    host::guarded("end of a client", [this, deadline] {
        bool goes_on = output_.empty();
        while (goes_on) {
            using Milliseconds = std::chrono::milliseconds;
            const auto left =
                std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
            if (takes_turns() && has_asked_ && left <= 0) // he may ask for ever
                return;
            if (all_answered_) { // else there is something to be served before more is read
                const bool may_wait = !has_asked_ && left > 0;
                pollfd watched{descriptor_, POLLIN, 0};
                if (::poll(&watched, 1, may_wait ? static_cast<int>(left) : 0) <= 0 || !read())
                    return;
            }
            goes_on = serve() && output_.empty();
        }
    });
}

bool Client::read() {
    std::array<char, one_read> chunk{};
    const ssize_t got = ::recv(descriptor_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0)
        return is_momentary(errno);
    if (got == 0)
        return false;
    timeout_reset(idle_);
    parser_.feed({chunk.data(), static_cast<std::size_t>(got)});
    all_answered_ = false;
    return true;
}

// Answers and writes by turns, until all is answered or the client has to read first.
bool Client::serve() {
    do {
        if (!answer_some()) {
            static_cast<void>(write()); // the replies to what was right
            return false;
        }
        if (!write())
            return false;
    } while (output_.empty() && !all_answered_ && !takes_turns());

    if (output_.empty() && all_answered_) {
        io_remove(&output_watch_);
        if (input_watch_ == nullptr)
            input_watch_ = host::watch_for_input(descriptor_, &Client::on_input, this);
    } else {
        io_remove(&input_watch_);
        if (output_watch_ == nullptr)
            output_watch_ = host::watch_for_output(descriptor_, &Client::on_output, this);
    }
    return true;
}

bool Client::answer_some() {
    while (!all_answered_ && output_.size() < most_output) {
        const auto request = parser_.next();
        if (!request) {
            complain(request.error().text);
            return false;
        }
        if (*request) {
            has_asked_ = true;
            output_ += wire::encode(answer({rooms_, peer_, (*request)->key}, (*request)->map));
            if (takes_turns())
                return true;
        } else {
            all_answered_ = true;
        }
    }
    return true;
}

bool Client::write() {
    std::size_t written = 0;
    while (written < output_.size()) {
        const ssize_t put = ::send(descriptor_, output_.data() + written, output_.size() - written,
                                   MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && !is_momentary(errno))
            return false;
        if (put < 0)
            break;
        written += static_cast<std::size_t>(put);
    }
    if (written > 0)
        timeout_reset(idle_);
    output_.erase(0, written);
    return true;
}

void Client::complain(const std::string& what) const {
    if (!peer_.uid)
        log_warning("closed a connection: " + what);
    else
        log_warning(
            fmt::format("closed the connection of process {} (uid {}): {}", peer_.process, *peer_.uid, what));
}

} // namespace columbarium::service
