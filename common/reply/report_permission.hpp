// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a report that recipients were refused may go to the sender of a message (RFC 3464; RJ-5, AR-29). It
// goes to an address that nobody has proved, as a reply does, and with the header of the message: it would
// carry spam to whoever is named as its sender.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/reply_policy.hpp"
#include "mail/message.hpp"
#include "reply/claim.hpp"
#include "reply/objections.hpp"

namespace columbarium::reply {

// Whether objections() finds nothing but AR-9, and the message is no automatic one: lists and bulk mail get
// reports as they get bounces. Never to a sender whom objections_to_sender() forbids, nor about reports,
// automatic replies, flagged spam, malformed messages, or, by setting, senders who have not proved
// themselves. `question.recipients` are those of whom the report would tell. A temporary failure where the
// message could not be read.
[[nodiscard]] COLUMBARIUM_API Expected<bool> may_report(mail::Message& message, const Question& question,
                                                        const config::ReplyPolicy& policy);

// The right to send it, to be claimed, and settled as that of a reply is: one report to one sender of one
// person in an hour, and under the caps of replies. `usernames` are those of whom the report would tell, each
// once; the claim's people are "(report)abc1", which are no usernames.
[[nodiscard]] COLUMBARIUM_API Claim claim_of_report(std::string_view reverse_path,
                                                    std::vector<std::string> usernames,
                                                    std::chrono::sys_seconds now,
                                                    const config::ReplyPolicy& policy);

} // namespace columbarium::reply
