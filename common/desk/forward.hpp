// SPDX-License-Identifier: LGPL-2.1-or-later
// What a channel gets: the forward of a message, by the guidelines of triage, and whether it may go out (RFC
// 3834 section 2: no loops).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/site_config.hpp"
#include "mail/message.hpp"

namespace columbarium::desk {

// Octets of a forward of kind "inline"; a message that makes a longer one is attached instead.
inline constexpr std::size_t longest_inline = 10 * 1024 * 1024;

struct ForwardRequest {
    const config::DeskPolicy& policy;
    const config::Destination& destination; // a channel with forward_to
    std::string desk_address;               // of the user whose mail is sorted
    // Who sent it: a person's login name ("anna"), or the rule ("triage: line 41").
    std::string by;
    bool by_person = false;
    std::string note;                      // :note of the script, "" for none
    std::vector<std::string> tokens;       // the values of the channel's tokens: "a20091225.1"
    std::vector<std::string> explanations; // of the rule: "class is bounce (delivery status: failed)"
    std::optional<std::string> sender;     // the reverse-path of the message, nothing where it is not known
    std::chrono::sys_seconds date;
    std::string message_id; // of the forward, without brackets, unique: see forward_message_id()
};

// A new identifier for a forward, without brackets: one by which forward_objections() knows automatic answers
// to it. What stands behind "@" is `domain`, or where that is none, the desk's.
[[nodiscard]] COLUMBARIUM_API std::string forward_message_id(const config::DeskPolicy& policy,
                                                             const std::string& desk_address,
                                                             std::string_view domain);

// A forward: to be sent by `sender` to `recipient`: `head`, then where attaches_original the original, byte
// for byte but for line ends CRLF, then `tail`.
struct Forward {
    std::string sender; // envelope sender; never the null one: its failures come back to the desk
    std::string recipient;
    std::string head; // CRLF
    bool attaches_original = false;
    std::string tail; // CRLF
};

// The forward of a message:
// - From the policy's or the desk's address, To the channel, Reply-To whom an answer to the original goes to
//   (its Reply-To, else From, else the reverse-path; never the desk or the channel, nobody rather), Date,
//   Message-ID; In-Reply-To and References as RFC 5322 section 3.6.4 has them for an answer to the original,
//   so that threads stay together; Auto-Submitted: auto-generated where a rule sent it (RFC 3834 section 5:
//   none where a person did); X-Auto-Response-Suppress: OOF, and AutoReply where a rule sent it;
//   forward_field, with those of the original behind it.
// - Subject: "[TOKEN] real subject", a token that the subject has already not twice.
// - The first line of the text: tokens, who sent it, the note. Then the explanations, From, Date, To and
//   Subject of the original in one line each.
// - The original: attached whole; or as text with a reply's quoted tail, HTML beside plain text, images of
//   HTML, vCards, signatures (S/MIME, PGP) and calendar copies left out, and each thing that was left out
//   named. Where more than that would be lost it is attached whole all the same: a message longer than
//   longest_inline, with messages, reports or encrypted parts inside, with a damaged structure, with text
//   that its charset does not know, or with nothing but clutter.
// Whatever the message holds, the forward has these fields and no others. A permanent failure where an
// address is none; a temporary one where the message could not be read.
[[nodiscard]] COLUMBARIUM_API Expected<Forward> compose_forward(const ForwardRequest& request,
                                                                mail::Message& message);

// Why a message must not be forwarded: this desk has forwarded it before, so many desks have (policy.hops),
// or it is the report that one of this desk's forwards failed (class bounce or delay-notice with our mark in
// the returned header), or an automatic answer to one of them, or any answer to one that comes from
// `forward_to`, the address of the channel ("": not looked at). One text each; none: it may.
// There is none to what a person sends: a hand ends a loop, and whoever writes a message can write our marks.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<std::string>>
forward_objections(const config::DeskPolicy& policy, const std::string& desk_address, mail::Message& message,
                   std::string_view forward_to = {}, bool by_person = false);

} // namespace columbarium::desk
