// SPDX-License-Identifier: LGPL-2.1-or-later
// A presence that a groupware, a calendar job or a script wrote into a dict, key priv/presence/<bare JID>.
// Either one word:
//   away
// or a JSON object, of which only "show" has to be there:
//   {"show": "xa", "status": "On a trip", "until": "2026-12-01T08:00:00Z"}
// show is available, chat, away, xa, dnd or offline. until is a date and time of RFC 3339, or seconds since
// 1970; from then on the presence is unknown, and the next source is asked. Words are taken in any case, and
// blanks and line ends around the value are ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "presence/presence.hpp"

namespace columbarium::presence {

// Octets of a value at most; a status is cut nowhere, a longer value is a failure.
inline constexpr std::size_t longest_published_presence = 8'192;

// Reads a value; `now` is in seconds since 1970. `receives` is true where it is available, and `resource` is
// "". Characters that XML forbids become U+FFFD in a status. A temporary failure says what is wrong with the
// value: its writer mends it.
[[nodiscard]] COLUMBARIUM_API Expected<Presence> read_published_presence(std::string_view value,
                                                                         std::int64_t now);

} // namespace columbarium::presence
