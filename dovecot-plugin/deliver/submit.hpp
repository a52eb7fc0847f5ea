// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends mail as the host does: to submission_host, or by sendmail_path.
#pragma once

#include <string>
#include <string_view>

#include "deliver/reply_line.hpp"

struct event;
struct istream;
struct mail_user;
struct smtp_address;
struct smtp_submit_settings;

namespace columbarium::deliver {

// One mail to one recipient.
struct Mail {
    const smtp_address* reverse_path = nullptr; // nullptr: the null one
    std::string recipient;
    std::string_view head;   // what goes first, CRLF
    istream* rest = nullptr; // from its offset on to its end; nullptr: nothing more
};

// What it is sent by.
struct Way {
    const smtp_submit_settings* settings = nullptr;
    event* parent = nullptr;
    mail_user* user = nullptr; // whose TLS settings count; nullptr: the service's
    unsigned most_seconds = 0; // for each command, where that is less than submission_timeout; 0: no less
};

// Blocks until the server has answered.
[[nodiscard]] Sent submit(const Mail& mail, const Way& way);

} // namespace columbarium::deliver
