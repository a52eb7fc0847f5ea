// SPDX-License-Identifier: LGPL-2.1-or-later
// What the command's exit statuses mean; columbarium(1) lists them.
#pragma once

namespace columbarium::tools {

inline constexpr int exit_success = 0; // everything that was asked for was done
inline constexpr int exit_failure = 1; // something could not be done; standard error names it
inline constexpr int exit_usage = 2;   // the arguments are wrong; nothing was done

} // namespace columbarium::tools
