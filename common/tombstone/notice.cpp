// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/notice.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "tombstone/notice_texts.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

namespace {

// Received fields of a message that goes round (RFC 5321 section 6.3 wants at least 100 for relays; what is
// forwarded here has further ones to come).
constexpr std::size_t most_received = 50;

// People in one claim. Nobody writes a personal message to more who have left.
constexpr std::size_t most_told = 100;

constexpr std::size_t longest_reason = 1000; // octets

constexpr std::string_view mark_name = "X-Columbarium-Forwarded";

// The verdict where nothing but the addressee counts; nothing for who has left an address that may be told.
std::optional<Verdict> verdict_of_addressee(const Recipient& recipient) {
    if (!recipient.addressee)
        return DeliverOn{};
    const Addressee& addressee = *recipient.addressee;
    if (const auto* forward = std::get_if<Forward>(&addressee.resolution)) {
        if (addressee.is_own_account)
            return DeliverOn{forward->address};
        return ForwardTo{forward->address};
    }
    if (const auto* reject = std::get_if<Reject>(&addressee.resolution))
        return Refuse{std::string(refusal(reject->reason))};
    if (addressee.disclosure == config::Disclosure::nothing)
        return Refuse{std::string(refusal(RejectReason::departed))};
    return std::nullopt;
}

// Why, for the log.
std::string reason_of(const Recipient& recipient) {
    if (!recipient.addressee)
        return {};
    if (const auto* reject = std::get_if<Reject>(&recipient.addressee->resolution)) {
        switch (reject->reason) {
        case RejectReason::departed:
            return "has left, and named no other address";
        case RejectReason::no_address:
            return "has never set an address";
        case RejectReason::unset:
            return "has no address any more";
        }
    }
    if (std::holds_alternative<ChangeOfAddress>(recipient.addressee->resolution) &&
        recipient.addressee->disclosure == config::Disclosure::nothing)
        return "AR-19 nothing may be told of this person";
    return {};
}

// The tombstone address of a recipient who has one.
const std::string& new_address_of(const Recipient& recipient) {
    return std::get<ChangeOfAddress>(recipient.addressee->resolution).address;
}

reply::Question question_about(const Sender& sender, const Recipient& recipient,
                               const config::SiteConfig& site) {
    reply::Question question;
    question.sender = sender.address;
    question.subaddress_delimiters = site.people.subaddress_delimiters;
    question.domains = site.people.domains;
    question.is_authenticated = sender.is_authenticated;
    question.recipients.push_back(recipient.address);
    const std::string& username = recipient.addressee->username;
    for (const std::string& domain : site.people.domains)
        question.own_addresses.push_back(fmt::format("{}@{}", username, domain));
    if (std::string account = account_address(username, site.people); !account.empty())
        question.own_addresses.push_back(std::move(account));
    question.own_addresses.push_back(new_address_of(recipient));
    return question;
}

// For the log: not much longer than `longest_reason`, whatever a message holds.
std::string joined(const std::vector<reply::Objection>& objections) {
    std::string text;
    for (const reply::Objection& objection : objections)
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", objection.rule, objection.text);
    return text.size() <= longest_reason ? text
                                         : std::string(cut_at_character(text, longest_reason)) + " ...";
}

// A draft being made.
class Drafting {
  public:
    Drafting(const Transaction& transaction, mail::Message& message, const config::SiteConfig& site)
        : transaction_(transaction), message_(message), site_(site) {
        draft_.verdicts.resize(transaction.recipients.size(), DeliverOn{});
        draft_.reasons.resize(transaction.recipients.size());
    }

    Expected<Draft> make(std::chrono::sys_seconds now) {
        std::vector<std::size_t> undecided;
        for (std::size_t i = 0; i < transaction_.recipients.size(); ++i) {
            const Recipient& recipient = transaction_.recipients[i];
            if (auto verdict = verdict_of_addressee(recipient)) {
                draft_.verdicts[i] = std::move(*verdict);
                draft_.reasons[i] = reason_of(recipient);
            } else {
                undecided.push_back(i);
            }
        }
        if (auto done = refuse_loops(); !done)
            return tl::make_unexpected(std::move(done.error()));
        if (auto done = object(undecided); !done)
            return tl::make_unexpected(std::move(done.error()));
        claim(now);
        return std::move(draft_);
    }

  private:
    [[nodiscard]] const Recipient& recipient(std::size_t i) const { return transaction_.recipients[i]; }

    void refuse(std::size_t i, std::string_view reply, std::string reason) {
        draft_.verdicts[i] = Refuse{std::string(reply)};
        draft_.reasons[i] = std::move(reason);
    }

