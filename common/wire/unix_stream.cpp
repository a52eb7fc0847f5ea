// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/unix_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

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

// Where the server's queue of connections is full, the kernel tells nobody when there is room again.
constexpr milliseconds pause_before_a_full_queue{1};

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

} // namespace

void pause(Clock::time_point deadline, milliseconds longest) {
    const timespec time = time_until(deadline, longest);
    ppoll(nullptr, 0, &time, nullptr);
}

UnixStream::UnixStream(std::string path) : path_(std::move(path)) {}

UnixStream::~UnixStream() {
    close();
}

void UnixStream::close() {
    if (socket_ >= 0)
        ::close(std::exchange(socket_, -1));
}

tl::unexpected<Error> UnixStream::failure(std::string_view text) const {
    return temporary_failure(fmt::format("{}: {}", path_, text));
}

Expected<void> UnixStream::connect(Clock::time_point deadline) {
    if (socket_ >= 0)
        return {};
    was_nobody_there_ = false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // One octet is left for the NUL at the end; a NUL inside would name another socket.
    if (path_.size() >= sizeof(address.sun_path))
        return failure(fmt::format("the path is too long for a socket: {} octets, at most {}", path_.size(),
                                   sizeof(address.sun_path) - 1));
    if (path_.empty() || path_.find('\0') != std::string::npos)
        return temporary_failure("the path of the server's socket is empty or holds a NUL");
    std::memcpy(address.sun_path, path_.data(), path_.size());

    if (Clock::now() >= deadline)
        return failure("the deadline passed before the connection was made");
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_ < 0)
        return failure(fmt::format("cannot make a socket: {}", system_text(errno)));
    for (;;) {
        // NOLINTNEXTLINE: the socket API takes every kind of address through a pointer to its beginning
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
            return {};
        const int error_number = errno;
        if (error_number != EINTR && !would_block(error_number)) {
            close();
            was_nobody_there_ = is_nobody_there(error_number);
            return failure(connect_fault(error_number));
        }
        if (Clock::now() >= deadline) {
            close();
            return failure("the deadline passed before the connection was made; the server is busy");
        }
        if (error_number != EINTR)
            pause(deadline, pause_before_a_full_queue);
    }
}

bool UnixStream::is_quiet() const {
    char octet = 0;
    return ::recv(socket_, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block(errno);
}

Expected<bool> UnixStream::send(std::string_view octets, Clock::time_point deadline) const {
    while (!octets.empty()) {
        if (Clock::now() >= deadline)
            return failure("the deadline passed before the request was sent");
        const ssize_t sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            octets.remove_prefix(static_cast<std::size_t>(sent));
        else if (is_closed_by_peer(errno))
            return false;
        else if (would_block(errno))
            static_cast<void>(wait_for(socket_, POLLOUT, deadline));
        else if (errno != EINTR)
            return failure(fmt::format("cannot send: {}", system_text(errno)));
    }
    return true;
}

Expected<bool> UnixStream::receive(std::string& received, bool has_begun, Clock::time_point deadline) const {
    const char* const late = has_begun ? "the deadline passed before the reply was complete"
                                       : "the deadline passed before a reply came";
    std::array<char, 16384> block; // NOLINT: it is filled before it is read
    for (;;) {
        const ssize_t length = ::recv(socket_, block.data(), block.size(), 0);
        if (length > 0) {
            received.append(block.data(), static_cast<std::size_t>(length));
            return true;
        }
        if (length == 0 || is_closed_by_peer(errno))
            return false;
        if (would_block(errno)) {
            if (!wait_for(socket_, POLLIN, deadline))
                return failure(late);
        } else if (errno != EINTR) {
            return failure(fmt::format("cannot receive: {}", system_text(errno)));
        }
    }
}

} // namespace columbarium::wire
