// SPDX-License-Identifier: LGPL-2.1-or-later
// A socketmap server that says what a test tells it to, in the place of the service: socketmap_table(5) on a
// UNIX socket. It shares no code with the product.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

struct SocketmapRequest {
    std::string map;
    std::string key;
};

// Listens from its construction to its destruction, for any number of clients at once.
class SocketmapServer {
  public:
    // The content of the reply's netstring ("OK value", "NOTFOUND "); nothing: no answer ever comes.
    using Responder = std::function<std::optional<std::string>(const SocketmapRequest&)>;

    // `responder` is called in threads of the server, one call at a time. Everybody may connect to `path`.
    // Throws std::runtime_error where it cannot be listened on.
    SocketmapServer(std::filesystem::path path, Responder responder);
    SocketmapServer(const SocketmapServer&) = delete;
    SocketmapServer& operator=(const SocketmapServer&) = delete;
    ~SocketmapServer();

    // The requests to this map so far.
    [[nodiscard]] std::vector<SocketmapRequest> requests(const std::string& map) const;

    // How many clients have connected so far.
    [[nodiscard]] std::size_t connections() const;

  private:
    void accept_clients();
    void serve(Descriptor client);

    std::filesystem::path path_;
    Responder responder_;
    Descriptor listener_;
    mutable std::mutex mutex_;
    std::vector<SocketmapRequest> requests_;
    std::size_t connections_ = 0;
    std::list<int> open_clients_;
    std::list<std::thread> sessions_;
    bool stopping_ = false;
    std::thread acceptor_;
};

// A UNIX socket with nobody behind it.
class DeafSocket {
  public:
    enum class Kind {
        silent, // takes connections and says nothing
        full,   // takes no more connections: its queue is full
    };

    // Everybody may connect to `path`. Throws std::runtime_error.
    DeafSocket(std::filesystem::path path, Kind kind);
    DeafSocket(const DeafSocket&) = delete;
    DeafSocket& operator=(const DeafSocket&) = delete;
    ~DeafSocket();

  private:
    std::filesystem::path path_;
    Descriptor listener_;
    std::list<Descriptor> waiting_;
};

} // namespace columbarium::rig
