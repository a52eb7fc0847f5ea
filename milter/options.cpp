// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/options.hpp"

#include <CLI/CLI.hpp>

namespace columbarium::milter {

std::optional<Options> read_options(int count, char** arguments, int& status) {
    Options options;
    bool foreground = false;
    CLI::App app("Answers and refuses mail to people who have left, at the MTA", "columbarium-milter");
    app.set_version_flag("--version", COLUMBARIUM_VERSION);
    app.add_option("--config", options.config, "The site's policy")->type_name("PATH")->capture_default_str();
    app.add_flag("--check", options.check, "Look at the configuration, say what is wrong, and end");
    app.add_flag("--syslog", options.syslog, "Log to syslog (facility mail), not to standard error");
    app.add_flag("--foreground", foreground, "Stay in the foreground, which it always does");
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        status = app.exit(error);
        return std::nullopt;
    }
    return options;
}

} // namespace columbarium::milter
