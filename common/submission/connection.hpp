// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection to an SMTP server that has been greeted, with TLS and login where they are wanted. Private to
// common/submission.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "config/submission_place.hpp"

namespace columbarium::submission {

using Clock = std::chrono::steady_clock;

// What the server said to one command.
struct Reply {
    int code = 0;
    std::string text; // one line, printable: "550 5.1.1 No such user"
};

// Nothing waits longer than to the deadline. Failures are temporary ones and name the server.
class Connection {
  public:
    // Connects, sends EHLO, starts TLS and logs in, as the place wants it.
    [[nodiscard]] static Expected<Connection> open(const config::SubmissionPlace& place,
                                                   const std::string& password, Clock::time_point deadline);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    // Whether the server's answer to EHLO has this keyword, in upper case ("DSN").
    [[nodiscard]] bool offers(std::string_view keyword) const;

    // Sends all of it.
    [[nodiscard]] Expected<void> send(std::string_view octets);

    // The next reply.
    [[nodiscard]] Expected<Reply> receive();

    // "127.0.0.1 port 25", for texts.
    [[nodiscard]] const std::string& server() const;

  private:
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace columbarium::submission
