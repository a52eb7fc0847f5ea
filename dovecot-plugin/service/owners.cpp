// SPDX-License-Identifier: LGPL-2.1-or-later
#include "owners.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "log.hpp"

namespace columbarium::service {

Owners::Owners(const std::string& userdb_socket, std::optional<std::uint32_t> default_uid)
    : userdb_(userdb_socket), default_uid_(default_uid) {}

Expected<std::string> Owners::allow(const Peer& peer, const std::string& user) {
    constexpr const char* nobody_tells = "the userdb cannot be asked at the moment";
    if (peer.uid == 0)
        return user;
    if (!peer.uid)
        return permanent_failure("the system does not tell who asks");
    if (!trouble_.empty() && wire::Clock::now() < next_try_)
        return temporary_failure(nobody_tells);
    const auto found = userdb_.look_up(user, wire::Clock::now() + patience);
    if (!found && found.error().kind == ErrorKind::permanent)
        return tl::make_unexpected(found.error());
    if (!found && userdb_.has_answered()) // about him only
        return temporary_failure(nobody_tells);
    if (!found) {
        if (trouble_ != found.error().text)
            log_error("userdb: " + found.error().text);
        trouble_ = found.error().text;
        next_try_ = wire::Clock::now() + pause;
        return temporary_failure(nobody_tells);
    }
    trouble_.clear();
    const auto owner = *found && !(*found)->uid ? default_uid_ : *found ? (*found)->uid : std::nullopt;
    if (*found && !owner)
        log_error("neither the userdb nor mail_uid tells the uid of " + printable(user));
    if (owner != peer.uid)
        return permanent_failure(
            fmt::format("uid {} is not that of a user of this name: not allowed", *peer.uid));
    return (*found)->name;
}

} // namespace columbarium::service
