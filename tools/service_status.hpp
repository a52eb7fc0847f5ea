// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium service status [--json] [--socket PATH]
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds the subcommand to `service`. Its callback sets `status` to the exit status: success where the service
// has answered, whatever state it is in; failure where nobody did.
void add_service_status(CLI::App& service, int& status);

} // namespace columbarium::tools
