// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of mail to people who may have left: one decision for LMTP, LDA and the milter.
// docs/tombstone.md has it as a table.
//
// It has three steps. at_recipient() answers RCPT, where nothing but refusal is possible. draft() looks at
// the message after DATA, and says which right to reply has to be claimed. decide() knows what the store said
// to that, and names the reply to be sent; conclude() knows what became of the sending. The adapter carries
// out what stands in between. Whatever fails on the way, the end is a verdict for each recipient: nothing is
// taken and then forgotten.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/site_config.hpp"
#include "mail/message.hpp"
#include "reply/claim.hpp"
#include "reply/compose.hpp"
#include "reply/objections.hpp"
#include "reply/templates.hpp"
#include "tombstone/addressee.hpp"

namespace columbarium::tombstone {

// Not ours, or somebody who has his mail here: deliver as usual. `address`: to this address instead, his
// account; "" for the recipient's own.
struct DeliverOn {
    std::string address;
    friend bool operator==(const DeliverOn&, const DeliverOn&) = default;
};

// Send it on, with the sender that it has.
struct ForwardTo {
    std::string address;
    friend bool operator==(const ForwardTo&, const ForwardTo&) = default;
};

// The sender is told by the reply that covers this recipient; the message itself is done with: 250.
struct Answer {
    friend bool operator==(const Answer&, const Answer&) = default;
};

// A permanent refusal: code, enhanced code, text: "550 5.1.6 ...". ASCII, one line.
struct Refuse {
    std::string reply;
    friend bool operator==(const Refuse&, const Refuse&) = default;
};

// Accept, and do nothing: the sender was told within the interval, and the site wants it so.
struct Drop {
    friend bool operator==(const Drop&, const Drop&) = default;
};

// A temporary failure: "451 4.3.0 ...". ASCII, one line.
struct Defer {
    std::string reply;
    friend bool operator==(const Defer&, const Defer&) = default;
};

using Verdict = std::variant<DeliverOn, ForwardTo, Answer, Refuse, Drop, Defer>;

// "deliver", "forward", "answer", "refuse", "drop", "defer": for logs.
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(const Verdict& verdict);

// The reply where we could not find out what to do (the service or the store is away).
inline constexpr std::string_view cannot_decide =
    "451 4.3.0 The state of this address cannot be looked up now, try again later";

// Who sends.
struct Sender {
    std::string address;           // the reverse-path, without brackets; "" is the null one
    bool is_authenticated = false; // by SMTP AUTH
};

// One recipient of a transaction.
struct Recipient {
    std::string address;                // as RCPT said, without brackets
    std::optional<Addressee> addressee; // nothing: not ours
};

// At RCPT: a verdict where it cannot depend on the message: refusals of who has no tombstone address, who
// discloses nothing, whose sender may not be answered; living people; others' addresses. Nothing: decide
// after DATA.
[[nodiscard]] COLUMBARIUM_API std::optional<Verdict>
at_recipient(const Sender& sender, const Recipient& recipient, const config::SiteConfig& site);

// Why at_recipient() refuses, for the log: "AR-6 the reverse-path is the null one"; "" where it does not.
[[nodiscard]] COLUMBARIUM_API std::string
reason_at_recipient(const Sender& sender, const Recipient& recipient, const config::SiteConfig& site);

struct Transaction {
    Sender sender;
    std::vector<Recipient> recipients; // all that were accepted at RCPT, each as often as it was named
};

// After DATA, before the store was asked.
struct Draft {
    std::vector<Verdict> verdicts;     // one for each recipient; Answer where a claim decides
    std::optional<reply::Claim> claim; // nothing: nobody is to be told
    std::vector<std::size_t> asking;   // the recipients that the claim is for
    std::vector<std::string> reasons;  // one for each recipient, for the log; "" for none:
                                       // "AR-2 Auto-Submitted: auto-generated"
};
// A message that comes round again is refused for those that it would be forwarded to: more than 50 Received
// fields, or our own mark (X-Columbarium-Forwarded, see forwarded_mark()) for this recipient: "554 5.4.6
// ...". A temporary failure where the message could not be read: the adapter defers.
[[nodiscard]] COLUMBARIUM_API Expected<Draft> draft(const Transaction& transaction, mail::Message& message,
                                                    std::chrono::sys_seconds now,
                                                    const config::SiteConfig& site);

// A mail to be sent by the adapter, with the null reverse-path, to one recipient.
struct Outgoing {
    std::string recipient;
    std::string text; // CRLF
};

// After the store was asked. `sending` is there where at least one Answer is.
struct Decision {
    std::vector<Verdict> verdicts;
    std::vector<std::string> reasons;
    std::optional<Outgoing> sending;
    std::optional<reply::Claim> granted; // to be settled after the sending: confirm or release
    std::vector<std::string> refusals;   // one for each recipient: how he is refused where the sending fails
};
// `outcome`: what the store said to draft.claim (nothing where there was none to ask); a failure defers those
// that it was for. Pending claims refuse, whatever `repeated` says. A reply that cannot be composed refuses
// (or defers, where the message could not be read), and its claim is in `granted` without a `sending`:
// release it. Refusals of messages that qualify for a reply name the new address, as the reply would; all
// others do not.
[[nodiscard]] COLUMBARIUM_API Decision decide(const Draft& draft, const Transaction& transaction,
                                              mail::Message& message,
                                              const Expected<std::optional<reply::ClaimOutcome>>& outcome,
                                              const reply::Templates& templates, std::chrono::sys_seconds now,
                                              const config::SiteConfig& site);

// What became of the sending.
enum class Handed {
    over,    // the server took it
    not_now, // it certainly did not, and may later: no connection, 4xx
    never,   // it refused for good: 5xx
    unknown, // nobody knows: the connection was lost after the message was sent, before the answer
};

// The verdicts in the end, and what is to be done with the claim (nothing: it stays as it is).
struct Conclusion {
    std::vector<Verdict> verdicts;
    std::optional<reply::Settlement> settlement;
};
// over: Answer stays, confirm. not_now: Defer, release. never: Refuse, release. unknown: Refuse, and the
// claim stays. Where there is nothing to be sent, `handed` does not matter.
[[nodiscard]] COLUMBARIUM_API Conclusion conclude(const Decision& decision, Handed handed);

// The header field that a forwarded message gets on top, with its CRLF: "X-Columbarium-Forwarded:
// abc1@cam.example.org".
[[nodiscard]] COLUMBARIUM_API std::string forwarded_mark(std::string_view recipient);

} // namespace columbarium::tombstone
