// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/facts.hpp"

#include <algorithm>
#include <map>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "triage/auto_submitted.hpp"
#include "triage/bounce.hpp"
#include "triage/classification.hpp"

namespace columbarium::triage {

namespace {

using Findings = std::vector<Finding>;

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

// The charsets of encoded words (RFC 2047 section 2), each once, in order.
Findings header_charset(const mail::HeaderFields& header) {
    static const RE2* const word = new RE2(R"(=\?([^?*\s]{1,40})(?:\*[^?]*)?\?[BbQq]\?)");
    Findings findings;
    for (const mail::HeaderField& field : header.fields()) {
        re2::StringPiece rest(field.raw.data(), field.raw.size());
        std::string charset;
        while (RE2::FindAndConsume(&rest, *word, &charset)) {
            charset = to_lower(charset);
            const auto same = [&charset](const Finding& finding) { return finding.value == charset; };
            if (std::ranges::none_of(findings, same))
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
    explicit State(mail::Message& the_message) : message(the_message) {}

    mail::Message& message;
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
        }
        return Findings{};
    }
};

Facts::Facts(mail::Message& message) : state_(std::make_unique<State>(message)) {}

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

} // namespace columbarium::triage
