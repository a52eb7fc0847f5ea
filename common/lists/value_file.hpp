// SPDX-License-Identifier: LGPL-2.1-or-later
// A list that is a text file: one value a line.
//
//   fred@example.org      an address: compared as one
//   @example.org          all addresses of a domain, and the domain itself for :domain tests
//   2026-12-25            anything else: compared with ASCII case ignored
//   # a comment, as are empty lines; blanks at both ends of a line do not count
//
// After an address a display name may stand in angle-address form: Fred Foobar <fred@example.org>.
#pragma once

#include <chrono>
#include <string>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "lists/book_index.hpp"
#include "lists/source.hpp"

namespace columbarium::lists {

// Opens the index of the file and makes it anew first where the file changed (device, inode, size, time). The
// keys of the index: folded addresses; "@" and a folded domain; other values in lower case. A line that
// is longer than value_limit, no UTF-8 or holds control characters is left out with a warning that names file
// and line. A file that is not there is a temporary failure.
[[nodiscard]] COLUMBARIUM_API Expected<BookIndex> open_value_file(const std::string& path,
                                                                  const std::string& index_path,
                                                                  std::chrono::system_clock::time_point now,
                                                                  const Warn& warn);

} // namespace columbarium::lists
