// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages from files and from standard input.
#pragma once

#include <memory>
#include <string>

#include "base/expected.hpp"
#include "mail/source.hpp"

namespace columbarium::tools {

// The message in a file, or on standard input where `path` is "-". A file is read piece by piece, as it is
// asked for; standard input is read whole. Fails with the file's name and the system's reason.
[[nodiscard]] Expected<std::unique_ptr<mail::Source>> open_message(const std::string& path);

} // namespace columbarium::tools
