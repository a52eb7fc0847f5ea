// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/log.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include <syslog.h>
#include <unistd.h>

#include "base/ascii.hpp"

namespace columbarium::milter {

namespace {

// Written before there are threads.
LogTo log_to = LogTo::standard_error;
bool has_reader = true; // a program, not a person

void write(int priority, std::string_view text) {
    std::string line(text);
    std::replace_if(line.begin(), line.end(), is_control, '?');
    if (log_to == LogTo::syslog) {
        ::syslog(priority, "%s", line.c_str());
        return;
    }
    // One call, so that lines of several threads do not mix. The number is how systemd knows the priority of
    // a line, see sd-daemon(3).
    if (has_reader)
        line = "<" + std::to_string(priority) + ">" + line;
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace

void open_log(LogTo where) {
    log_to = where;
    has_reader = ::isatty(STDERR_FILENO) == 0;
    if (where == LogTo::syslog)
        ::openlog("columbarium-milter", LOG_PID, LOG_MAIL);
}

void log_info(std::string_view text) {
    write(LOG_INFO, text);
}

void log_warning(std::string_view text) {
    write(LOG_WARNING, text);
}

void log_error(std::string_view text) {
    write(LOG_ERR, text);
}

} // namespace columbarium::milter
