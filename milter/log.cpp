// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/log.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <syslog.h>

#include "base/ascii.hpp"

namespace columbarium::milter {

namespace {

// Written before there are threads.
LogTo log_to = LogTo::standard_error;
bool is_journal = false; // it understands priorities

void write(int priority, std::string_view text) {
    std::string line(text);
    // Senders choose much of what stands here: nothing of it may move the cursor of a terminal, or look like
    // something else.
    std::replace_if(
        line.begin(), line.end(), [](char octet) { return is_control(octet) || !is_ascii(octet); }, '?');
    if (log_to == LogTo::syslog) {
        ::syslog(priority, "%s", line.c_str());
        return;
    }
    // One call, so that lines of several threads do not mix. The number is how systemd knows the priority of
    // a line, see sd-daemon(3).
    if (is_journal)
        line = "<" + std::to_string(priority) + ">" + line;
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace

void open_log(LogTo where) {
    log_to = where;
    is_journal = std::getenv("JOURNAL_STREAM") != nullptr; // see systemd.exec(5)
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
