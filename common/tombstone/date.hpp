// SPDX-License-Identifier: LGPL-2.1-or-later
// Days, as the lifecycle counts them: of the calendar, in UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::tombstone {

using Date = std::chrono::sys_days;

// The days of two hosts, or of one and the same before and after its clock was set right, differ by so much
// around midnight.
inline constexpr auto clock_tolerance = std::chrono::days(1);

// "2026-11-22" (RFC 3339, full-date).
[[nodiscard]] COLUMBARIUM_API std::string to_text(Date date);

// Reads that form, years 1970 to 9999. Nothing for all else, days that no month has among it.
[[nodiscard]] COLUMBARIUM_API std::optional<Date> read_date(std::string_view text);

// The day that a time, in seconds since 1970, falls into.
[[nodiscard]] COLUMBARIUM_API Date date_of(std::chrono::sys_seconds time);

} // namespace columbarium::tombstone
