// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/items.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace columbarium::presence {

namespace {

std::string online(const Presence& presence, const config::PresencePolicy& policy) {
    if (presence.knowledge == Knowledge::offline)
        return policy.offline_is_no ? "no" : "maybe";
    return presence.knowledge == Knowledge::available && presence.receives ? "yes" : "maybe";
}

std::string busy(const Presence& presence, const config::PresencePolicy& policy) {
    if (presence.knowledge != Knowledge::available)
        return "unknown";
    return std::ranges::find(policy.busy, name_of(presence.show)) != policy.busy.end() ? "yes" : "no";
}

std::string show(const Presence& presence, const config::PresencePolicy& policy) {
    switch (presence.knowledge) {
    case Knowledge::unknown:
        return "unknown";
    case Knowledge::offline:
        return "offline";
    case Knowledge::available:
        break;
    }
    return presence.show == Show::available ? policy.available_show : std::string(name_of(presence.show));
}

} // namespace

std::optional<std::string> item_value(std::string_view item, const Presence& presence,
                                      const config::PresencePolicy& policy) {
    if (equals_ignoring_case(item, "online"))
        return online(presence, policy);
    if (equals_ignoring_case(item, "busy"))
        return busy(presence, policy);
    if (equals_ignoring_case(item, "show"))
        return show(presence, policy);
    if (equals_ignoring_case(item, "status"))
        return presence.knowledge == Knowledge::unknown ? std::string() : presence.status;
    return std::nullopt;
}

} // namespace columbarium::presence
