// SPDX-License-Identifier: LGPL-2.1-or-later
// The milter's log: standard error, as systemd wants it, or syslog. From any thread.
#pragma once

#include <string_view>

namespace columbarium::milter {

enum class LogTo { standard_error, syslog };

// Before the first thread is started.
void open_log(LogTo where);

// One line each. What is no printable text in it is shown as "?".
void log_info(std::string_view text);    // what became of mail
void log_warning(std::string_view text); // something went wrong, and mail can wait for it
void log_error(std::string_view text);   // the administrator has to look

} // namespace columbarium::milter
