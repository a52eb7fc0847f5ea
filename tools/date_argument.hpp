// SPDX-License-Identifier: LGPL-2.1-or-later
// Dates that somebody typed.
#pragma once

#include <string>

#include "tombstone/date.hpp"

namespace columbarium::tools {

// A check for CLI11: "" for a date, else what is wrong.
inline std::string is_date(const std::string& text) {
    return tombstone::read_date(text) ? "" : "\"" + text + "\" is no date like 2026-11-22";
}

} // namespace columbarium::tools
