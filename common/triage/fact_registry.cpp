// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "triage/facts.hpp"

namespace columbarium::triage {

namespace {

constexpr std::array<FactInfo, 17> registry{{
    {Fact::message_class, "class", "what kind of message it is; several may hold"},
    {Fact::auto_submitted, "auto-submitted", "the keyword of Auto-Submitted (RFC 3834)"},
    {Fact::bounce_action, "bounce.action", "failed or delayed, one for each failed recipient"},
    {Fact::bounce_diagnostic, "bounce.diagnostic",
     "what the refusing system said, one for each failed recipient"},
    {Fact::bounce_message_id, "bounce.message-id", "Message-ID of the returned message"},
    {Fact::bounce_permanent, "bounce.permanent", "whether the failure is for good: yes, no, unknown"},
    {Fact::bounce_reason, "bounce.reason", "why, in a small vocabulary, one for each failed recipient"},
    {Fact::bounce_recipient, "bounce.recipient", "address of each failed recipient"},
    {Fact::bounce_recipients, "bounce.recipients", "addresses in To and Cc of the returned message"},
    {Fact::bounce_remote_mta, "bounce.remote-mta", "the system that refused, one for each failed recipient"},
    {Fact::bounce_status, "bounce.status", "enhanced status code (RFC 3463), one for each failed recipient"},
    {Fact::bounce_subject, "bounce.subject", "subject of the returned message"},
    {Fact::list_id, "list-id", "the identifier of the mailing list (RFC 2919)"},
    {Fact::mailer, "mailer", "X-Mailer or User-Agent"},
    {Fact::header_charset, "header-charset", "charsets of the encoded words in the header, lower case"},
    {Fact::size, "size", "octets of the message"},
    {Fact::attachments, "attachments", "file names and media types of the attachments"},
}};

} // namespace

std::span<const FactInfo> fact_registry() {
    return registry;
}

std::optional<Fact> find_fact(std::string_view name) {
    const auto found = std::ranges::find_if(
        registry, [name](const FactInfo& info) { return equals_ignoring_case(info.name, name); });
    return found == registry.end() ? std::nullopt : std::optional(found->fact);
}

std::string unknown_fact_text(std::string_view name) {
    std::vector<std::string> names;
    names.reserve(registry.size());
    for (const FactInfo& info : registry)
        names.emplace_back(info.name);
    const std::string nearest = nearest_name(name, names);
    std::string text = "unknown fact \"" + std::string(name) + "\"";
    if (!nearest.empty())
        return text + ": did you mean \"" + nearest + "\"?";
    text += "; known facts are";
    for (const std::string& known : names)
        text += (&known == &names.front() ? " " : ", ") + known;
    return text;
}

} // namespace columbarium::triage
