// SPDX-License-Identifier: LGPL-2.1-or-later
#include "account.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace columbarium::rig {

Account server_account() {
    const uid_t uid = ::geteuid();
    const passwd* user = uid == 0 ? ::getpwnam("nobody") : ::getpwuid(uid);
    if (user == nullptr) {
        throw std::runtime_error("no user to run the servers as: " +
                                 (uid == 0 ? std::string("there is no user nobody")
                                           : "uid " + std::to_string(uid) + " has no name"));
    }
    Account account{user->pw_uid, user->pw_gid, user->pw_name, {}};
    const group* primary = ::getgrgid(account.gid);
    if (primary == nullptr) {
        throw std::runtime_error("gid " + std::to_string(account.gid) + " of user " + account.user +
                                 " has no name");
    }
    account.group = primary->gr_name;
    return account;
}

void hand_over(const std::string& path, const Account& account) {
    if (::geteuid() == 0 && ::chown(path.c_str(), account.uid, account.gid) != 0) {
        throw std::runtime_error("cannot give " + path + " to " + account.user + ": " +
                                 std::generic_category().message(errno));
    }
}

} // namespace columbarium::rig