    // CA-14
    Expected<void> refuse_loops() {
        const bool is_forwarded = std::ranges::any_of(draft_.verdicts, [](const Verdict& verdict) {
            return std::holds_alternative<ForwardTo>(verdict);
        });
        if (!is_forwarded)
            return {};
        const auto header = message_.header();
        if (!header)
            return tl::make_unexpected(header.error());
        std::size_t received = 0;
        std::vector<std::string> marked; // usernames
        for (const mail::HeaderField& field : (*header)->fields()) {
            if (equals_ignoring_case(field.name, "Received"))
                ++received;
            if (equals_ignoring_case(field.name, mark_name))
                if (auto username = username_of(trim(field.raw), site_.people))
                    marked.push_back(std::move(*username));
        }
        for (std::size_t i = 0; i < draft_.verdicts.size(); ++i) {
            if (!std::holds_alternative<ForwardTo>(draft_.verdicts[i]))
                continue;
            if (received > most_received)
                refuse(i, loop_refusal, fmt::format("{} Received fields", received));
            else if (std::ranges::find(marked, recipient(i).addressee->username) != marked.end())
                refuse(i, loop_refusal, "was forwarded for this recipient before");
        }
        return {};
    }

    // Refuses those of `people` who may not be answered for, and asks for the others. The message is looked
    // at once, however many they are: most of what is found is the same for all.
    Expected<void> object(const std::vector<std::size_t>& people) {
        std::vector<std::size_t> left; // those whom the sender alone does not forbid to answer for
        std::vector<reply::Question> questions;
        std::vector<std::string> addresses;
        for (const std::size_t i : people) {
            reply::Question question = question_about(transaction_.sender, recipient(i), site_);
            // His own mail is nobody's fault but his.
            if (const auto found = reply::objections_to_sender(question, site_.reply); !found.empty()) {
                refuse(i, moved, joined(found));
                continue;
            }
            left.push_back(i);
            questions.push_back(std::move(question));
            addresses.push_back(recipient(i).address);
        }
        if (left.empty())
            return {};
        const auto found = reply::objections_for_each(message_, questions, site_.reply);
        if (!found)
            return tl::make_unexpected(found.error());
        const auto addressed = reply::are_addressed(message_, addresses, questions.front(), site_.reply);
        if (!addressed)
            return tl::make_unexpected(addressed.error());
        for (std::size_t at = 0; at < left.size(); ++at) {
            if (!(*found)[at].empty())
                refuse(left[at], moved, joined((*found)[at]));
            else if (!(*addressed)[at])
                refuse(left[at], moved, "AR-4 the message does not name this recipient");
            else
                draft_.asking.push_back(left[at]);
        }
        return {};
    }

    void claim(std::chrono::sys_seconds now) {
        const std::string sender = reply::sender_key(transaction_.sender.address);
        std::vector<std::string> people;
        std::erase_if(draft_.asking, [&](std::size_t i) {
            const std::string& username = recipient(i).addressee->username;
            const bool is_known = std::ranges::find(people, username) != people.end();
            if (sender.empty() || (!is_known && people.size() == most_told)) {
                refuse(i, moved,
                       sender.empty() ? "AR-6 the sender is no address"
                                      : fmt::format("AR-31 more than {} people who have left", most_told));
                return true;
            }
            if (!is_known)
                people.push_back(username);
            draft_.verdicts[i] = Answer{};
            return false;
        });
        if (!people.empty())
            draft_.claim = reply::claim_of(sender, std::move(people), now, site_.reply);
    }

    const Transaction& transaction_;
    mail::Message& message_;
    const config::SiteConfig& site_;
    Draft draft_;
};

struct NameOf {
    std::string_view operator()(const DeliverOn&) const { return "deliver"; }
    std::string_view operator()(const ForwardTo&) const { return "forward"; }
    std::string_view operator()(const Answer&) const { return "answer"; }
    std::string_view operator()(const Refuse&) const { return "refuse"; }
    std::string_view operator()(const Drop&) const { return "drop"; }
    std::string_view operator()(const Defer&) const { return "defer"; }
};

} // namespace

std::string_view name_of(const Verdict& verdict) {
    return std::visit(NameOf(), verdict);
}

std::optional<Verdict> at_recipient(const Sender& sender, const Recipient& recipient,
                                    const config::SiteConfig& site) {
    if (auto verdict = verdict_of_addressee(recipient))
        return verdict;
    if (!reply::objections_to_sender(question_about(sender, recipient, site), site.reply).empty())
        return Refuse{std::string(moved)};
    return std::nullopt;
}

std::string reason_at_recipient(const Sender& sender, const Recipient& recipient,
                                const config::SiteConfig& site) {
    if (verdict_of_addressee(recipient))
        return reason_of(recipient);
    return joined(reply::objections_to_sender(question_about(sender, recipient, site), site.reply));
}

Expected<Draft> draft(const Transaction& transaction, mail::Message& message, std::chrono::sys_seconds now,
                      const config::SiteConfig& site) {
    return Drafting(transaction, message, site).make(now);
}

std::string forwarded_mark(std::string_view recipient) {
    const std::string folded = mail::fold_address(recipient);
    return folded.empty() ? std::string() : fmt::format("{}: {}\r\n", mark_name, folded);
}

} // namespace columbarium::tombstone
