// SPDX-License-Identifier: LGPL-2.1-or-later
// What outlives the process: small files of mode 0600 in the service's state directory. They are there only
// between two processes: the next one takes them.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace columbarium::service {

// Temporary failure where the directory is missing and cannot be made (with mode 0700, below one that is
// there), or cannot be written to.
[[nodiscard]] Expected<void> prepare_state_directory(const std::string& directory);

// What the file of this name holds, and removes it; "" where there is none.
[[nodiscard]] Expected<std::string> take_state(const std::string& directory, const std::string& name);

// Writes the file: whole or not at all, over one that is there. Nothing to write: no file.
[[nodiscard]] Expected<void> leave_state(const std::string& directory, const std::string& name,
                                         std::string_view content);

} // namespace columbarium::service
