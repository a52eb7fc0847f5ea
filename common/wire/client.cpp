// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "wire/netstring.hpp"

namespace columbarium::wire {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::string system_text(int error_number) {
    return std::generic_category().message(error_number);
}

// Not longer than to the deadline; no time at all where it has passed.
timespec time_until(Clock::time_point deadline, nanoseconds longest) {
    const nanoseconds left =
        std::clamp(std::chrono::duration_cast<nanoseconds>(deadline - Clock::now()), nanoseconds(0), longest);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timespec time{};
    time.tv_sec = seconds.count();
    time.tv_nsec = (left - seconds).count();
    return time;
}

// Until the socket is ready, has failed, or the deadline has passed: false in the last case only.
bool wait_for(int socket, short events, Clock::time_point deadline) {
    for (;;) {
        pollfd watched{socket, events, 0};
        const timespec time = time_until(deadline, std::chrono::hours(24));
        if (ppoll(&watched, 1, &time, nullptr) > 0)
            return true;
        if (Clock::now() >= deadline)
            return false;
    }
}

void pause(Clock::time_point deadline, milliseconds longest) {
    const timespec time = time_until(deadline, longest);
    ppoll(nullptr, 0, &time, nullptr);
}

// Where the server's queue of connections is full, the kernel tells nobody when there is room again.
constexpr milliseconds pause_before_a_full_queue{1};
constexpr milliseconds pause_without_a_server{10};

bool is_nobody_there(int error_number) {
    return error_number == ENOENT || error_number == ECONNREFUSED;
}

bool is_closed_by_peer(int error_number) {
    return error_number == EPIPE || error_number == ECONNRESET;
}

bool would_block(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK; // NOLINT: the same number on Linux
}

std::string connect_fault(int error_number) {
    if (is_nobody_there(error_number))
        return fmt::format("nobody listens there ({})", system_text(error_number));
    if (error_number == EACCES || error_number == EPERM)
        return fmt::format("no permission to connect ({})", system_text(error_number));
    return fmt::format("cannot connect: {}", system_text(error_number));
}

tl::unexpected<Error> failure(const std::string& path, std::string_view text) {
    return temporary_failure(fmt::format("{}: {}", path, text));
}

} // namespace

Client::Client(std::string socket_path) : socket_path_(std::move(socket_path)) {}

Client::~Client() {
    close();
}

void Client::close() {
    if (socket_ >= 0)
        ::close(std::exchange(socket_, -1));
}

Expected<Reply> Client::ask(const Request& request, Clock::time_point deadline) {
    if (!is_map_name(request.map))
        return permanent_failure("the name of a map must be printable ASCII without blanks");
    if (request.map.size() + 1 + request.key.size() > longest_netstring)
        return permanent_failure(fmt::format("a key of {} octets is too long for the map {}",
                                             request.key.size(), request.map.substr(0, 100)));
    was_absent_ = false;
    if (socket_ >= 0 && !is_quiet())
        close();
    const std::string frame = encode(request);
    for (bool kept = socket_ >= 0;; kept = false) {
        if (const auto connected = connect(deadline); !connected)
            return tl::make_unexpected(connected.error());
        auto reply = exchange(frame, deadline);
        if (reply && *reply)
            return std::move(**reply);
        close();
        if (!reply)
            return tl::make_unexpected(std::move(reply.error()));
        if (!kept) {
            was_absent_ = true;
            return failure(socket_path_, "the server closed the connection without a reply");
        }
    }
}

Expected<Reply> Client::ask_patiently(const Request& request, Clock::time_point deadline) {
    for (;;) {
        auto reply = ask(request, deadline);
        if (reply || !was_absent_ || Clock::now() + pause_without_a_server >= deadline)
            return reply;
        pause(deadline, pause_without_a_server);
    }
}

