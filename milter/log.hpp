// SPDX-License-Identifier: LGPL-2.1-or-later
// The milter's log: standard error, as systemd wants it, or syslog. From any thread.
#pragma once

#include <string_view>

namespace columbarium::milter {

enum class LogTo { standard_error, syslog };

// Before the first thread is started. Lines on standard error have systemd's priorities where JOURNAL_STREAM
// is set.
void open_log(LogTo where);

// One line each. What is not printable ASCII in it is shown as "?", octet by octet.
void log_info(std::string_view text);    // what became of mail
void log_warning(std::string_view text); // something went wrong, and mail can wait for it
void log_error(std::string_view text);   // the administrator has to look

} // namespace columbarium::milter
