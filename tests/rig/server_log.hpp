// SPDX-License-Identifier: LGPL-2.1-or-later
// What a server's log holds, and what it must never hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace columbarium::rig {

// The lines of a Dovecot log that tell of a crash or of a bug: "Panic:", "Fatal:", "killed with signal",
// "terminate called", and what sanitizers report. Empty for a healthy server.
[[nodiscard]] std::vector<std::string> alarms_in(std::string_view log);

// The lines of a log that hold `text`.
[[nodiscard]] std::vector<std::string> lines_with(std::string_view log, std::string_view text);

} // namespace columbarium::rig
