// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/compose.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/uri.hpp"
#include "base/utf8.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::notify {

namespace {

constexpr std::string_view last_resort = "New mail";

struct Placeholder {
    std::string_view name; // with its braces
    std::string_view value;
};

// The text with values for placeholders; one pass, so that a value brings no placeholder.
std::string fill(std::string_view text, std::span<const Placeholder> placeholders) {
    std::string filled;
    while (!text.empty()) {
        const std::size_t brace = std::min(text.find('{'), text.size());
        filled += text.substr(0, brace);
        text.remove_prefix(brace);
        const auto found = std::ranges::find_if(placeholders, [text](const Placeholder& placeholder) {
            return text.starts_with(placeholder.name);
        });
        if (found != placeholders.end()) {
            filled += found->value;
            text.remove_prefix(found->name.size());
        } else if (!text.empty()) {
            filled += text.front();
            text.remove_prefix(1);
        }
    }
    return filled;
}

// What XML can hold of a text, cut at a character.
std::string clean(std::string_view text, std::size_t longest) {
    // More than is kept is not looked at: what is replaced only grows.
    std::string result = xmpp::xml_text(text.substr(0, longest + 4));
    result.resize(cut_at_character(result, longest).size());
    return result;
}

std::string body_of(const Action& action, const config::NotifyPolicy& policy) {
    const std::size_t longest = std::min(policy.body_limit, longest_body);
    if (action.message && !action.message->empty())
        return clean(*action.message, longest);
    if (action.uri.body && !action.uri.body->empty())
        return clean(*action.uri.body, longest);
    const std::array placeholders = {Placeholder{"{from}", action.mail_from},
                                     Placeholder{"{subject}", action.mail_subject},
                                     Placeholder{"{recipient}", action.recipient}};
    const std::string text = clean(fill(policy.text, placeholders), longest);
    return text.empty() ? std::string(last_resort) : text;
}

std::string url_of(const Action& action, const config::NotifyPolicy& policy) {
    if (action.mailbox.empty() && policy.url.find("{mailbox}") != std::string::npos)
        return {};
    const std::string mailbox = percent_encoded(action.mailbox);
    const std::string user = percent_encoded(action.owner);
    const std::array placeholders = {Placeholder{"{mailbox}", mailbox}, Placeholder{"{user}", user}};
    const std::string url = fill(policy.url, placeholders);
    return url.size() > longest_url ? std::string() : clean(url, longest_url);
}

std::string urgency_of(int importance) {
    return importance == 1 ? "high" : importance == 3 ? "low" : "medium";
}

} // namespace

Notification compose(const Action& action, const config::NotifyPolicy& policy, std::string id,
                     std::int64_t now) {
    Notification notification{
        .id = std::move(id),
        .owner = clean(action.owner, longest_owner),
        .to = action.uri.target,
        .headline = policy.headline,
        .subject = clean(action.uri.subject.value_or(policy.subject), longest_subject),
        .body = body_of(action, policy),
        .urgency = urgency_of(action.importance),
        .resent_from = clean(action.from.value_or(action.recipient), longest_owner),
        .url = url_of(action, policy),
        .created = now,
    };
    // JSON writes two octets for line ends and quotes.
    while (to_value(notification).size() > longest_notification_value)
        notification.body.resize(cut_at_character(notification.body, notification.body.size() / 2).size());
    return notification;
}

} // namespace columbarium::notify
