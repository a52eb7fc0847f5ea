// SPDX-License-Identifier: LGPL-2.1-or-later
// A presence as the service's map "presence" gives it, one JSON object:
//   {"presence":"available","show":"xa","receives":true,"status":"Away","resource":"phone","since":1700000000}
// "presence" is "available", "offline" or "unknown"; the others may be missing, and others may be there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "presence/presence.hpp"

namespace columbarium::presence {

// Octets of a value at most.
inline constexpr std::size_t longest_presence_value = 64 * 1024;

// What is no UTF-8 becomes U+FFFD.
[[nodiscard]] COLUMBARIUM_API std::string to_value(const Presence& presence);

// A permanent failure says what is wrong with the value. Characters that XML forbids become U+FFFD.
[[nodiscard]] COLUMBARIUM_API Expected<Presence> from_value(std::string_view value);

} // namespace columbarium::presence
