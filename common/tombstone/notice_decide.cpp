// SPDX-License-Identifier: LGPL-2.1-or-later
// The second half of a notice: what the store said, what is sent, and what became of it.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "tombstone/notice.hpp"
#include "tombstone/notice_texts.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

namespace {

constexpr std::string_view moved_to_one = "550 5.1.6 The person of this address has moved: please write to ";
constexpr std::string_view moved_to_several =
    "550 5.1.6 The people of these addresses have moved: please write to ";
constexpr std::string_view and_others = " and others";
constexpr std::size_t longest_line = 510; // a reply line has 512 with CRLF

// A decision being made.
class Deciding {
  public:
    Deciding(const Draft& draft, const Transaction& transaction, const config::SiteConfig& site)
        : draft_(draft), transaction_(transaction), site_(site) {
        decision_.verdicts = draft.verdicts;
        decision_.reasons = draft.reasons;
        decision_.refusals.resize(draft.verdicts.size());
        for (const std::size_t i : draft.asking)
            decision_.refusals[i] = moved_to(new_address(i));
    }

    // The store could not say.
    Decision defer(std::string_view reason) && {
        set_all(Defer{std::string(cannot_decide)}, reason);
        return std::move(decision_);
    }

    Decision decide(const reply::ClaimOutcome& outcome, mail::Message& message,
                    const reply::Templates& templates, std::chrono::sys_seconds now) && {
        std::vector<std::string> granted;
        for (const std::size_t i : draft_.asking)
            settle(i, outcome, granted);
        if (granted.empty())
            return std::move(decision_);
        decision_.granted = draft_.claim;
        decision_.granted->people = std::move(granted);
        auto text = compose(message, templates, now);
        if (text)
            decision_.sending = Outgoing{transaction_.sender.address, std::move(*text)};
        else
            give_up(text.error());
        return std::move(decision_);
    }

  private:
    [[nodiscard]] const Addressee& addressee(std::size_t i) const {
        return *transaction_.recipients[i].addressee;
    }
    [[nodiscard]] const std::string& new_address(std::size_t i) const {
        return std::get<ChangeOfAddress>(addressee(i).resolution).address;
    }

    void set(std::size_t i, Verdict verdict, std::string_view reason) {
        decision_.verdicts[i] = std::move(verdict);
        decision_.reasons[i] = reason;
    }
    void set_all(const Verdict& verdict, std::string_view reason) {
        for (const std::size_t i : draft_.asking)
            set(i, verdict, reason);
    }

    // One recipient, by what the store said of his person.
    void settle(std::size_t i, const reply::ClaimOutcome& outcome, std::vector<std::string>& granted) {
        const auto& people = draft_.claim->people;
        const auto person = std::ranges::find(people, addressee(i).username);
        const auto state = outcome.states[static_cast<std::size_t>(person - people.begin())];
        const bool is_dropped = site_.tombstone.repeated == config::NoticePolicy::Repeated::drop;
        if (state == reply::ClaimState::told && is_dropped)
            set(i, Drop{}, "AR-3 was told within the interval");
        else if (state == reply::ClaimState::told)
            set(i, Refuse{decision_.refusals[i]}, "AR-3 was told within the interval");
        else if (!outcome.cap.empty())
            set(i, Refuse{decision_.refusals[i]}, fmt::format("AR-31 the cap {} is reached", outcome.cap));
        else if (state == reply::ClaimState::pending)
            set(i, Refuse{decision_.refusals[i]}, "AR-31 somebody else is telling the sender");
        else if (std::ranges::find(granted, *person) == granted.end())
            granted.push_back(*person);
    }

