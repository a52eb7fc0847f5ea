// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/one_reply.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tombstone/notice_texts.hpp"

namespace columbarium::tombstone {

namespace {

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (std::ranges::find(list, text) == list.end())
        list.push_back(text);
}

// The enhanced code of "550 5.1.6 ...".
std::string status_of(std::string_view reply) {
    const std::size_t begin = std::min(reply.find(' '), reply.size() - 1) + 1;
    return std::string(reply.substr(begin, reply.substr(begin).find(' ')));
}

// What the verdicts come to, counted.
struct Counted {
    const Defer* deferred = nullptr;
    std::vector<std::string_view> refused; // the replies
    bool is_answered = false;
    bool is_left = false; // somebody still gets the message
};

Counted count(const std::vector<Verdict>& verdicts) {
    Counted counted;
    for (const Verdict& verdict : verdicts) {
        if (const auto* defer = std::get_if<Defer>(&verdict); defer != nullptr && counted.deferred == nullptr)
            counted.deferred = defer;
        if (const auto* refuse = std::get_if<Refuse>(&verdict))
            counted.refused.emplace_back(refuse->reply);
        counted.is_answered |= std::holds_alternative<Answer>(verdict);
        counted.is_left |=
            std::holds_alternative<DeliverOn>(verdict) || std::holds_alternative<ForwardTo>(verdict);
    }
    return counted;
}

// The address that a recipient is rewritten to; "" where he stays as he is.
std::string_view other_address(const Verdict& verdict) {
    if (const auto* deliver = std::get_if<DeliverOn>(&verdict))
        return deliver->address;
    if (const auto* forward = std::get_if<ForwardTo>(&verdict))
        return forward->address;
    return {};
}

} // namespace

OneReply one_reply(const std::vector<Verdict>& verdicts, const Transaction& transaction, bool may_report,
                   const config::MilterPolicy& policy) {
    const Counted counted = count(verdicts);
    OneReply one;
    if (counted.deferred != nullptr) {
        one.kind = OneReply::Kind::defer;
        one.reply = counted.deferred->reply;
        return one;
    }
    // Who was told before hears of a refusal nothing new; who was answered just now has been told.
    if (!counted.refused.empty() && !counted.is_left && !counted.is_answered) {
        one.kind = OneReply::Kind::refuse;
        one.reply = refusal_of_all(counted.refused);
        return one;
    }

    one.kind = counted.is_left || verdicts.empty() ? OneReply::Kind::accept : OneReply::Kind::discard;
    const bool is_reported = policy.mixed == config::MilterPolicy::Mixed::report && may_report;
    std::vector<std::string> staying;
    for (std::size_t i = 0; i < std::min(verdicts.size(), transaction.recipients.size()); ++i) {
        const std::string& recipient = transaction.recipients[i].address;
        const Verdict& verdict = verdicts[i];
        if (const auto* refuse = std::get_if<Refuse>(&verdict)) {
            if (std::ranges::find(one.remove, recipient) == one.remove.end()) {
                if (is_reported)
                    one.report.push_back({recipient, status_of(refuse->reply), refuse->reply});
                else
                    one.unreported.push_back(recipient);
            }
            add_once(one.remove, recipient);
        } else if (std::holds_alternative<Answer>(verdict) || std::holds_alternative<Drop>(verdict)) {
            add_once(one.remove, recipient);
        } else if (const std::string_view address = other_address(verdict);
                   address.empty() || policy.forwarding == config::MilterPolicy::Forwarding::leave) {
            staying.push_back(recipient);
        } else {
            add_once(one.remove, recipient);
            add_once(one.add, std::string(address));
        }
    }
    // Nobody gets it twice, and nobody is taken off who is to be added.
    std::erase_if(one.add, [&staying](const std::string& address) {
        return std::ranges::find(staying, address) != staying.end();
    });
    return one;
}

} // namespace columbarium::tombstone
