// SPDX-License-Identifier: LGPL-2.1-or-later
// Who did not get a message and why: the facts "bounce.*" of bounces and delay notices.
#pragma once

#include <string>
#include <vector>

#include "mail/header_fields.hpp"
#include "triage/classification.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// One recipient that a message did not reach, or not yet. Values are "" where nothing tells.
struct FailedRecipient {
    Finding recipient;
    Finding action; // "failed" or "delayed"
    Finding status;
    Finding reason; // see failure_reason.hpp; "other" where nothing tells
    Finding diagnostic;
    Finding remote_mta;
};

struct Bounce {
    std::vector<FailedRecipient> recipients; // at least one for a bounce or delay notice
    Finding permanent;                       // "yes", "no", "unknown"
    std::vector<Finding>
        forward; // the channel that a forward of a desk was for, where the returned message is one
    std::vector<Finding> message_id;          // of the returned message, without angle brackets
    std::vector<Finding> subject;             // of the returned message
    std::vector<Finding> returned_recipients; // the addresses of its To and Cc
};

// Reads the bounce facts. Without recipients where neither class bounce nor delay-notice holds.
[[nodiscard]] Bounce read_bounce(const Classification& classification, const mail::HeaderFields& header);

} // namespace columbarium::triage
