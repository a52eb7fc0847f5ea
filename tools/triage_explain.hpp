// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium triage explain [--json] [FILE...]
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds the subcommand to `triage`. Its callback sets `status` to the exit status: success, or failure where a
// file could not be read.
void add_triage_explain(CLI::App& triage, int& status);

} // namespace columbarium::tools
