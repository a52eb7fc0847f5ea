// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/end_of_message.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mail/message.hpp"
#include "milter/log.hpp"
#include "reply/report_permission.hpp"
#include "tombstone/addressee.hpp"
#include "tombstone/one_reply.hpp"
#include "tombstone/site.hpp"

namespace columbarium::milter {

namespace {

using submission::Outcome;
using tombstone::Handed;
using tombstone::OneReply;

Handed handed_of(Outcome::Kind kind) {
    switch (kind) {
    case Outcome::Kind::over:
        return Handed::over;
    case Outcome::Kind::not_now:
        return Handed::not_now;
    case Outcome::Kind::never:
        return Handed::never;
    case Outcome::Kind::unknown:
        break;
    }
    return Handed::unknown;
}

Ending::Kind kind_of(OneReply::Kind kind) {
    switch (kind) {
    case OneReply::Kind::accept:
        return Ending::Kind::accept;
    case OneReply::Kind::discard:
        return Ending::Kind::discard;
    case OneReply::Kind::refuse:
        return Ending::Kind::refuse;
    case OneReply::Kind::defer:
        break;
    }
    return Ending::Kind::defer;
}

// One message, from its end to its ending.
class Decision {
  public:
    Decision(const tombstone::Transaction& transaction, const std::vector<std::string>& reported,
             mail::Source& text, const std::string& name, Resources& resources)
        : transaction_(transaction), reported_(reported), message_(text, {transaction.sender.address}),
          name_(name), resources_(resources), now_(Resources::now()) {}

    [[nodiscard]] Ending make() {
        const auto draft = tombstone::draft(transaction_, message_, now_, resources_.site());
        if (!draft)
            return undecided(draft.error().text);
        const auto outcome = claim(*draft);
        if (!outcome && is_lenient())
            return undecided(outcome.error().text);
        const auto decision = tombstone::decide(*draft, transaction_, message_, outcome,
                                                resources_.settings.templates, now_, resources_.site());
        const Handed handed = decision.sending ? send(*decision.sending, "reply") : Handed::over;
        const auto conclusion = tombstone::conclude(decision, handed);
        if (conclusion.settlement && decision.granted)
            settle(*decision.granted, *conclusion.settlement);
        if (draft->claim && resources_.is_time_to_forget(now_))
            forget();
        log_verdicts(conclusion.verdicts, decision.reasons);
        return end(conclusion.verdicts);
    }

  private:
    [[nodiscard]] bool is_lenient() const {
        return resources_.site().milter.on_error == config::MilterPolicy::OnError::accept;
    }

    // The store or the message cannot be read: by setting, the MTA does what it would do without us.
    [[nodiscard]] Ending undecided(std::string_view why) const {
        log_warning(fmt::format("{}: from=<{}>: {}: {}", name_, transaction_.sender.address,
                                is_lenient() ? "accepted without a look" : "deferred", why));
        if (is_lenient())
            return {};
        Ending ending;
        ending.kind = Ending::Kind::defer;
        ending.reply = tombstone::cannot_decide;
        return ending;
    }

    [[nodiscard]] Expected<std::optional<reply::ClaimOutcome>> claim(const tombstone::Draft& draft) {
        if (!draft.claim)
            return std::nullopt;
        auto outcome = claim(*draft.claim);
        if (!outcome)
            return tl::make_unexpected(outcome.error());
        return std::optional(*std::move(outcome));
    }

    [[nodiscard]] Expected<reply::ClaimOutcome> claim(const reply::Claim& claim) {
        return resources_.stores.change([&](store::Store& store) { return store.claim(claim); });
    }

    // Where this fails, the claim stays as it is: nobody is told twice.
    void settle(const reply::Claim& granted, reply::Settlement settlement) {
        const auto settled =
            resources_.stores.change([&](store::Store& store) { return store.settle(granted, settlement); });
        if (!settled)
            log_warning(fmt::format("{}: the claim of <{}> is not settled: {}", name_, granted.sender,
                                    settled.error().text));
    }

    // Somebody has to, where no service of Dovecot's uses this store.
    void forget() {
        constexpr std::size_t most = 500; // so that it is quick
        const auto forgotten =
            resources_.stores.change([&](store::Store& store) { return store.forget_expired(now_, most); });
        if (!forgotten)
            log_warning("claims whose time is over are not forgotten: " + forgotten.error().text);
    }

