// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/end_of_message.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mail/message.hpp"
#include "milter/log.hpp"
#include "reply/objections.hpp"
#include "tombstone/one_reply.hpp"

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
    Decision(const tombstone::Transaction& transaction, mail::Source& text, const std::string& name,
             Resources& resources)
        : transaction_(transaction), message_(text, {transaction.sender.address}), name_(name),
          resources_(resources), now_(Resources::now()) {}

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
        auto outcome = resources_.stores.ask([&](store::Store& store) { return store.claim(*draft.claim); });
        if (!outcome)
            return tl::make_unexpected(outcome.error());
        return std::optional(*std::move(outcome));
    }

    // Where this fails, the claim stays as it is: nobody is told twice.
    void settle(const reply::Claim& granted, reply::Settlement settlement) {
        const auto settled =
            resources_.stores.ask([&](store::Store& store) { return store.settle(granted, settlement); });
        if (!settled)
            log_warning(fmt::format("{}: the claim of <{}> is not settled: {}", name_, granted.sender,
                                    settled.error().text));
    }

    // Somebody has to, where no service of Dovecot's uses this store.
    void forget() {
        constexpr std::size_t most = 500; // so that it is quick
        const auto forgotten =
            resources_.stores.ask([&](store::Store& store) { return store.forget_expired(now_, most); });
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

    [[nodiscard]] Ending end(const std::vector<tombstone::Verdict>& verdicts) {
        OneReply one = tombstone::one_reply(verdicts, transaction_, may_report(), resources_.site().milter);
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

    // Never to the null reverse-path (RJ-5), nor to who takes no mail.
    [[nodiscard]] bool may_report() const {
        reply::Question question;
        question.sender = transaction_.sender.address;
        question.is_authenticated = transaction_.sender.is_authenticated;
        for (const tombstone::Recipient& recipient : transaction_.recipients)
            question.recipients.push_back(recipient.address);
        question.subaddress_delimiters = resources_.site().people.subaddress_delimiters;
        return reply::objections_to_sender(question, resources_.site().reply).empty();
    }

    [[nodiscard]] Handed report(const std::vector<reply::Refused>& refused) {
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
        for (std::size_t i = 0; i < verdicts.size(); ++i)
            if (std::holds_alternative<tombstone::ForwardTo>(verdicts[i])) {
                auto mark = tombstone::forwarded_mark(transaction_.recipients[i].address);
                if (std::find(marks.begin(), marks.end(), mark) == marks.end())
                    marks.push_back(std::move(mark));
            }
        return marks;
    }

    const tombstone::Transaction& transaction_;
    mail::Message message_;
    const std::string& name_;
    Resources& resources_;
    const std::chrono::sys_seconds now_;
};

} // namespace

Ending end_of_message(const tombstone::Transaction& transaction, mail::Source& text, const std::string& name,
                      Resources& resources) {
    return Decision(transaction, text, name, resources).make();
}

} // namespace columbarium::milter