Expected<void> Client::connect(Clock::time_point deadline) {
    if (socket_ >= 0)
        return {};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // One octet is left for the NUL at the end; a NUL inside would name another socket.
    if (socket_path_.size() >= sizeof(address.sun_path))
        return failure(socket_path_, fmt::format("the path is too long for a socket: {} octets, at most {}",
                                                 socket_path_.size(), sizeof(address.sun_path) - 1));
    if (socket_path_.empty() || socket_path_.find('\0') != std::string::npos)
        return temporary_failure("the path of the server's socket is empty or holds a NUL");
    std::memcpy(address.sun_path, socket_path_.data(), socket_path_.size());

    if (Clock::now() >= deadline)
        return failure(socket_path_, "the deadline passed before the connection was made");
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_ < 0)
        return failure(socket_path_, fmt::format("cannot make a socket: {}", system_text(errno)));
    for (;;) {
        // NOLINTNEXTLINE: the socket API takes every kind of address through a pointer to its beginning
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
            return {};
        const int error_number = errno;
        if (error_number != EINTR && !would_block(error_number)) {
            close();
            was_absent_ = is_nobody_there(error_number);
            return failure(socket_path_, connect_fault(error_number));
        }
        if (Clock::now() >= deadline) {
            close();
            return failure(socket_path_,
                           "the deadline passed before the connection was made; the server is busy");
        }
        if (error_number != EINTR)
            pause(deadline, pause_before_a_full_queue);
    }
}

bool Client::is_quiet() const {
    char octet = 0;
    return ::recv(socket_, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block(errno);
}

Expected<std::optional<Reply>> Client::exchange(std::string_view frame, Clock::time_point deadline) const {
    const Expected<bool> sent = send(frame, deadline);
    if (!sent)
        return tl::make_unexpected(sent.error());
    if (!*sent)
        return std::nullopt;
    return receive(deadline);
}

Expected<bool> Client::send(std::string_view frame, Clock::time_point deadline) const {
    while (!frame.empty()) {
        if (Clock::now() >= deadline)
            return failure(socket_path_, "the deadline passed before the request was sent");
        const ssize_t sent = ::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            frame.remove_prefix(static_cast<std::size_t>(sent));
        else if (is_closed_by_peer(errno))
            return false;
        else if (would_block(errno))
            static_cast<void>(wait_for(socket_, POLLOUT, deadline));
        else if (errno != EINTR)
            return failure(socket_path_, fmt::format("cannot send: {}", system_text(errno)));
    }
    return true;
}

Expected<std::optional<Reply>> Client::receive(Clock::time_point deadline) const {
    std::string received;
    std::array<char, 4096> block; // NOLINT: it is filled before it is read
    for (;;) {
        const ssize_t length = ::recv(socket_, block.data(), block.size(), 0);
        if (length < 0 && would_block(errno)) {
            if (!wait_for(socket_, POLLIN, deadline))
                return failure(socket_path_, received.empty()
                                                 ? "the deadline passed before a reply came"
                                                 : "the deadline passed before the reply was complete");
            continue;
        }
        if (length < 0 && errno == EINTR)
            continue;
        if (length == 0 || (length < 0 && is_closed_by_peer(errno))) {
            if (received.empty())
                return std::nullopt;
            return failure(socket_path_, "the server closed the connection within a reply");
        }
        if (length < 0)
            return failure(socket_path_, fmt::format("cannot receive: {}", system_text(errno)));
        received.append(block.data(), static_cast<std::size_t>(length));

        const NetstringRead read = read_netstring(received);
        if (read.state == NetstringState::incomplete) {
            if (Clock::now() >= deadline)
                return failure(socket_path_, "the deadline passed before the reply was complete");
            continue;
        }
        if (read.state == NetstringState::malformed)
            return failure(socket_path_, "the answer is no socketmap reply: no netstring");
        if (read.consumed != received.size())
            return failure(socket_path_, "the server answered more than it was asked");
        Expected<Reply> reply = decode_reply(read.content);
        if (!reply)
            return failure(socket_path_, fmt::format("the answer is {}", reply.error().text));
        return std::optional<Reply>(std::move(*reply));
    }
}

} // namespace columbarium::wire
