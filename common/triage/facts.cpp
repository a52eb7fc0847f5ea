// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/facts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "triage/auto_submitted.hpp"
#include "triage/body_text.hpp"
#include "triage/bounce.hpp"
#include "triage/certificate_request.hpp"
#include "triage/classification.hpp"
#include "triage/crypto.hpp"
#include "triage/header_results.hpp"
#include "triage/language.hpp"
#include "triage/tokens.hpp"

namespace columbarium::triage {

namespace {

using Findings = std::vector<Finding>;

constexpr std::size_t header_charset_limit = 100;

// One value of each failed recipient, in order. None at all where no recipient has one, so that a fact that
// the message does not know counts as absent.
Findings of_recipients(const Bounce& bounce, Finding FailedRecipient::*member) {
    Findings findings;
    for (const FailedRecipient& recipient : bounce.recipients)
        findings.push_back(recipient.*member);
    const bool unknown =
        std::ranges::all_of(findings, [](const Finding& finding) { return finding.value.empty(); });
    return unknown ? Findings{} : findings;
}

Findings auto_submitted(const mail::HeaderFields& header) {
    const std::string keyword = auto_submitted_keyword(header.raw("Auto-Submitted"));
    return keyword.empty() ? Findings{} : Findings{{keyword, "field Auto-Submitted"}};
}

Findings mailer(const mail::HeaderFields& header) {
    Findings findings;
    for (const char* field : {"X-Mailer", "User-Agent"})
        if (std::string value = header.text(field); !value.empty())
            findings.push_back({std::move(value), "field " + std::string(field)});
    return findings;
}

// List-Id: [phrase] <list-id> (RFC 2919 section 3); lists that forget the brackets exist.
Findings list_id(const mail::HeaderFields& header) {
    std::string value = header.text("List-Id");
    if (const std::size_t open = value.rfind('<'); open != std::string::npos)
        value = value.substr(open + 1, value.find('>', open) - open - 1);
    value = trim(value);
    return value.empty() ? Findings{} : Findings{{value, "field List-Id"}};
}

// The charsets of encoded words (RFC 2047 section 2), each once, in order; the first ones of too many.
Findings header_charset(const mail::HeaderFields& header) {
    static const RE2* const word = new RE2(R"(=\?([^?*\s]{1,40})(?:\*[^?]*)?\?[BbQq]\?)");
    Findings findings;
    std::set<std::string> known;
    for (const mail::HeaderField& field : header.fields()) {
        if (field.raw.find("=?") == std::string_view::npos)
            continue;
        re2::StringPiece rest(field.raw.data(), field.raw.size());
        std::string charset;
        while (findings.size() < header_charset_limit && RE2::FindAndConsume(&rest, *word, &charset)) {
            charset = to_lower(charset);
            if (known.insert(charset).second)
                findings.push_back({charset, "field " + std::string(field.name)});
        }
    }
    return findings;
}

// Names and types of what is attached: parts with a file name or marked as attachments, and returned or
// forwarded messages; not what is inside those. The name first, then the type.
Findings attachments(std::span<const mail::Part> parts) {
    Findings findings;
    int inside = -1;
    for (const mail::Part& part : parts) {
        if (inside >= 0 && part.depth() > inside)
            continue;
        inside = part.is_message() ? part.depth() : -1;
        if (part.is_multipart())
            continue;
        const std::string name = part.filename();
        if (name.empty() && !part.is_attachment() && !part.is_message())
            continue;
        if (!name.empty())
            findings.push_back({name, "file name"});
        findings.push_back({part.content_type(), "media type"});
    }
    return findings;
}

} // namespace

struct Facts::State {
    State(mail::Message& the_message, const config::TriagePolicy& the_policy)
        : message(the_message), policy(the_policy) {}

