// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "triage/facts.hpp"

namespace columbarium::triage {

namespace {

constexpr std::array<FactInfo, 32> registry{{
    {Fact::message_class, "class", "what kind of message it is; several may hold"},
    {Fact::auto_submitted, "auto-submitted", "the keyword of Auto-Submitted (RFC 3834)"},
    {Fact::bounce_action, "bounce.action", "failed or delayed, one for each failed recipient"},
    {Fact::bounce_diagnostic, "bounce.diagnostic",
     "what the refusing system said, one for each failed recipient"},
    {Fact::bounce_forward, "bounce.forward",
     "the channel, where the returned message is a forward of a desk"},
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
    {Fact::authenticated, "authenticated",
     "spf, dkim, dmarc: what passed, says a mail system that is trusted"},
    {Fact::authenticated_domain, "authenticated.domain", "the domains that this proves"},
    {Fact::authenticated_from, "authenticated.from", "whether the domain of From is proved: yes, no"},
    {Fact::certificate_request, "certificate-request", "pkcs10 or keychain-assistant"},
    {Fact::crypto, "crypto", "smime-signed, smime-encrypted, pgp-signed, pgp-encrypted"},
    {Fact::crypto_readable, "crypto.readable",
     "whether it is encrypted to a key of the team: yes, no, unknown"},
    {Fact::crypto_recipient, "crypto.recipient", "the keys that it is encrypted to"},
    {Fact::crypto_unreadable, "crypto.unreadable", "the contrary of crypto.readable: yes, no, unknown"},
    {Fact::garbled, "garbled", "whether its text is no language at all: yes, no"},
    {Fact::language, "language", "what it is written in, ISO 639"},
    {Fact::language_confidence, "language.confidence", "high, medium, low"},
    {Fact::language_wrong, "language.wrong",
     "whether it is none of the languages that the desk reads: yes, no, unknown"},
    {Fact::script, "script", "what it is written in, ISO 15924"},
    {Fact::spam, "spam", "what the filter in front says: yes, no"},
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
    return text + ", token.NAME";
}

std::string_view token_of(std::string_view fact_name) {
    constexpr std::string_view prefix = "token.";
    if (fact_name.size() <= prefix.size() ||
        !equals_ignoring_case(fact_name.substr(0, prefix.size()), prefix))
        return {};
    return fact_name.substr(prefix.size());
}

std::string unknown_token_text(std::string_view token, const config::TriagePolicy& policy) {
    std::vector<std::string> names;
    for (const config::TokenPattern& pattern : policy.tokens)
        names.push_back(pattern.name);
    std::string text = "unknown token \"" + std::string(token) + "\"";
    if (names.empty())
        return text + "; this site defines none in [triage.tokens]";
    if (const std::string nearest = nearest_name(token, names); !nearest.empty())
        return text + ": did you mean \"" + nearest + "\"?";
    text += "; tokens here:";
    for (const std::string& known : names)
        text += (&known == &names.front() ? " " : ", ") + known;
    return text;
}

} // namespace columbarium::triage
