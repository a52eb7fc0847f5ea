// SPDX-License-Identifier: LGPL-2.1-or-later
// Hands one mail to the site's SMTP server (RFC 5321). libcurl makes the connection, with TLS and login.
#pragma once

#include <string>
#include <string_view>

#include "config/submission_place.hpp"

namespace columbarium::submission {

struct Mail {
    std::string reverse_path; // "" is the null one
    std::string recipient;    // one
    std::string text;         // CRLF
};

struct Outcome {
    enum class Kind {
        over,    // 2xx to the end of the data
        not_now, // certainly not taken: no connection, TLS or login failed, 4xx, or the connection was lost
                 // or the time over before the data's last octet: RFC 5321 section 4.1.1.10
        never,   // 5xx for the sender, the recipient or the data
        unknown, // the connection was lost, or the time was over, when all of the data had been sent
    };
    Kind kind = Kind::not_now;
    std::string text;            // for the log: the server, and what it said; one line. "" for over
    bool is_unreachable = false; // of not_now: no mail would be taken; connection, TLS or login failed
};

// Blocks, at most place.seconds. NOTIFY=NEVER where the server offers DSN (AR-21). `password`: "" without
// place.user. May be called from several threads at once.
[[nodiscard]] Outcome submit(const Mail& mail, const config::SubmissionPlace& place,
                             const std::string& password);

} // namespace columbarium::submission