    mail::Message& message;
    const config::TriagePolicy& policy;
    std::optional<BodyText> body;
    std::optional<Cryptography> cryptography;
    std::optional<Language> language;
    std::optional<Authentication> authentication;
    std::map<std::string, Findings, std::less<>> tokens; // by name in lower case
    std::optional<std::vector<bool>> in_body;            // of the policy's tokens: may the body hold one?
    std::optional<Classification> classification;
    std::optional<Bounce> bounce;
    std::map<Fact, Findings> findings;

    Expected<const Classification*> classified() {
        if (!classification) {
            Expected<Classification> result = classify(message);
            if (!result)
                return tl::make_unexpected(result.error());
            classification = std::move(*result);
        }
        return &*classification;
    }

    Expected<const Bounce*> bounced() {
        if (!bounce) {
            const Expected<const Classification*> classes = classified();
            if (!classes)
                return tl::make_unexpected(classes.error());
            const Expected<const mail::HeaderFields*> header = message.header();
            if (!header)
                return tl::make_unexpected(header.error());
            bounce = read_bounce(**classes, **header);
        }
        return &*bounce;
    }

    Expected<Findings> of_header(Findings (*read)(const mail::HeaderFields&)) {
        return message.header().map([read](const mail::HeaderFields* header) { return read(*header); });
    }

    Expected<Findings> of_bounce(Finding FailedRecipient::*member) {
        return bounced().map([member](const Bounce* known) { return of_recipients(*known, member); });
    }

    Expected<Findings> of_returned(Findings Bounce::*member) {
        return bounced().map([member](const Bounce* known) { return known->*member; });
    }

    // Reads what is not known yet, once.
    template <class Known, class Read>
    Expected<const Known*> once(std::optional<Known>& known, Read read) {
        if (!known) {
            Expected<Known> result = read();
            if (!result)
                return tl::make_unexpected(result.error());
            known = std::move(*result);
        }
        return &*known;
    }

    Expected<const BodyText*> read_body() {
        return once(body, [this] { return read_body_text(message); });
    }

    // The body for a token; an empty one where it holds no match, or the token does not look there.
    Expected<const BodyText*> body_for(const config::TokenPattern& token) {
        static const auto* const no_body = new BodyText;
        if (!looks_in_body(token))
            return no_body;
        const auto read = read_body();
        if (read && !in_body)
            in_body = tokens_in_body(policy, **read);
        const auto index = static_cast<std::size_t>(&token - policy.tokens.data());
        return read && !(*in_body)[index] ? no_body : read;
    }

    Expected<Findings> of_cryptography(Findings Cryptography::*member) {
        return once(cryptography, [this] { return read_cryptography(message, policy); })
            .map([member](const Cryptography* known) { return known->*member; });
    }

    // "yes" where an encrypted message is not readable, "no" where it is; it may be neither.
    Expected<Findings> unreadable() {
        return of_cryptography(&Cryptography::readable).map([](Findings readable) {
            for (Finding& finding : readable)
                finding.value = finding.value == "no" ? "yes" : finding.value == "yes" ? "no" : "unknown";
            return readable;
        });
    }

    Expected<Findings> of_language(Findings Language::*member) {
        const auto read = [this]() -> Expected<Language> {
            const auto text = read_body();
            if (!text)
                return tl::make_unexpected(text.error());
            return message.header().map([&](const mail::HeaderFields* header) {
                return read_language(**text, header->text("Subject"), policy);
            });
        };
        return once(language, read).map([member](const Language* known) { return known->*member; });
    }

    Expected<Findings> of_authentication(Findings Authentication::*member) {
        const auto read = [this] {
            return message.header().map(
                [this](const mail::HeaderFields* header) { return read_authentication(*header, policy); });
        };
        return once(authentication, read).map([member](const Authentication* known) {
            return known->*member;
        });
    }

