// SPDX-License-Identifier: LGPL-2.1-or-later
// The password of an account, from a file.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::config {

// The first line of a file, without its line end. Permanent failures, which name the file: it cannot be
// opened, is no regular file, is open to others than its owner (its group may read it where it belongs to
// root), or its first line is empty, longer than 1,024 octets or holds a NUL.
[[nodiscard]] COLUMBARIUM_API Expected<std::string> read_password_file(const std::string& path);

} // namespace columbarium::config
