// SPDX-License-Identifier: LGPL-2.1-or-later
// Text that was written in one charset and read in another.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace columbarium::triage {

// Which charset was read as which, "" where nothing tells so. `wide`: the characters of a text that are
// beyond ASCII, in their order, with a 0 for what is between them. `shown`: how many characters that are no
// blanks the text has; only a misreading that makes a large part of them is one.
[[nodiscard]] std::string reason_for_misread(std::span<const char32_t> wide, std::size_t shown);

} // namespace columbarium::triage
