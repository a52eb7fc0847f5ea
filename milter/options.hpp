// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line of columbarium-milter.
#pragma once

#include <optional>
#include <string>

#include "config/site_config.hpp"

namespace columbarium::milter {

struct Options {
    std::string config = config::default_site_config_path;
    bool check = false;  // look at the configuration, and end
    bool syslog = false; // log there, not to standard error
};

// Nothing where the process is to end, with `status`: after --help and --version, and where it was wrong.
[[nodiscard]] std::optional<Options> read_options(int count, char** arguments, int& status);

} // namespace columbarium::milter
