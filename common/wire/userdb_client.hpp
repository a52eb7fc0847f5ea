// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks Dovecot's userdb over an auth socket (its "userdb" kind: service auth { unix_listener NAME-userdb }).
// The protocol is Dovecot's auth-master protocol, major version 1: lines of fields that tabs separate.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "wire/client.hpp"

namespace columbarium::wire {

struct UserdbUser {
    std::string name;                 // as the userdb has it
    std::optional<std::uint32_t> uid; // nothing where the reply has none: Dovecot's mail_uid counts then
};

// One connection, made at the first question and kept; made anew where the server has closed it meanwhile,
// or it was not used for 10 seconds: an auth process that Dovecot has replaced would go on answering.
// Not thread-safe.
class UserdbClient {
  public:
    static constexpr const char* default_socket = "/run/dovecot/columbarium-userdb";

    COLUMBARIUM_API explicit UserdbClient(std::string socket_path);
    UserdbClient(const UserdbClient&) = delete; // owns the connection
    UserdbClient& operator=(const UserdbClient&) = delete;
    COLUMBARIUM_API ~UserdbClient();

    // The user, or nothing where the userdb does not know him. A temporary failure where nobody answers by
    // the deadline, the server speaks another protocol, refuses us, or its lookup failed. A name that no user
    // can have (control characters, empty, more than 900 octets) is a permanent failure.
    [[nodiscard]] COLUMBARIUM_API Expected<std::optional<UserdbUser>> look_up(std::string_view user,
                                                                              Clock::time_point deadline);

    // The names of all users, as the userdb iterates them. A temporary failure also where it ends before it
    // is complete, or the userdb cannot do it.
    [[nodiscard]] COLUMBARIUM_API Expected<void> list(const std::function<void(std::string_view)>& take,
                                                      Clock::time_point deadline);

    // Whether the userdb itself has said so when the last look-up failed: it could not look up that user, and
    // may well answer about others.
    [[nodiscard]] bool has_answered() const { return has_answered_; }

  private:
    class Connection;
    std::unique_ptr<Connection> connection_;
    bool has_answered_ = false;
};

} // namespace columbarium::wire
