// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns that the administrator writes: RE2, which takes linear time whatever the pattern and the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace re2 {
class RE2;
}

namespace columbarium::config {

// Octets of a pattern, and of memory for what it is compiled to and for each direction that it searches in.
inline constexpr std::size_t pattern_octet_limit = 1000;
inline constexpr std::size_t pattern_memory_limit = 1024 * 1024;

// What is wrong with a pattern, "" for nothing: it is longer than the limit, cannot be read, or is too large
// when it is compiled.
[[nodiscard]] std::string pattern_fault(std::string_view pattern);

// Whether a sound pattern matches the empty text, which stands everywhere.
[[nodiscard]] bool matches_nothing(std::string_view pattern);

// The compiled pattern, nullptr for one with a fault: case is ignored, "^" and "$" stand for line ends, too,
// and "." for no line end. It is compiled once a process and lives until the next call; a bounded number of
// them is kept. Not thread-safe.
[[nodiscard]] COLUMBARIUM_API const re2::RE2* compiled_pattern(std::string_view pattern);

} // namespace columbarium::config
