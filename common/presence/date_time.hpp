// SPDX-License-Identifier: LGPL-2.1-or-later
// Dates and times of RFC 3339. Private to common/presence.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace columbarium::presence {

// "2026-12-01T08:00:00Z", "2026-12-01t09:00:00.25+01:00" in seconds since 1970; fractions are cut off, a leap
// second counts as the one behind it. A blank may stand for the "T". Nothing for all else.
[[nodiscard]] std::optional<std::int64_t> read_date_time(std::string_view text);

} // namespace columbarium::presence
