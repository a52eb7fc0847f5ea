// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a process may ask for a user's settings: root may, and a process with the uid that Dovecot's userdb
// has for that user. The userdb's own failures are in Dovecot's log; askers get no details.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/expected.hpp"
#include "listener.hpp"
#include "wire/userdb_client.hpp"

namespace columbarium::service {

class Owners {
  public:
    // Nobody is answered while the userdb is waited for. After it has failed it is not asked for a while.
    static constexpr std::chrono::milliseconds patience{500};
    static constexpr std::chrono::seconds pause{5};

    // `default_uid`: of users of whom the userdb tells none.
    Owners(const std::string& userdb_socket, std::optional<std::uint32_t> default_uid);

    // The user's name as the userdb has it: what the userdb has under one name may be somebody with another
    // one, whose uid it is. For root, the name as it stands. Temporary failure: nobody can tell. Permanent
    // failure: he may not; the same text whether there is such a user or not.
    [[nodiscard]] Expected<std::string> allow(const Peer& peer, const std::string& user);

  private:
    wire::UserdbClient userdb_;
    std::optional<std::uint32_t> default_uid_;
    std::string trouble_; // "" where the userdb has answered the last time
    std::chrono::steady_clock::time_point next_try_;
};

} // namespace columbarium::service
