// SPDX-License-Identifier: LGPL-2.1-or-later
// A presence as the service's map "presence" gives it, one JSON object:
//   {"presence":"available","show":"xa","receives":true,"status":"On a
//   trip","resource":"phone","since":1700000000}
// "presence" is "available", "offline" or "unknown"; the others may be missing.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "presence/presence.hpp"

namespace columbarium::presence {

[[nodiscard]] COLUMBARIUM_API std::string to_value(const Presence& presence);

// A permanent failure says what is wrong with the value.
[[nodiscard]] COLUMBARIUM_API Expected<Presence> from_value(std::string_view value);

} // namespace columbarium::presence
