// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium tables ...
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds `tables` with `export`. Its callback sets `status` to the exit status: success, or failure where the
// table could not be written, or not for everybody.
void add_tables(CLI::App& app, int& status);

} // namespace columbarium::tools