    Expected<Findings> compute(Fact fact) {
        switch (fact) {
        case Fact::message_class:
            return classified().map([](const Classification* known) { return known->classes; });
        case Fact::auto_submitted:
            return of_header(auto_submitted);
        case Fact::bounce_action:
            return of_bounce(&FailedRecipient::action);
        case Fact::bounce_diagnostic:
            return of_bounce(&FailedRecipient::diagnostic);
        case Fact::bounce_forward:
            return of_returned(&Bounce::forward);
        case Fact::bounce_message_id:
            return of_returned(&Bounce::message_id);
        case Fact::bounce_permanent:
            return bounced().map([](const Bounce* known) {
                return known->permanent.value.empty() ? Findings{} : Findings{known->permanent};
            });
        case Fact::bounce_reason:
            return of_bounce(&FailedRecipient::reason);
        case Fact::bounce_recipient:
            return of_bounce(&FailedRecipient::recipient);
        case Fact::bounce_recipients:
            return of_returned(&Bounce::returned_recipients);
        case Fact::bounce_remote_mta:
            return of_bounce(&FailedRecipient::remote_mta);
        case Fact::bounce_status:
            return of_bounce(&FailedRecipient::status);
        case Fact::bounce_subject:
            return of_returned(&Bounce::subject);
        case Fact::list_id:
            return of_header(list_id);
        case Fact::mailer:
            return of_header(mailer);
        case Fact::header_charset:
            return of_header(header_charset);
        case Fact::size:
            return message.size().map([](std::uint64_t octets) {
                return Findings{{std::to_string(octets), "message"}};
            });
        case Fact::attachments:
            return message.all_parts().map(attachments);
        case Fact::authenticated:
            return of_authentication(&Authentication::methods);
        case Fact::authenticated_domain:
            return of_authentication(&Authentication::domains);
        case Fact::authenticated_from:
            return of_authentication(&Authentication::from);
        case Fact::certificate_request:
            return read_body().and_then(
                [this](const BodyText* text) { return certificate_requests(message, *text); });
        case Fact::crypto:
            return of_cryptography(&Cryptography::kinds);
        case Fact::crypto_readable:
            return of_cryptography(&Cryptography::readable);
        case Fact::crypto_recipient:
            return of_cryptography(&Cryptography::recipients);
        case Fact::crypto_unreadable:
            return unreadable();
        case Fact::garbled:
            return of_language(&Language::garbled);
        case Fact::language:
            return of_language(&Language::language);
        case Fact::language_confidence:
            return of_language(&Language::confidence);
        case Fact::language_wrong:
            return of_language(&Language::wrong);
        case Fact::script:
            return of_language(&Language::script);
        case Fact::spam:
            return message.header().map(
                [this](const mail::HeaderFields* header) { return read_spam(*header, policy); });
        }
        return Findings{};
    }
};

namespace {

const config::TriagePolicy& default_policy() {
    static const auto* const policy = new config::TriagePolicy;
    return *policy;
}

} // namespace

Facts::Facts(mail::Message& message) : Facts(message, default_policy()) {}

Facts::Facts(mail::Message& message, const config::TriagePolicy& policy)
    : state_(std::make_unique<State>(message, policy)) {}

Facts::~Facts() = default;

Expected<std::span<const Finding>> Facts::values(Fact fact) {
    auto known = state_->findings.find(fact);
    if (known == state_->findings.end()) {
        Expected<Findings> computed = state_->compute(fact);
        if (!computed)
            return tl::make_unexpected(computed.error());
        known = state_->findings.emplace(fact, std::move(*computed)).first;
    }
    return std::span<const Finding>(known->second);
}

Expected<std::span<const Finding>> Facts::token_values(std::string_view token) {
    const std::string name = to_lower(token);
    auto known = state_->tokens.find(name);
    if (known == state_->tokens.end()) {
        const config::TokenPattern* pattern = find_token(state_->policy, name);
        if (pattern == nullptr)
            return permanent_failure(unknown_token_text(token, state_->policy));
        const auto body = state_->body_for(*pattern);
        if (!body)
            return tl::make_unexpected(body.error());
        auto found = triage::token_values(*pattern, state_->message, **body);
        if (!found)
            return tl::make_unexpected(found.error());
        known = state_->tokens.emplace(name, std::move(*found)).first;
    }
    return std::span<const Finding>(known->second);
}

} // namespace columbarium::triage
