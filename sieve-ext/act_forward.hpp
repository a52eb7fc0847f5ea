// SPDX-License-Identifier: LGPL-2.1-or-later
// The action of a route to a channel that forwards. Include this last.
#pragma once

#include <string>
#include <vector>

#include "config/site_config.hpp"

#include "ext_triage.hpp"

namespace columbarium::sieve {

// What a forward tells of its reason.
struct ForwardReason {
    const char* note = nullptr; // nullptr for none
    std::vector<std::string> tokens;
    std::vector<std::string> explanations;
};

// Adds to the result that the message is forwarded to the channel, which has forward_to. A second one to the
// same channel is none. Returns SIEVE_EXEC_OK, or SIEVE_EXEC_FAILURE with the error logged.
//
// When the result is carried out:
// - What forbids the forward leaves the message in INBOX with not_forwarded_keyword and the flags that the
//   script had set before the route, and the log says why: an objection, a limit, an MTA that refuses it for
//   good. Where the scripts keep it themselves it lies there once, with their flags only. In IMAP the message
//   stays where it is, with the keyword, and nothing else of the script is done that comes after the route.
// - A temporary failure is one of the delivery, as long as nothing else was done with the message. In IMAP
//   nobody tries again, so that it is like what forbids the forward.
// - In IMAP what went out gets forwarded_keyword where it is, and not_forwarded_keyword when another action
// of
//   the script failed first.
// - It counts for the limits of the hour from its execution on; what has not gone out is given back.
// - A copy of what went out is stored in the channel's mailbox. Where that fails the log says so.
[[nodiscard]] int add_forward_to_result(const sieve_runtime_env* renv, const config::Destination& destination,
                                        const ForwardReason& reason);

} // namespace columbarium::sieve
