// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection to a server's UNIX socket, with deadlines. Private to common/wire.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "wire/client.hpp"

namespace columbarium::wire {

// Failures are temporary ones and name the socket.
class UnixStream {
  public:
    explicit UnixStream(std::string path);
    UnixStream(const UnixStream&) = delete; // owns the socket
    UnixStream& operator=(const UnixStream&) = delete;
    ~UnixStream();

    // Does nothing where it is connected.
    [[nodiscard]] Expected<void> connect(Clock::time_point deadline);
    void close();

    [[nodiscard]] bool is_connected() const { return socket_ >= 0; }
    [[nodiscard]] const std::string& path() const { return path_; }

    // Whether the last connect() failed because there was no server.
    [[nodiscard]] bool was_nobody_there() const { return was_nobody_there_; }

    // Whether it is open, and holds nothing that nobody asked for.
    [[nodiscard]] bool is_quiet() const;

    // True when all is sent, false where the server has closed the connection.
    [[nodiscard]] Expected<bool> send(std::string_view octets, Clock::time_point deadline) const;

    // Waits for octets and appends them to `received`; false where the server has closed the connection. The
    // text of the failure at the deadline tells whether a reply has begun.
    [[nodiscard]] Expected<bool> receive(std::string& received, bool has_begun,
                                         Clock::time_point deadline) const;

    [[nodiscard]] tl::unexpected<Error> failure(std::string_view text) const;

  private:
    std::string path_;
    int socket_ = -1;
    bool was_nobody_there_ = false;
};

// Waits, not longer than to the deadline.
void pause(Clock::time_point deadline, std::chrono::milliseconds longest);

} // namespace columbarium::wire
