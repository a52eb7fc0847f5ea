// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends mail as the host does: to submission_host, or by sendmail_path.
#pragma once

#include <string>
#include <string_view>

#include "deliver/reply_line.hpp"

struct event;
struct istream;
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

// Blocks until the server has answered, at most the host's submission_timeout for each command.
[[nodiscard]] Sent submit(const Mail& mail, const smtp_submit_settings* settings, event* parent);

} // namespace columbarium::deliver
