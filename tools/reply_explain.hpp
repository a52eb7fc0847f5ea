// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium reply explain FILE --from ADDR --to ADDR [--to ADDR ...] [--authenticated] [--config PATH]
// [--json]
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds the subcommand to `reply`. Its callback sets `status` to the exit status: success whether the message
// would be answered or not, failure where it or the configuration could not be read, usage where an argument
// that has to be an address is none.
void add_reply_explain(CLI::App& reply, int& status);

} // namespace columbarium::tools
