// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks a socketmap server on a UNIX socket. Nothing waits longer than the deadline that it is given: not the
// connection (also where the server's queue is full), not the request, not the reply.
#pragma once

#include <chrono>
#include <string>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::wire {

using Clock = std::chrono::steady_clock;

// One connection, made at the first question and kept; made anew where the server has closed it meanwhile.
// Not thread-safe.
class Client {
  public:
    COLUMBARIUM_API explicit Client(std::string socket_path);
    Client(const Client&) = delete; // owns the connection
    Client& operator=(const Client&) = delete;
    COLUMBARIUM_API ~Client();

    // The reply. A temporary failure names the socket and what went wrong: nobody listens, no permission, no
    // answer in time, an answer that is no socketmap. After a failure the connection is closed: a reply that
    // comes late must not answer the next question.
    [[nodiscard]] COLUMBARIUM_API Expected<Reply> ask(const Request& request, Clock::time_point deadline);

  private:
    [[nodiscard]] Expected<void> connect(Clock::time_point deadline);
    [[nodiscard]] Expected<void> send(const std::string& frame, Clock::time_point deadline);
    [[nodiscard]] Expected<Reply> receive(Clock::time_point deadline);
    void close();

    std::string socket_path_;
    int socket_ = -1;
};

} // namespace columbarium::wire
