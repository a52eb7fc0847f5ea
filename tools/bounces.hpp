// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium bounces list|export [--since DATE|DAYSd] [--permanent|--transient] [--domain D] [--user U]
// [--json|--csv]
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds `bounces` with its commands. The callback of each sets `status` to the exit status: success whether
// there are bounces or not, failure where the store or the configuration cannot be read or there is no store.
void add_bounces(CLI::App& app, int& status);

} // namespace columbarium::tools
