// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/objections.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "mail/authentication_results.hpp"
#include "reply/known_addresses.hpp"
#include "reply/objections_header.hpp"
#include "reply/objections_sender.hpp"
#include "triage/classification.hpp"
#include "triage/notice_signature.hpp"

namespace columbarium::reply {

namespace {

// RFC 3834 section 2, RFC 5322 section 3.6.6.
constexpr std::array<std::string_view, 6> recipient_fields{"To",        "Cc",        "Bcc",
                                                           "Resent-To", "Resent-Cc", "Resent-Bcc"};

// The rule that forbids to answer a class of messages; "" for none.
std::string_view rule_of_class(std::string_view name) {
    if (name == triage::class_personal)
        return {};
    for (const std::string_view report :
         {triage::class_bounce, triage::class_delay_notice, triage::class_delivery_receipt,
          triage::class_read_receipt, triage::class_abuse_report})
        if (name == report)
            return "AR-10";
    return "AR-9";
}

void add_classes(const triage::Classification& classification, const HeaderObjections& known,
                 std::vector<Objection>& found) {
    constexpr std::string_view field = "field ";
    for (const triage::Finding& finding : classification.classes) {
        const std::string_view rule = rule_of_class(finding.value);
        if (rule.empty())
            continue;
        if (std::string_view by = finding.rule;
            by.starts_with(field) && known.is_about(by.substr(field.size())))
            continue;
        found.push_back({std::string(rule), finding.value + ": " + finding.rule});
    }
}

// What programs in several languages put before the subject of a message that is passed on.
constexpr std::array<std::string_view, 10> forward_marks{"fw",  "fwd", "wg", "tr", "rv",
                                                         "enc", "vl",  "vb", "vs", "doorst"};

// The subject behind the marks of a message that is passed on: "Fwd: Re: Hello". "" where it has none.
std::string_view forwarded_subject(std::string_view subject) {
    bool is_forward = false;
    for (;;) {
        subject = trim(subject);
        const std::size_t colon = subject.find(':');
        const std::string_view mark =
            colon == std::string_view::npos ? std::string_view() : subject.substr(0, colon);
        const bool forwards = std::ranges::any_of(
            forward_marks, [mark](std::string_view known) { return equals_ignoring_case(known, mark); });
        if (!forwards && !(is_forward && equals_ignoring_case(mark, "re")))
            return is_forward ? subject : std::string_view();
        is_forward = true;
        subject.remove_prefix(colon + 1);
    }
}

// Somebody passes on what a mail system wrote. He is a person; yet what looks like a notice is not answered,
// whoever sends it (RFC 3834 section 7).
void add_forwarded_notice(const triage::Classification& classification, std::vector<Objection>& found) {
    const std::string_view subject = forwarded_subject(classification.signs.subject);
    if (subject.empty() || triage::signature_of_subject(subject).strength != triage::Strength::system)
        return;
    found.push_back({"AR-9", "the subject is that of a mail system's notice: " +
                                 printable(classification.signs.subject)});
}

// Whether the domain that a reply would go to has proved itself.
bool is_proved(const mail::HeaderFields& header, std::string_view sender, const config::ReplyPolicy& policy) {
    const std::vector<std::string> proved = mail::proved_domains(header, policy.authserv_ids);
    const std::string domain(domain_of(mail::fold_address(sender)));
    return !domain.empty() && std::ranges::any_of(proved, [&domain](const std::string& known) {
        return folded_domain(known) == domain;
    });
}

} // namespace

Expected<std::vector<Objection>> objections(mail::Message& message, const Question& question,
                                            const config::ReplyPolicy& policy) {
    const Expected<const mail::HeaderFields*> header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const Expected<std::uint64_t> size = message.size();
    if (!size)
        return tl::make_unexpected(size.error());
    Expected<triage::Classification> classification = triage::classify(message);
    if (!classification)
        return tl::make_unexpected(classification.error());

    const KnownAddresses own(question.recipients, question.own_addresses, question, policy);
    std::vector<Objection> found = objections_to_sender(question, own, policy);
    HeaderObjections of_header = objections_to_header(**header, own);
    found.insert(found.end(), of_header.objections.begin(), of_header.objections.end());
    add_classes(*classification, of_header, found);
    if (found.empty())
        add_forwarded_notice(*classification, found);
    if (*size > std::uint64_t{policy.message_kib} * 1024)
        found.push_back({"AR-9", fmt::format("the message is longer than {} KiB", policy.message_kib)});
    if (policy.authenticated_only && !question.is_authenticated &&
        !is_proved(**header, question.sender, policy))
        found.push_back({"AR-5", "nobody has seen the sender's domain proved"});
    return found;
}

Expected<bool> is_addressed(mail::Message& message, std::string_view recipient, const Question& question,
                            const config::ReplyPolicy& policy) {
    if (!policy.addressed_only)
        return true;
    const Expected<const mail::HeaderFields*> header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const std::vector<std::string> person{std::string(recipient)};
    const KnownAddresses addresses(person, {}, question, policy);
    for (const mail::HeaderField& field : (*header)->fields()) {
        if (std::ranges::none_of(recipient_fields, [&field](std::string_view name) {
                return equals_ignoring_case(name, field.name);
            }))
            continue;
        for (const std::string& named : folded_addresses(field.raw))
            if (addresses.holds(named))
                return true;
    }
    return false;
}

} // namespace columbarium::reply
