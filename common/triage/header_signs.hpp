// SPDX-License-Identifier: LGPL-2.1-or-later
// What the header alone tells of a message: who seems to speak, and which classes it settles.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/header_fields.hpp"
#include "triage/author.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

struct HeaderSigns {
    AuthorSign author;
    std::string subject;               // decoded
    bool answers = false;              // the subject is marked as an answer, a forward or an auto-reply
    std::string auto_submitted;        // the keyword of RFC 3834, "" where the field is not there
    std::optional<Finding> complaint;  // class "abuse-report" holds
    std::optional<Finding> auto_reply; // class "auto-reply" holds, unless the message is a report
    std::optional<Finding> machine;    // class "auto-generated" holds, unless it is a report or an auto-reply
    std::optional<Finding> list;       // class "mailing-list" holds
    std::optional<Finding> bulk;       // class "bulk" holds, unless it is a report or an auto-reply
    std::string report_type;           // of multipart/report, lower case
    bool is_report = false;            // Content-Type is multipart/report
};

// Reads the signs. `sender` is the envelope sender as mail::Message::sender() gives it.
[[nodiscard]] HeaderSigns read_header_signs(const mail::HeaderFields& header,
                                            const std::optional<std::string>& sender);

} // namespace columbarium::triage
