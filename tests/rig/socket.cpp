// SPDX-License-Identifier: LGPL-2.1-or-later
#include "socket.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace columbarium::rig {

namespace {

[[nodiscard]] std::runtime_error failure(const std::string& what) {
    return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

[[nodiscard]] sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// The socket API takes every kind of address through a pointer to its common beginning.
[[nodiscard]] sockaddr* as_sockaddr(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

// False when the deadline passed.
[[nodiscard]] bool wait_for_event(int descriptor, short events, Milliseconds deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<Milliseconds>(end - std::chrono::steady_clock::now()).count();
        pollfd watched{descriptor, events, 0};
        const int ready = ::poll(&watched, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready > 0) {
            return true;
        }
        if (ready == 0 || errno != EINTR) {
            return false;
        }
    }
}

} // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

Descriptor::~Descriptor() {
    close();
}

void Descriptor::close() {
    if (number_ >= 0) {
        ::close(std::exchange(number_, -1));
    }
}

Listener listen_on_loopback() {
    Listener listener;
    listener.descriptor = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (!listener.descriptor.is_open() ||
        ::bind(listener.descriptor.get(), as_sockaddr(address), length) != 0 ||
        ::listen(listener.descriptor.get(), SOMAXCONN) != 0 ||
        ::getsockname(listener.descriptor.get(), as_sockaddr(address), &length) != 0) {
        throw failure("no free port to listen on at 127.0.0.1");
    }
    listener.port = ntohs(address.sin_port);
    return listener;
}

Connection::Connection(std::string name, std::uint16_t port, Milliseconds deadline)
    : name_(std::move(name)), descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      deadline_(deadline) {
    sockaddr_in address = loopback(port);
    if (!descriptor_.is_open() || ::connect(descriptor_.get(), as_sockaddr(address), sizeof address) != 0) {
        throw failure("cannot connect to " + name_ + " at 127.0.0.1:" + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::Connection(std::string name, Descriptor accepted, Milliseconds deadline)
    : name_(std::move(name)), descriptor_(std::move(accepted)), deadline_(deadline) {}

void Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait_for_event(descriptor_.get(), POLLOUT, deadline_)) {
            throw std::runtime_error(name_ + " does not read what it is sent");
        }
        const ssize_t sent =
            ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            throw failure("cannot write to " + name_);
        }
    }
}

bool Connection::fill() {
    if (consumed_ > 0) {
        buffer_.erase(0, consumed_);
        consumed_ = 0;
    }
    if (!wait_for_event(descriptor_.get(), POLLIN, deadline_)) {
        throw std::runtime_error(name_ + " did not answer within " + std::to_string(deadline_.count()) +
                                 " ms; so far it sent: \"" + buffer_.substr(0, 500) + "\"");
    }
    std::array<char, 65536> chunk{};
    const ssize_t received = ::recv(descriptor_.get(), chunk.data(), chunk.size(), 0);
    if (received <= 0) {
        return false;
    }
    buffer_.append(chunk.data(), static_cast<std::size_t>(received));
    return true;
}

std::optional<std::string> Connection::next_line() {
    std::size_t searched = consumed_;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = buffer_.substr(consumed_, end - consumed_);
            consumed_ = end + 1;
            if (!line.empty() && line.back() == '\r') {
                line.pop_back();
            }
            return line;
        }
        searched = buffer_.size() - consumed_;
        if (!fill()) {
            return std::nullopt;
        }
    }
}

std::string Connection::read_line() {
    auto line = next_line();
    if (!line) {
        throw std::runtime_error(name_ + " closed the connection where a line was expected");
    }
    return *std::move(line);
}

std::string Connection::read_bytes(std::size_t count) {
    while (buffer_.size() - consumed_ < count) {
        if (!fill()) {
            throw std::runtime_error(name_ + " closed the connection inside " + std::to_string(count) +
                                     " announced bytes");
        }
    }
    std::string bytes = buffer_.substr(consumed_, count);
    consumed_ += count;
    return bytes;
}

} // namespace columbarium::rig
