// SPDX-License-Identifier: LGPL-2.1-or-later
// The one place that decides whether an automatic reply of the project may go out (RFC 3834, RFC 5230 section
// 4.5), and says why not. Whether the sender was told before is the store's to say, see claim.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/reply_policy.hpp"
#include "mail/message.hpp"

namespace columbarium::reply {

// Why no reply may go out.
struct Objection {
    std::string rule; // where it stands: "AR-2" and its like, docs/conformance.md
    std::string text; // what was found, one line, printable: "Auto-Submitted: auto-generated"
    friend bool operator==(const Objection&, const Objection&) = default;
};

// Who would be answered, and for whom.
struct Question {
    std::string sender; // the reverse-path as the transport said, without brackets; "" is the null one. It is
                        // the only address that a reply may go to (AR-22, AR-23)
    std::vector<std::string> recipients; // whom a reply would speak for, as RCPT said
    // Further addresses of theirs: a message that comes from one of them, or from one of `recipients`, is
    // their own (AR-10). Compared with subaddresses left out.
    std::vector<std::string> own_addresses;
    std::string subaddress_delimiters; // as config::PeoplePolicy has them
    // Domains under which the recipients' local parts are theirs as well, for addressed_only.
    std::vector<std::string> domains;
    bool is_authenticated = false; // the sender has logged in: SMTP AUTH
};

// What the reverse-path alone forbids: it is null, no address, one that no mail can be sent to, a mail
// system's or a list's by its name (AR-7), one that takes no answers (noreply@), one of the recipients' own,
// or one that the site never answers.
[[nodiscard]] COLUMBARIUM_API std::vector<Objection> objections_to_sender(const Question& question,
                                                                          const config::ReplyPolicy& policy);

// All that forbids a reply, those to the sender first; none: it may go out for those recipients that
// is_addressed() is true for. Each is told once, and no more than about twenty, whatever the message holds.
// Nothing of its subject is in their texts. A temporary failure where the message could not be read.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<Objection>>
objections(mail::Message& message, const Question& question, const config::ReplyPolicy& policy);

// The same for each of several questions about one transaction, which differ in their recipients and own
// addresses only. The message is looked at once.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<std::vector<Objection>>>
objections_for_each(mail::Message& message, std::span<const Question> questions,
                    const config::ReplyPolicy& policy);

// Whether the message names this recipient in To, Cc, Bcc, Resent-To, Resent-Cc or Resent-Bcc (AR-4): his
// address, a subaddress of it, or his local part in one of the question's or the policy's domains. True where
// addressed_only is off.
[[nodiscard]] COLUMBARIUM_API Expected<bool> is_addressed(mail::Message& message, std::string_view recipient,
                                                          const Question& question,
                                                          const config::ReplyPolicy& policy);

// The same for each of several recipients. The message is looked at once.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<bool>>
are_addressed(mail::Message& message, std::span<const std::string> recipients, const Question& question,
              const config::ReplyPolicy& policy);

} // namespace columbarium::reply
