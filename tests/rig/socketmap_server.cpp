// SPDX-License-Identifier: LGPL-2.1-or-later
#include "socketmap_server.hpp"

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace columbarium::rig {

namespace {

[[nodiscard]] sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& text = path.native();
    if (text.size() >= sizeof address.sun_path) {
        throw std::runtime_error("too long for a socket: " + text);
    }
    text.copy(address.sun_path, text.size());
    return address;
}

[[nodiscard]] Descriptor listen_on(const std::filesystem::path& path, int backlog) {
    const sockaddr_un address = address_of(path);
    Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!listener.is_open() ||
        ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), backlog) != 0) {
        throw std::runtime_error("cannot listen on " + path.string() + ": " +
                                 std::generic_category().message(errno));
    }
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read | perms::owner_write | perms::group_read |
                                           perms::group_write | perms::others_read | perms::others_write);
    return listener;
}

// The content of the next netstring; nothing at the end of the stream.
[[nodiscard]] std::string read_netstring(Connection& client) {
    std::string length;
    for (std::string octet = client.read_bytes(1); octet != ":"; octet = client.read_bytes(1)) {
        length += octet;
    }
    std::string content = client.read_bytes(std::stoul(length) + 1);
    content.pop_back(); // the comma
    return content;
}

} // namespace

SocketmapServer::SocketmapServer(std::filesystem::path path, Responder responder)
    : path_(std::move(path)), responder_(std::move(responder)), listener_(listen_on(path_, SOMAXCONN)),
      acceptor_([this] { accept_clients(); }) {}

SocketmapServer::~SocketmapServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        // Wakes every thread that waits in accept() or in a read.
        ::shutdown(listener_.get(), SHUT_RDWR);
        for (const int client : open_clients_) {
            ::shutdown(client, SHUT_RDWR);
        }
    }
    acceptor_.join();
    for (auto& session : sessions_) {
        session.join();
    }
    std::error_code ignored; // the directory may be gone
    std::filesystem::remove(path_, ignored);
}

std::vector<SocketmapRequest> SocketmapServer::requests(const std::string& map) const {
    const std::lock_guard lock(mutex_);
    std::vector<SocketmapRequest> found;
    for (const auto& request : requests_) {
        if (request.map == map) {
            found.push_back(request);
        }
    }
    return found;
}

std::size_t SocketmapServer::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

void SocketmapServer::accept_clients() {
    for (;;) {
        Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        if (client.is_open()) {
            ++connections_;
            open_clients_.push_back(client.get());
            sessions_.emplace_back(
                [this, socket = std::move(client)]() mutable { serve(std::move(socket)); });
        }
    }
}

void SocketmapServer::serve(Descriptor client) {
    const int number = client.get();
    Connection connection("a socketmap client", std::move(client));
    try {
        for (;;) {
            const std::string content = read_netstring(connection);
            const std::size_t blank = content.find(' ');
            SocketmapRequest request{content.substr(0, blank), {}};
            if (blank != std::string::npos) {
                request.key = content.substr(blank + 1);
            }
            std::optional<std::string> reply;
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(request);
                reply = responder_(request);
            }
            if (reply) {
                connection.write(std::to_string(reply->size()) + ":" + *reply + ",");
            }
        }
    } catch (const std::exception&) {
        // The client went away.
    }
    // While the connection still owns the descriptor, so that its number cannot mean another one yet.
    const std::lock_guard lock(mutex_);
    open_clients_.remove(number);
}

DeafSocket::DeafSocket(std::filesystem::path path, Kind kind)
    : path_(std::move(path)), listener_(listen_on(path_, kind == Kind::full ? 0 : SOMAXCONN)) {
    if (kind == Kind::silent) {
        return;
    }
    const sockaddr_un address = address_of(path_);
    for (;;) {
        Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            return;
        }
        waiting_.push_back(std::move(client));
    }
}

DeafSocket::~DeafSocket() {
    std::error_code ignored; // the directory may be gone
    std::filesystem::remove(path_, ignored);
}

} // namespace columbarium::rig
