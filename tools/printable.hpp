// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts of others, on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::tools {

// Valid UTF-8 without control characters (C0, C1), line and paragraph separators, and marks that turn the
// direction of writing: a blank stands for each.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace columbarium::tools
