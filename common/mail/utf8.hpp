// SPDX-License-Identifier: LGPL-2.1-or-later
// Text that can be shown and stored.
#pragma once

#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::mail {

// The text with every octet that is no part of valid UTF-8, and every NUL, replaced by U+FFFD.
[[nodiscard]] COLUMBARIUM_API std::string valid_utf8(std::string_view text);

} // namespace columbarium::mail
