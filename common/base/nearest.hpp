// SPDX-License-Identifier: LGPL-2.1-or-later
// "Did you mean ...?" for names that people type.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium {

// The name that is closest to `typed` (edit distance, ASCII case ignored), or "" where none is close: at
// most a third of the letters, and at least two, may differ. Ties go to the first name.
[[nodiscard]] COLUMBARIUM_API std::string nearest_name(std::string_view typed,
                                                       std::span<const std::string> names);

} // namespace columbarium