    [[nodiscard]] Handed send(const tombstone::Outgoing& mail, std::string_view what) {
        const Outcome outcome = resources_.mailer.hand_over(mail.recipient, mail.text);
        if (outcome.kind == Outcome::Kind::over)
            log_info(fmt::format("{}: {} sent to <{}>", name_, what, mail.recipient));
        else
            log_warning(
                fmt::format("{}: {} to <{}> not sent: {}", name_, what, mail.recipient, outcome.text));
        return handed_of(outcome.kind);
    }

    void log_verdicts(const std::vector<tombstone::Verdict>& verdicts,
                      const std::vector<std::string>& reasons) const {
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            if (std::holds_alternative<tombstone::DeliverOn>(verdicts[i]))
                continue;
            const bool has_reason = i < reasons.size() && !reasons[i].empty();
            log_info(fmt::format("{}: from=<{}> to=<{}>: {}{}", name_, transaction_.sender.address,
                                 transaction_.recipients[i].address, describe(verdicts[i]),
                                 has_reason ? " (" + reasons[i] + ")" : ""));
        }
    }

    [[nodiscard]] static std::string describe(const tombstone::Verdict& verdict) {
        if (const auto* forward = std::get_if<tombstone::ForwardTo>(&verdict))
            return "forward to <" + forward->address + ">";
        if (const auto* refuse = std::get_if<tombstone::Refuse>(&verdict))
            return "refuse: " + refuse->reply;
        if (const auto* defer = std::get_if<tombstone::Defer>(&verdict))
            return "defer: " + defer->reply;
        return std::string(tombstone::name_of(verdict));
    }

    void log_refused(const std::string& address, std::string_view what) const {
        log_info(fmt::format("{}: from=<{}> to=<{}>: {}", name_, transaction_.sender.address, address, what));
    }

    [[nodiscard]] Ending end(const std::vector<tombstone::Verdict>& verdicts) {
        OneReply one = tombstone::one_reply(verdicts, transaction_, true, resources_.site().milter);
        std::erase_if(one.report, [this](const reply::Refused& refused) {
            const bool is_wanted = std::ranges::find(reported_, refused.address) != reported_.end();
            if (!is_wanted)
                log_refused(refused.address, "refused, and the sender wants no report");
            return !is_wanted;
        });
        if (one.kind != OneReply::Kind::defer && !one.report.empty()) {
            const Handed handed = report(one.report);
            // The next attempt reports it: who was answered meanwhile is then refused, and reported too.
            if (handed == Handed::not_now) {
                one = {};
                one.kind = OneReply::Kind::defer;
                one.reply = tombstone::cannot_decide;
            } else if (handed != Handed::over) {
                for (const reply::Refused& refused : one.report)
                    one.unreported.push_back(refused.address);
            }
        }
        for (const std::string& address : one.unreported)
            log_warning(fmt::format("{}: from=<{}> to=<{}>: refused, and the sender gets no report", name_,
                                    transaction_.sender.address, address));
        return {kind_of(one.kind), std::move(one.reply), std::move(one.remove), std::move(one.add),
                marks_of(verdicts, one.kind)};
    }

    // Claims the right to report and sends the report. `never` where there is no such right; `over` also
    // where all were reported before. Who was reported before is taken out of `refused`.
    [[nodiscard]] Handed report(std::vector<reply::Refused>& refused) {
        const auto allowed = may_report(refused);
        if (!allowed)
            return Handed::not_now;
        if (!*allowed)
            return Handed::never;
        reply::Claim claimed = reply::claim_of_report(transaction_.sender.address, usernames_of(refused),
                                                      now_, resources_.site().reply);
        const auto outcome = claim(claimed);
        if (!outcome || outcome->states.size() != claimed.people.size()) {
            log_warning(fmt::format("{}: no report: {}", name_,
                                    outcome ? "the store does not say who was reported"
                                            : std::string_view(outcome.error().text)));
            return is_lenient() ? Handed::never : Handed::not_now;
        }
        leave_out_reported(refused, claimed, *outcome);
        if (refused.empty())
            return Handed::over;
        Handed handed = Handed::not_now;
        if (!outcome->cap.empty())
            log_info(fmt::format("{}: no report now: AR-31 the cap {} is reached", name_, outcome->cap));
        else if (std::ranges::find(outcome->states, reply::ClaimState::pending) != outcome->states.end())
            log_info(fmt::format("{}: no report now: somebody else is reporting the same", name_));
        else
            handed = send_report(refused);
        if (!claimed.people.empty() && handed != Handed::unknown)
            settle(claimed, handed == Handed::over ? reply::Settlement::confirm : reply::Settlement::release);
        return handed;
    }

