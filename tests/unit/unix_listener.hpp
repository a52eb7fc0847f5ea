// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's end of a UNIX socket, for tests of who asks it. Each test says itself how its server behaves.
#pragma once

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "wire/request_parser.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::test {

// Much longer than anything here takes: a test that reaches it fails instead of hanging.
inline constexpr int patience_milliseconds = 20'000;

inline sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        throw std::runtime_error("the path of a test's socket is too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

inline const sockaddr* as_sockaddr(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

// One client.
class Peer {
  public:
    explicit Peer(int socket) : socket_(socket) {}
    Peer(Peer&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), parser_(std::move(other.parser_)) {}
    Peer& operator=(Peer&&) = delete;
    ~Peer() { close(); }

    // The next request; nothing at the end of the connection. Throws at what is no request.
    std::optional<wire::Request> read() {
        for (;;) {
            auto request = parser_.next();
            if (!request)
                throw std::runtime_error(request.error().text);
            if (*request)
                return std::move(*request);
            std::array<char, 65536> block{};
            pollfd watched{socket_, POLLIN, 0};
            if (poll(&watched, 1, patience_milliseconds) <= 0)
                throw std::runtime_error("the client says nothing");
            const ssize_t length = recv(socket_, block.data(), block.size(), 0);
            if (length <= 0)
                return std::nullopt;
            parser_.feed({block.data(), static_cast<std::size_t>(length)});
        }
    }

    // False where the client has gone.
    bool write(std::string_view octets) const {
        while (!octets.empty()) {
            const ssize_t length = send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (length < 0)
                return false;
            octets.remove_prefix(static_cast<std::size_t>(length));
        }
        return true;
    }

    bool reply(wire::ReplyStatus status, std::string text) const {
        return write(wire::encode(wire::Reply{status, std::move(text)}));
    }

    [[nodiscard]] int socket() const { return socket_; }

    void close() {
        if (socket_ >= 0)
            ::close(std::exchange(socket_, -1));
    }

  private:
    int socket_;
    wire::RequestParser parser_;
};

class UnixListener {
  public:
    explicit UnixListener(const std::string& path, int backlog = 16)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_un address = unix_address(path);
        if (bind(socket_, as_sockaddr(address), sizeof(address)) != 0 || listen(socket_, backlog) != 0)
            throw std::runtime_error("cannot listen on " + path + ": " + std::strerror(errno));
    }
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;
    ~UnixListener() { close(socket_); }

    // The next client. Throws where none comes; -1: waits for ever.
    [[nodiscard]] Peer accept(int milliseconds = patience_milliseconds) const {
        pollfd watched{socket_, POLLIN, 0};
        if (poll(&watched, 1, milliseconds) <= 0)
            throw std::runtime_error("no client comes");
        return Peer(accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC));
    }

    // Whether a client waits to be accepted.
    [[nodiscard]] bool has_client() const {
        pollfd watched{socket_, POLLIN, 0};
        return poll(&watched, 1, 0) > 0;
    }

  private:
    int socket_;
};

} // namespace columbarium::test
