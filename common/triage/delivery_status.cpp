// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/delivery_status.hpp"

#include <array>

#include "base/ascii.hpp"
#include "mail/header_fields.hpp"
#include "triage/status_code.hpp"

namespace columbarium::triage {

namespace {

struct ActionName {
    Action action;
    std::string_view name;
};

constexpr std::array<ActionName, 5> action_names{{
    {Action::failed, "failed"},
    {Action::delayed, "delayed"},
    {Action::delivered, "delivered"},
    {Action::relayed, "relayed"},
    {Action::expanded, "expanded"},
}};

// A structured value without its comments (RFC 3464 section 2.1.1, RFC 5322 section 3.2.2). What a comment
// that is never closed holds is left out, too.
std::string without_comments(std::string_view raw) {
    std::string value;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const std::string_view character = raw.substr(i, raw[i] == '\\' ? 2 : 1);
        if (depth == 0 && character == "\"")
            quoted = !quoted;
        if (!quoted && character == "(")
            ++depth;
        if (depth == 0)
            value += character;
        if (depth > 0 && character == ")")
            --depth;
        i += character.size() - 1;
    }
    return value;
}

// The word at the start of a value, before blanks, comments and what else gateways add.
Action parse_action(std::string_view raw) {
    const std::string without = without_comments(raw);
    const std::string_view value = trim(without);
    for (const ActionName& known : action_names)
        if (starts_with_ignoring_case(value, known.name))
            return known.action;
    // "failure", "fail" and "delay" are written by gateways.
    if (starts_with_ignoring_case(value, "fail"))
        return Action::failed;
    if (starts_with_ignoring_case(value, "delay"))
        return Action::delayed;
    return Action::unknown;
}

// "rfc822; <user@example.org>" to "user@example.org": the type and its ";" are left out.
std::string without_type(std::string_view raw) {
    std::string value = mail::decode_text(raw);
    if (const std::size_t semicolon = value.find(';'); semicolon < 24)
        value.erase(0, semicolon + 1);
    return std::string(trim(value));
}

std::string parse_address(std::string_view raw) {
    return std::string(without_angle_brackets(without_type(without_comments(raw))));
}

bool holds_recipient(const mail::HeaderFields& group) {
    return group.has("Final-Recipient") || group.has("Original-Recipient") || group.has("Action") ||
           group.has("Status");
}

RecipientStatus parse_group(const mail::HeaderFields& group) {
    RecipientStatus recipient;
    recipient.final_recipient = parse_address(group.raw("Final-Recipient"));
    recipient.original_recipient = parse_address(group.raw("Original-Recipient"));
    // Qmail-LDAP's relatives and Exchange say X-Actual-Recipient where the final one is hidden.
    if (recipient.final_recipient.empty())
        recipient.final_recipient = parse_address(group.raw("X-Actual-Recipient"));
    recipient.action = parse_action(group.raw("Action"));
    recipient.status = status_code_in_field(without_comments(group.raw("Status")));
    recipient.remote_mta = without_type(without_comments(group.raw("Remote-MTA")));
    recipient.diagnostic = without_type(group.raw("Diagnostic-Code"));
    return recipient;
}

} // namespace

std::string_view action_name(Action action) {
    for (const ActionName& known : action_names)
        if (known.action == action)
            return known.name;
    return {};
}

DeliveryStatus parse_delivery_status(std::string_view body) {
    DeliveryStatus status;
    while (!body.empty() && status.recipients.size() < recipient_limit) {
        const mail::HeaderFields group(body);
        body.remove_prefix(group.length());
        if (holds_recipient(group))
            status.recipients.push_back(parse_group(group));
    }
    return status;
}

} // namespace columbarium::triage