    // The reply for all who are Answer still.
    Expected<std::string> compose(mail::Message& message, const reply::Templates& templates,
                                  std::chrono::sys_seconds now) const {
        auto subject = reply::subject_of(message);
        if (!subject)
            return subject;
        reply::Values values;
        values.subject = std::move(*subject);
        values.interval_days = site_.reply.interval_days;
        reply::Reply reply;
        std::vector<std::string_view> told;
        for (const std::size_t i : draft_.asking) {
            if (!std::holds_alternative<Answer>(decision_.verdicts[i]))
                continue;
            const bool is_named = addressee(i).disclosure == config::Disclosure::address_and_name;
            const reply::Moved moved{transaction_.recipients[i].address, new_address(i),
                                     is_named ? addressee(i).full_name : std::string()};
            // Somebody who was written to at several addresses is told of once, by the first.
            const std::string& username = addressee(i).username;
            if (std::ranges::find(told, username) != told.end())
                continue;
            told.push_back(username);
            values.people.push_back(moved);
        }
        // Where it tells of several, the name of one of them would mislead.
        const reply::Moved& first = values.people.front();
        reply.from = {values.people.size() == 1 ? first.name : std::string(), first.old_address};
        if (!site_.tombstone.from.empty())
            reply.from = reply::from_of(site_.tombstone.from);
        reply.to = transaction_.sender.address;
        reply.date = now;
        reply.message_id_domain = site_.people.domains.empty()
                                      ? std::string(mail::domain_of(reply.from.address))
                                      : site_.people.domains.front();
        auto own_subject = templates.subject(values);
        if (!own_subject)
            return own_subject;
        reply.subject = std::move(*own_subject);
        auto texts = templates.texts(mail::domain_of(transaction_.sender.address), values);
        if (!texts)
            return tl::make_unexpected(std::move(texts.error()));
        reply.texts = std::move(*texts);
        return reply::compose(reply, message);
    }

    // The reply cannot be made. Where that may pass, the message may come again.
    void give_up(const Error& error) {
        for (const std::size_t i : draft_.asking) {
            if (!std::holds_alternative<Answer>(decision_.verdicts[i]))
                continue;
            const std::string reason = fmt::format("the reply cannot be made: {}", error.text);
            if (error.kind == ErrorKind::temporary)
                set(i, Defer{std::string(cannot_answer_now)}, reason);
            else
                set(i, Refuse{decision_.refusals[i]}, reason);
        }
    }

    const Draft& draft_;
    const Transaction& transaction_;
    const config::SiteConfig& site_;
    Decision decision_;
};

} // namespace

std::string moved_to(std::string_view address) {
    if (address.empty() || !is_ascii(address) || has_control(address) || address.size() > longest_address)
        return std::string(moved);
    return fmt::format("{}{}", moved_to_one, address);
}

std::string refusal_of_all(const std::vector<std::string_view>& refusals) {
    std::vector<std::string_view> addresses;
    for (std::string_view refusal : refusals) {
        if (!refusal.starts_with(moved_to_one))
            continue;
        refusal.remove_prefix(moved_to_one.size());
        if (std::ranges::find(addresses, refusal) == addresses.end())
            addresses.push_back(refusal);
    }
    if (addresses.empty())
        return std::string(refusals.front());
    if (addresses.size() == 1)
        return moved_to(addresses.front());
    std::string all(moved_to_several);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const std::string_view comma = i == 0 ? "" : ", ";
        const std::size_t room = longest_line - (i + 1 < addresses.size() ? and_others.size() : 0);
        if (all.size() + comma.size() + addresses[i].size() > room)
            return all.append(and_others);
        all.append(comma).append(addresses[i]);
    }
    return all;
}

Decision decide(const Draft& draft, const Transaction& transaction, mail::Message& message,
                const Expected<std::optional<reply::ClaimOutcome>>& outcome,
                const reply::Templates& templates, std::chrono::sys_seconds now,
                const config::SiteConfig& site) {
    Deciding deciding(draft, transaction, site);
    if (!draft.claim)
        return std::move(deciding).defer({}); // nobody asks
    if (!outcome)
        return std::move(deciding).defer(outcome.error().text);
    if (!*outcome || (*outcome)->states.size() != draft.claim->people.size())
        return std::move(deciding).defer("the store did not say who was told");
    return std::move(deciding).decide(**outcome, message, templates, now);
}

Conclusion conclude(const Decision& decision, Handed handed) {
    Conclusion conclusion{decision.verdicts, std::nullopt};
    if (!decision.granted)
        return conclusion;
    if (!decision.sending) {
        conclusion.settlement = reply::Settlement::release;
        return conclusion;
    }
    if (handed == Handed::over) {
        conclusion.settlement = reply::Settlement::confirm;
        return conclusion;
    }
    if (handed != Handed::unknown)
        conclusion.settlement = reply::Settlement::release;
    for (std::size_t i = 0; i < conclusion.verdicts.size(); ++i) {
        Verdict& verdict = conclusion.verdicts[i];
        if (!std::holds_alternative<Answer>(verdict))
            continue;
        if (handed == Handed::not_now)
            verdict = Defer{std::string(cannot_answer_now)};
        else
            verdict = Refuse{i < decision.refusals.size() ? decision.refusals[i] : std::string(moved)};
    }
    return conclusion;
}

} // namespace columbarium::tombstone
