// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/notice.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "reply/templates.hpp"

namespace columbarium::deliver {

namespace {

using tombstone::Conclusion;
using tombstone::Decision;
using tombstone::Draft;
using tombstone::Handed;

Ending without_claim(const Draft& draft) {
    return {draft.verdicts, draft.reasons, {}};
}

Ending defer_those_asked_for(const Draft& draft, const std::string& reason) {
    Ending ending = without_claim(draft);
    for (const std::size_t recipient : draft.asking) {
        ending.verdicts[recipient] = tombstone::Defer{std::string(tombstone::cannot_decide)};
        ending.reasons[recipient] = reason;
    }
    return ending;
}

// What the sending adds to the reasons of those whom the reply was for.
void tell_of_sending(Ending& ending, const Decision& decision, const Sent& sent) {
    if (!decision.sending || sent.handed == Handed::over)
        return;
    for (std::size_t i = 0; i < ending.verdicts.size(); ++i) {
        if (std::holds_alternative<tombstone::Answer>(decision.verdicts[i]))
            ending.reasons[i] = "the reply was not handed over: " + sent.said;
    }
}

} // namespace

Ending end_of_message(const tombstone::Transaction& transaction, mail::Message& message,
                      std::chrono::sys_seconds now, const config::SiteConfig& site,
                      host::ServiceClient& service, const Send& send) {
    const auto draft = tombstone::draft(transaction, message, now, site);
    if (!draft)
        return defer_all(transaction.recipients.size(), draft.error().text);
    if (!draft->claim)
        return without_claim(*draft);
    // Before the claim: templates that cannot be read must not cost the sender his reply.
    const auto templates = reply::Templates::read(site.tombstone);
    if (!templates)
        return defer_those_asked_for(*draft, templates.error().text);

    const Expected<std::optional<reply::ClaimOutcome>> outcome = service.claim(*draft->claim);
    const Decision decision = tombstone::decide(*draft, transaction, message, outcome, *templates, now, site);
    Sent sent;
    if (decision.sending)
        sent = send(*decision.sending);
    const Conclusion conclusion = tombstone::conclude(decision, sent.handed);

    Ending ending{conclusion.verdicts, decision.reasons, {}};
    tell_of_sending(ending, decision, sent);
    if (conclusion.settlement && decision.granted) {
        // Where this fails the claim stays as it is: nobody is told twice.
        if (const auto settled = service.settle(*decision.granted, *conclusion.settlement); !settled)
            ending.troubles.push_back("a claim could not be settled: " + settled.error().text);
    }
    return ending;
}

Ending defer_all(std::size_t recipients, const std::string& reason) {
    return {
        std::vector<tombstone::Verdict>(recipients, tombstone::Defer{std::string(tombstone::cannot_decide)}),
        std::vector<std::string>(recipients, reason),
        {}};
}

std::string log_line(const tombstone::Sender& sender, const std::string& recipient,
                     const tombstone::Verdict& verdict, const std::string& reason) {
    return fmt::format("from=<{}> to=<{}>: {}{}{}", sender.address, recipient, tombstone::name_of(verdict),
                       reason.empty() ? "" : ": ", reason);
}

} // namespace columbarium::deliver
