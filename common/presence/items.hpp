// SPDX-License-Identifier: LGPL-2.1-or-later
// What notify_method_capability says about a presence: the item "online" (RFC 5435, 5.1; RFC 5437, 2.2) and
// the items "busy", "show" and "status" (RFC 6132, 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/export.hpp"
#include "config/presence_policy.hpp"
#include "presence/presence.hpp"

namespace columbarium::presence {

// The value of an item, in any case of its name; nothing for an item that nobody knows (then the test is
// false, PR-5).
//   online  yes: a device is there; maybe: otherwise ("no" where offline and the site wants it so, XN-4)
//   busy    yes, no; unknown where offline or unknown (PR-16)
//   show    away, chat, dnd, offline, xa, unknown; for an available person without <show/> what the site says
//   status  the text; "" where there is none, or where it is unknown (PR-13)
[[nodiscard]] COLUMBARIUM_API std::optional<std::string>
item_value(std::string_view item, const Presence& presence, const config::PresencePolicy& policy);

} // namespace columbarium::presence
