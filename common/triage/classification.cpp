// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/classification.hpp"

#include <algorithm>

#include "triage/failed_recipients.hpp"
#include "triage/notice_signature.hpp"

namespace columbarium::triage {

namespace {

// Whether the header leaves it open that the message is a report.
bool may_be_report(const HeaderSigns& signs, const Signature& subject) {
    if (signs.is_report || signs.complaint || signs.author.author == Author::mail_system ||
        subject.tidings != Tidings::none)
        return true;
    if (signs.list || signs.author.author == Author::person)
        return false;
    return true;
}

void add(Classification& result, std::string_view name, std::string rule) {
    result.classes.push_back({std::string(name), std::move(rule)});
}

// RFC 3464 section 2.3.3: the action decides. Gateways that leave it out are read by the status.
Action action_of(const RecipientStatus& recipient) {
    if (recipient.action != Action::unknown || recipient.status.empty())
        return recipient.action;
    switch (recipient.status.front()) {
    case '5':
        return Action::failed;
    case '4':
        return Action::delayed;
    default:
        return Action::delivered;
    }
}

// Classes by the groups of a delivery status. False where they tell nothing.
bool classify_actions(Classification& result) {
    bool delivered = false;
    for (RecipientStatus& recipient : result.status.recipients) {
        recipient.action = action_of(recipient);
        result.failed |= recipient.action == Action::failed;
        result.delayed |= recipient.action == Action::delayed;
        delivered |= recipient.action == Action::delivered || recipient.action == Action::relayed ||
                     recipient.action == Action::expanded;
    }
    if (result.failed)
        add(result, class_bounce, "delivery status: failed");
    if (result.delayed)
        add(result, class_delay_notice, "delivery status: delayed");
    if (delivered)
        add(result, class_delivery_receipt, "delivery status: delivered");
    return !result.classes.empty();
}

void classify_tidings(Classification& result, Tidings tidings, const std::string& rule) {
    switch (tidings) {
    case Tidings::none:
        break;
    case Tidings::failed:
        result.failed = true;
        add(result, class_bounce, rule);
        break;
    case Tidings::delayed:
        result.delayed = true;
        add(result, class_delay_notice, rule);
        break;
    case Tidings::delivered:
        add(result, class_delivery_receipt, rule);
        break;
    case Tidings::read:
        add(result, class_read_receipt, rule);
        break;
    }
}

// Whether the author and the two signatures together prove a notice.
bool proves_notice(const Classification& result, const mail::HeaderFields& header, const Signature& subject,
                   const Signature& text) {
    const HeaderSigns& signs = result.signs;
    const bool has_subject = subject.strength != Strength::nothing;
    const bool has_text = text.strength != Strength::nothing;
    const bool system_subject = subject.strength == Strength::system;
    const bool system_text = text.strength == Strength::system;
    const bool returns = result.notice->returns_message;
    const bool both = system_subject && system_text;
    switch (signs.author.author) {
    case Author::mail_system:
        return signs.answers ? system_text : has_subject || has_text;
    case Author::postmaster:
        // Some gateways answer with the subject of what they could not deliver.
        return signs.answers ? system_text && !signs.auto_reply
                             : system_subject || system_text || (has_text && (has_subject || returns));
    case Author::null_sender:
        if (signs.auto_reply || signs.answers)
            return both || (system_text && returns);
        return has_text && (has_subject || system_text || returns);
    case Author::shared:
        if (signs.answers || !has_text)
            return false;
        return both || (returns && (system_text || has_subject)) ||
               (system_subject && !find_failed_recipients(header, result.notice->text, {}).empty());
    case Author::unknown:
        return !signs.answers && !signs.list && (both || (returns && has_subject && has_text));
    case Author::person:
        return !signs.answers && !signs.list && both && returns;
    }
    return false;
}

// A receipt that a person's mail program wrote, without the structure of RFC 8098.
bool is_plain_read_receipt(const HeaderSigns& signs, const Signature& subject, const Signature& text) {
    return !signs.answers && !signs.list && subject.tidings == Tidings::read && text.tidings == Tidings::read;
}

// A mail system that returns a message or names an address, in words that no signature knows.
bool is_probable_bounce(const HeaderSigns& signs, const Notice& notice) {
    if (signs.author.author != Author::mail_system || signs.answers)
        return false;
    return signs.author.rule == "field X-Failed-Recipients" ||
           (signs.author.rule == "mailer-daemon" &&
            (notice.returns_message || notice.text.find('@') != std::string::npos));
}

// Tidings of arrival are written by shops and parcel services, too: they count from mail systems only.
bool may_bring(const HeaderSigns& signs, Tidings tidings) {
    return tidings != Tidings::delivered || signs.author.author == Author::mail_system ||
           signs.author.author == Author::postmaster;
}

// A notice speaks for itself: what its author quotes or passes on does not count. A mail system quotes
// nobody.
std::string spoken_text(const Classification& result) {
    const std::string& text = result.notice->text;
    return result.signs.author.author == Author::mail_system ? text : own_words(text);
}

void classify_words(Classification& result, const mail::HeaderFields& header, const Signature& subject) {
    // The text is searched only where it could tip the balance.
    const Author author = result.signs.author.author;
    const bool trusted =
        author == Author::mail_system || author == Author::postmaster || author == Author::null_sender;
    if (!trusted && subject.strength == Strength::nothing && !result.notice->returns_message)
        return;
    const Signature text = signature_of_text(spoken_text(result));
    if (!proves_notice(result, header, subject, text) &&
        !is_plain_read_receipt(result.signs, subject, text)) {
        if (is_probable_bounce(result.signs, *result.notice))
            classify_tidings(result, Tidings::failed, "probable bounce, from " + result.signs.author.rule);
        return;
    }
    // Where both speak of failure or of delay, the text knows better; arrivals are told by the subject first.
    const bool subject_first = text.tidings == Tidings::none ||
                               (subject.tidings != Tidings::none && subject.tidings != Tidings::failed &&
                                text.strength == Strength::phrase) ||
                               subject.tidings == Tidings::delivered || subject.tidings == Tidings::read;
    const Signature& chosen = subject_first ? subject : text;
    if (may_bring(result.signs, chosen.tidings))
        classify_tidings(result, chosen.tidings,
                         "notice: " + std::string(chosen.rule) +
                             (result.signs.author.rule.empty() ? "" : ", from " + result.signs.author.rule));
}

void classify_body(Classification& result, const mail::HeaderFields& header, const Signature& subject) {
    const Notice& notice = *result.notice;
    const bool structured = result.signs.is_report || result.signs.author.author != Author::person;
    if (result.signs.complaint)
        result.classes.push_back(*result.signs.complaint);
    else if (structured && notice.kind == ReportKind::feedback_report)
        add(result, class_abuse_report, "feedback report, RFC 5965");
    else if (structured && notice.kind == ReportKind::disposition_notification)
        add(result, class_read_receipt, "disposition notification, RFC 8098");
    if (!result.classes.empty())
        return;
    if (structured && notice.kind == ReportKind::delivery_status) {
        result.status = parse_delivery_status(notice.fields);
        if (classify_actions(result))
            return;
    }
    classify_words(result, header, subject);
    if (result.classes.empty() && result.signs.is_report && result.signs.report_type == "delivery-status") {
        result.failed = true;
        add(result, class_bounce, "report without a delivery status");
    }
    // Gateways that lost the MIME structure leave the fields of the report in the text.
    if (result.failed || result.delayed) {
        DeliveryStatus in_text = parse_delivery_status(notice.text);
        std::erase_if(in_text.recipients, [](const RecipientStatus& recipient) {
            return recipient.final_recipient.empty() && recipient.original_recipient.empty();
        });
        if (!in_text.recipients.empty()) {
            Classification by_fields;
            by_fields.status = std::move(in_text);
            if (classify_actions(by_fields)) {
                result.classes = std::move(by_fields.classes);
                result.failed = by_fields.failed;
                result.delayed = by_fields.delayed;
            }
            result.status = std::move(by_fields.status);
        }
    }
}

} // namespace

Expected<Classification> classify(mail::Message& message) {
    const Expected<const mail::HeaderFields*> header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const Expected<std::optional<std::string>> sender = message.sender();
    if (!sender)
        return tl::make_unexpected(sender.error());

    Classification result;
    result.signs = read_header_signs(**header, *sender);
    const Signature subject = result.signs.answers ? Signature{} : signature_of_subject(result.signs.subject);
    if (may_be_report(result.signs, subject)) {
        const Expected<std::span<const mail::Part>> parts = message.head_parts();
        if (!parts)
            return tl::make_unexpected(parts.error());
        result.notice = read_notice(*parts);
        classify_body(result, **header, subject);
    }

    const HeaderSigns& signs = result.signs;
    const bool is_report = !result.classes.empty();
    if (!is_report && signs.auto_reply)
        result.classes.push_back(*signs.auto_reply);
    else if (!is_report && signs.machine)
        result.classes.push_back(*signs.machine);
    if (signs.list)
        result.classes.push_back(*signs.list);
    if (!is_report && !signs.auto_reply && signs.bulk)
        result.classes.push_back(*signs.bulk);
    // Whatever it is, a mail system that reports nothing known is no person.
    if (result.classes.empty() && (signs.author.author == Author::mail_system || signs.is_report))
        add(result, class_auto_generated, "author: " + (signs.is_report ? "a report" : signs.author.rule));
    if (result.classes.empty())
        add(result, class_personal, "no sign of a machine or a list");
    return result;
}

} // namespace columbarium::triage
