// SPDX-License-Identifier: LGPL-2.1-or-later
// The unprivileged user that the rig's servers run as.
#pragma once

#include <string>

#include <sys/types.h>

namespace columbarium::rig {

// A user and his primary group, by number and by name (Dovecot's settings want the names).
struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string user;
    std::string group;
};

// The user who started us; for root, `nobody`. Dovecot refuses to handle mail as root, and a test that only
// works as root proves little. Throws std::runtime_error when that user or his group has no name.
[[nodiscard]] Account server_account();

// Gives `path` to `account`; does nothing unless we are root. Throws std::runtime_error.
void hand_over(const std::string& path, const Account& account);

} // namespace columbarium::rig
