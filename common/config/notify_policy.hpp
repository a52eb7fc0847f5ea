// SPDX-License-Identifier: LGPL-2.1-or-later
// The [notify] table of columbarium.toml: what scripts may send with `notify "xmpp:..."`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace columbarium::config {

// Octets of a hint's URL at most.
inline constexpr std::size_t longest_notify_url = 4'000;

struct NotifyPolicy {
    // domains = ["example.com"]: to whom beside the script's owner scripts may send (EN-15).
    std::vector<std::string> domains;
    bool headline = false;         // type = "normal" | "headline" (XN-9)
    std::string subject = "SIEVE"; // subject: where neither script nor URI has one; "" for none
    std::string text = "New mail from {from}: {subject}"; // text: the body where script and URI have none;
                                                          // {from}, {subject} stand for the message's fields,
                                                          // {recipient} for whom it came to
    // url = "imap://imap.example.com/{mailbox}": the hint (XN-14); {user} and {mailbox} are percent-encoded.
    // At most longest_notify_url octets, as it stands and when they are put in; "": none
    std::string url;
    std::size_t most_per_delivery = 5; // most_per_delivery, 1 to 100: notify actions of one delivery (EN-13)
    std::size_t most_per_hour = 60;    // most_per_hour, 1 to 10,000: of one user; more are dropped (EN-9)
    std::size_t body_limit = 4'096;    // body_limit, 100 to 60,000 octets; a longer text is cut (EN-7)
    std::size_t tries = 5;             // tries, 3 to 10 (XN-19)
    std::size_t queue_limit = 1'000;   // queue_limit, 1 to 100,000 notifications that wait
    std::size_t queue_hours = 24;      // queue_hours, 1 to 168: then a notification is too old to be sent
};

} // namespace columbarium::config
