// SPDX-License-Identifier: LGPL-2.1-or-later
// SMTP has one reply after DATA for all recipients (RFC 5321 section 4.2.5, DC-9): what a milter does with a
// verdict for each.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/export.hpp"
#include "config/site_config.hpp"
#include "reply/compose.hpp"
#include "tombstone/notice.hpp"

namespace columbarium::tombstone {

struct OneReply {
    enum class Kind {
        accept,  // for the recipients that are left
        discard, // accept; nobody is left who wants it: all were answered or dropped
        refuse,
        defer,
    };
    Kind kind = Kind::accept;
    std::string reply;                   // of refuse and defer: "550 5.1.6 ..."
    std::vector<std::string> remove;     // recipients to be taken off the message, as RCPT said
    std::vector<std::string> add;        // recipients to be added: forwarding addresses, accounts
    std::vector<reply::Refused> report;  // of whom the sender gets a report; empty: no report
    std::vector<std::string> unreported; // refused, and the sender gets none: for the log
};

// Defer where any recipient is deferred: then nothing else was done. Refuse where all are refused, or refused
// and dropped: a refusal tells nobody more than he was told, and names the new addresses that the refusals
// name, as many as one line has room for. Where some are refused and others delivered or
// answered, those are taken off, and reported where milter.mixed wants it and `may_report`. Each recipient
// stands once in a list, however often he was named.
[[nodiscard]] COLUMBARIUM_API OneReply one_reply(const std::vector<Verdict>& verdicts,
                                                 const Transaction& transaction, bool may_report,
                                                 const config::MilterPolicy& policy);

} // namespace columbarium::tombstone
