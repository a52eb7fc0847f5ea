// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/objections.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/authentication_results.hpp"
#include "mail/structured_field.hpp"
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

// A mail system wrote it in words that are not known, or somebody passes on what one wrote. He is a person;
// yet what looks like a notice is not answered, whoever sends it (RFC 3834 section 7). Who answers a notice
// may be told.
void add_notice_by_subject(const triage::HeaderSigns& signs, std::vector<Objection>& found) {
    std::string_view subject = forwarded_subject(signs.subject);
    if (subject.empty() && !signs.answers)
        subject = signs.subject;
    if (!subject.empty() && triage::signature_of_subject(subject).strength == triage::Strength::system)
        found.push_back({"AR-9", "the Subject is that of a mail system's notice"});
}

// An answer to an invitation, or a change of one (RFC 5546), beside a text for people. Not one that stands in
// a message that is passed on.
Expected<void> add_calendar_answer(mail::Message& message, const mail::HeaderFields& header,
                                   std::vector<Objection>& found) {
    constexpr std::array<std::string_view, 5> answers{"reply", "cancel", "counter", "refresh",
                                                      "declinecounter"};
    if (!mail::media_type(header.raw("Content-Type")).starts_with("multipart/"))
        return {};
    const Expected<std::span<const mail::Part>> parts = message.head_parts();
    if (!parts)
        return tl::make_unexpected(parts.error());
    const auto is_inside_message = [&parts](int index) {
        while (index >= 0 && !(*parts)[static_cast<std::size_t>(index)].is_message())
            index = (*parts)[static_cast<std::size_t>(index)].parent();
        return index >= 0;
    };
    for (const mail::Part& part : *parts) {
        if (part.content_type() != "text/calendar" || is_inside_message(part.parent()))
            continue;
        if (const std::string method = to_lower(part.parameter("method"));
            std::ranges::find(answers, method) != answers.end()) {
            found.push_back({"AR-9", "a part answers or changes an invitation: method " + method});
            break;
        }
    }
    return {};
}

// Whether From is there once, and is this address alone.
bool is_only_author(const mail::HeaderFields& header, const std::string& folded) {
    std::vector<std::string> authors;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, "From"))
            for (std::string& address : folded_addresses(field.raw))
                authors.push_back(std::move(address));
    return authors.size() == 1 && authors.front() == folded;
}

// Whether the domain that a reply would go to has proved itself. DMARC speaks of From: anybody can send again
// what somebody has signed, with another reverse-path.
bool is_proved(const mail::HeaderFields& header, std::string_view sender, const config::ReplyPolicy& policy) {
    const std::string folded = mail::fold_address(sender);
    const auto proves = [&](std::string_view method) {
        const std::vector<std::string> proved = mail::proved_domains(header, policy.authserv_ids, method);
        return std::ranges::any_of(proved, [&folded](const std::string& known) {
            return folded_domain(known) == domain_of(folded);
        });
    };
    return !folded.empty() && (proves("spf") || (is_only_author(header, folded) && proves("dmarc")));
}

// What the message tells, whoever it is to.
struct OfMessage {
    HeaderObjections header;
    std::vector<Objection> others;
};

Expected<OfMessage> objections_to_message(mail::Message& message, const Question& question,
                                          const config::ReplyPolicy& policy) {
    const Expected<const mail::HeaderFields*> header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const Expected<std::uint64_t> size = message.size();
    if (!size)
        return tl::make_unexpected(size.error());
    const Expected<triage::Classification> classification = triage::classify(message);
    if (!classification)
        return tl::make_unexpected(classification.error());

    OfMessage found{objections_to_header(**header), {}};
    add_classes(*classification, found.header, found.others);
    if (found.header.objections.empty() && found.others.empty()) {
        add_notice_by_subject(classification->signs, found.others);
        if (auto done = add_calendar_answer(message, **header, found.others); !done)
            return tl::make_unexpected(std::move(done.error()));
    }
    if (*size > std::uint64_t{policy.message_kib} * 1024)
        found.others.push_back(
            {"AR-9", fmt::format("the message is longer than {} KiB", policy.message_kib)});
    if (policy.authenticated_only && !question.is_authenticated &&
        !is_proved(**header, question.sender, policy))
        found.others.push_back({"AR-5", "nobody has seen the sender's domain proved"});
    return found;
}

} // namespace

Expected<std::vector<std::vector<Objection>>> objections_for_each(mail::Message& message,
                                                                  std::span<const Question> questions,
                                                                  const config::ReplyPolicy& policy) {
    std::vector<std::vector<Objection>> of_each;
    if (questions.empty())
        return of_each;
    const Expected<OfMessage> of_message = objections_to_message(message, questions.front(), policy);
    if (!of_message)
        return tl::make_unexpected(of_message.error());
    of_each.reserve(questions.size());
    for (const Question& question : questions) {
        const KnownAddresses own(question.recipients, question.own_addresses, question, policy);
        std::vector<Objection> found = objections_to_sender(question, own, policy);
        const auto add = [&found](const std::vector<Objection>& more) {
            found.insert(found.end(), more.begin(), more.end());
        };
        add(of_message->header.objections);
        add(objections_to_authors(of_message->header, own));
        add(of_message->others);
        of_each.push_back(std::move(found));
    }
    return of_each;
}

Expected<std::vector<Objection>> objections(mail::Message& message, const Question& question,
                                            const config::ReplyPolicy& policy) {
    auto found = objections_for_each(message, {&question, 1}, policy);
    if (!found)
        return tl::make_unexpected(std::move(found.error()));
    return std::move(found->front());
}

Expected<std::vector<bool>> are_addressed(mail::Message& message, std::span<const std::string> recipients,
                                          const Question& question, const config::ReplyPolicy& policy) {
    if (!policy.addressed_only)
        return std::vector<bool>(recipients.size(), true);
    const Expected<const mail::HeaderFields*> header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    std::unordered_set<std::string> named; // in their main forms
    for (const mail::HeaderField& field : (*header)->fields())
        if (std::ranges::any_of(recipient_fields, [&field](std::string_view name) {
                return equals_ignoring_case(name, field.name);
            }))
            for (std::string& address : folded_addresses(field.raw))
                named.insert(main_form(std::move(address), question.subaddress_delimiters));
    std::vector<std::string> domains;
    for (const std::vector<std::string>* some : {&question.domains, &policy.addressed_domains})
        for (const std::string& domain : *some)
            if (std::string folded = folded_domain(domain); !folded.empty())
                domains.push_back(std::move(folded));
    std::vector<bool> addressed;
    for (const std::string& recipient : recipients) {
        const std::string main = main_form(mail::fold_address(recipient), question.subaddress_delimiters);
        const std::string local = std::string(local_part_of(main)) + '@';
        addressed.push_back(!main.empty() &&
                            (named.contains(main) ||
                             std::ranges::any_of(domains, [&named, &local](const std::string& domain) {
                                 return named.contains(local + domain);
                             })));
    }
    return addressed;
}

Expected<bool> is_addressed(mail::Message& message, std::string_view recipient, const Question& question,
                            const config::ReplyPolicy& policy) {
    const std::string one(recipient);
    const auto addressed = are_addressed(message, {&one, 1}, question, policy);
    if (!addressed)
        return tl::make_unexpected(addressed.error());
    return addressed->front();
}

} // namespace columbarium::reply