    [[nodiscard]] const std::string& username_of(const reply::Refused& refused) const {
        // The same address may be there a second time, from when the store was away.
        const auto recipient =
            std::ranges::find_if(transaction_.recipients, [&refused](const tombstone::Recipient& one) {
                return one.addressee && one.address == refused.address;
            });
        return recipient->addressee->username; // nobody else is refused
    }

    // Each once.
    [[nodiscard]] std::vector<std::string> usernames_of(const std::vector<reply::Refused>& refused) const {
        std::vector<std::string> usernames;
        for (const reply::Refused& one : refused)
            if (const auto& username = username_of(one);
                std::ranges::find(usernames, username) == usernames.end())
                usernames.push_back(username);
        return usernames;
    }

    // The sender heard of them within the hour. What is left of the claim is what the store has granted.
    void leave_out_reported(std::vector<reply::Refused>& refused, reply::Claim& claimed,
                            const reply::ClaimOutcome& outcome) const {
        const std::vector<std::string> usernames = usernames_of(refused);
        std::erase_if(refused, [&](const reply::Refused& one) {
            const auto at = std::ranges::find(usernames, username_of(one)) - usernames.begin();
            const bool is_told = outcome.states[static_cast<std::size_t>(at)] == reply::ClaimState::told;
            if (is_told)
                log_refused(one.address, "refused, and the sender had a report of it within the hour");
            return is_told;
        });
        std::vector<std::string> granted;
        for (std::size_t i = 0; i < outcome.states.size(); ++i)
            if (outcome.cap.empty() && outcome.states[i] == reply::ClaimState::granted)
                granted.push_back(claimed.people[i]);
        claimed.people = std::move(granted);
    }

    [[nodiscard]] Expected<bool> may_report(const std::vector<reply::Refused>& refused) {
        reply::Question question;
        question.sender = transaction_.sender.address;
        question.is_authenticated = transaction_.sender.is_authenticated;
        for (const reply::Refused& recipient : refused)
            question.recipients.push_back(recipient.address);
        question.subaddress_delimiters = resources_.site().people.subaddress_delimiters;
        question.domains = resources_.site().people.domains;
        return reply::may_report(message_, question, resources_.site().reply);
    }

    [[nodiscard]] Handed send_report(const std::vector<reply::Refused>& refused) {
        const reply::From from{"Mail Delivery System",
                               "postmaster@" + resources_.site().people.domains.front()};
        const auto text = reply::compose_report(from, transaction_.sender.address, refused, resources_.host,
                                                now_, message_);
        if (text)
            return send({transaction_.sender.address, *text}, "report");
        log_warning(fmt::format("{}: no report can be made: {}", name_, text.error().text));
        return text.error().kind == ErrorKind::temporary ? Handed::not_now : Handed::never;
    }

    [[nodiscard]] std::vector<std::string> marks_of(const std::vector<tombstone::Verdict>& verdicts,
                                                    OneReply::Kind kind) const {
        std::vector<std::string> marks;
        if (kind != OneReply::Kind::accept ||
            resources_.site().milter.forwarding != config::MilterPolicy::Forwarding::rewrite)
            return marks;
        // Others could read in it who else got the message: then Received has to do.
        if (verdicts.size() != 1 || !std::holds_alternative<tombstone::ForwardTo>(verdicts.front()))
            return marks;
        // The person who forwards: another than the recipient's where one forwards to the other.
        const tombstone::Recipient& recipient = transaction_.recipients.front();
        const std::string& username = recipient.addressee->username;
        const bool is_himself =
            tombstone::person_of_address(recipient.address, resources_.site()) == username;
        auto mark = tombstone::forwarded_mark(
            is_himself ? recipient.address : tombstone::main_address(username, resources_.site().people));
        if (!mark.empty())
            marks.push_back(std::move(mark));
        return marks;
    }

    const tombstone::Transaction& transaction_;
    const std::vector<std::string>& reported_;
    mail::Message message_;
    const std::string& name_;
    Resources& resources_;
    const std::chrono::sys_seconds now_;
};

} // namespace

Ending end_of_message(const tombstone::Transaction& transaction, const std::vector<std::string>& reported,
                      mail::Source& text, const std::string& name, Resources& resources) {
    return Decision(transaction, reported, text, name, resources).make();
}

} // namespace columbarium::milter
