// SPDX-License-Identifier: LGPL-2.1-or-later
// Names from scripts in texts for people. Private to common/lists.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::lists {

// The text as one line of UTF-8 without control characters; cut where it is longer than 100 octets.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace columbarium::lists
