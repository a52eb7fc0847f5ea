// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks a socketmap server on a UNIX socket. Nothing waits longer than the deadline that it is given: not the
// connection (also where the server's queue is full), not the request, not the reply.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::wire {

using Clock = std::chrono::steady_clock;

class UnixStream;

// One connection, made at the first question and kept; made anew where the server has closed it meanwhile.
// Not thread-safe.
class Client {
  public:
    COLUMBARIUM_API explicit Client(std::string socket_path);
    Client(const Client&) = delete; // owns the connection
    Client& operator=(const Client&) = delete;
    COLUMBARIUM_API ~Client();

    // The reply, whatever its status. A temporary failure names the socket and what went wrong: nobody
    // listens, no permission, no answer before the deadline passed, an answer that is no socketmap. A request
    // that cannot be one (a wrong name of a map, a key that is too long) is a permanent failure. After a
    // failure the connection is closed: a reply that comes late must not answer the next question.
    //
    // Where the server closes a connection that was kept, the question is asked once more on a new one. So
    // the server may see it twice, where it ended between question and answer.
    [[nodiscard]] COLUMBARIUM_API Expected<Reply> ask(const Request& request, Clock::time_point deadline);

    // The same for a question that must not be lost because the server is being replaced: where nobody
    // listens, or the connection is closed without a reply, it is asked again every 10 milliseconds until the
    // deadline. Dovecot makes its sockets anew at a reload, and for some milliseconds there is none. Where
    // there is no server at all, this waits until the deadline, and says what was wrong the last time. The
    // server may see the question more than once.
    [[nodiscard]] COLUMBARIUM_API Expected<Reply> ask_patiently(const Request& request,
                                                                Clock::time_point deadline);

    // Connects now where no connection is kept, for who may lose the right to connect before he asks.
    [[nodiscard]] COLUMBARIUM_API Expected<void> connect(Clock::time_point deadline);

  private:
    // Nothing where the server has closed the connection before the first octet of a reply.
    [[nodiscard]] Expected<std::optional<Reply>> receive(Clock::time_point deadline) const;
    [[nodiscard]] Expected<std::optional<Reply>> exchange(std::string_view frame,
                                                          Clock::time_point deadline) const;

    std::unique_ptr<UnixStream> stream_;
    bool was_absent_ = false; // the last question failed for want of a server, see ask_patiently()
};

} // namespace columbarium::wire
