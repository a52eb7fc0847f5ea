// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/bounce.hpp"

#include <algorithm>
#include <optional>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "triage/failed_recipients.hpp"
#include "triage/failure_reason.hpp"
#include "triage/forward_mark.hpp"
#include "triage/status_code.hpp"

namespace columbarium::triage {

namespace {

constexpr std::size_t diagnostic_limit = 1000; // octets of a diagnostic that are shown

// At most `limit` octets, cut between characters.
std::string shortened(std::string text, std::size_t limit) {
    if (text.size() <= limit)
        return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    text.resize(limit);
    return text;
}

std::string remote_host_in(std::string_view text) {
    static const RE2* const host = new RE2(
        R"((?i)(?:while talking to|\bhost|remote (?:host|server|mta)|connect(?:ed|ion)? to|generating server:|by|mx)\s+:?\s*([a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,}))");
    std::string name;
    RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *host, &name);
    return name;
}

// The status with the class that the action and the reason ask for: a reason's code is of class 5 where it is
// for good.
std::string of_class(std::string_view status, char status_class) {
    std::string result(status);
    if (!result.empty())
        result.front() = status_class;
    return result;
}

// Whether a code in words should stand for the one of the Status field: where the field has none; where it
// names only a class that the words fill in; and where the field calls a failure transient that the answer of
// the refusing system calls permanent.
bool says_more(const std::string& said_code, std::string_view field_status, bool failed) {
    if (said_code.empty())
        return false;
    if (field_status.empty())
        return true;
    const bool same_class = said_code.front() == field_status.front();
    return (same_class && !is_specific(field_status) && is_specific(said_code)) ||
           (failed && field_status.front() == '4' && said_code.front() == '5');
}

// What the text of a whole notice says: worked out when it is first asked for, and once for all recipients.
class WholeNotice {
  public:
    explicit WholeNotice(const Notice& notice) : notice_(notice) {}

    [[nodiscard]] const Notice& notice() const { return notice_; }

    const std::string& status() {
        if (!status_)
            status_ = status_code_in_text(notice_.text);
        return *status_;
    }

    const std::string& reply() {
        if (!reply_)
            reply_ = reply_code_in_text(notice_.text);
        return *reply_;
    }

    const FailureReason& reason() {
        if (!reason_)
            reason_ = reason_in_text(notice_.text);
        return *reason_;
    }

  private:
    const Notice& notice_;
    std::optional<std::string> status_;
    std::optional<std::string> reply_;
    std::optional<FailureReason> reason_;
};

// Fills status and reason from the field, the recipient's own text and the text of the whole notice, in this
// order; `said` is about the recipient alone, `whole` about all.
void explain(FailedRecipient& recipient, std::string_view field_status, std::string_view said,
             WholeNotice& whole) {
    const bool delayed = recipient.action.value == action_name(Action::delayed);
    const std::string said_code = status_code_in_text(said);
    const std::string reply = reply_code_in_text(said);
    FailureReason reason = reason_in_text(said);

    recipient.status = {std::string(field_status), "field Status"};
    if (says_more(said_code, field_status, !delayed))
        recipient.status = {said_code, "code in the diagnostic"};

    const FailureReason by_status = reason_of_status(recipient.status.value);
    const bool words_are_vague =
        reason.reason.empty() || reason.reason == "rejected" || reason.reason == "policy";
    // Servers give these codes for nothing else, whatever words they add.
    const bool code_is_plain = by_status.reason == "moved" || by_status.reason == "loop" ||
                               by_status.reason == "too-large" || by_status.reason == "authentication";
    if (!by_status.reason.empty() && ((words_are_vague && by_status.reason != "rejected") || code_is_plain))
        reason = by_status;
    if (reason.reason.empty())
        reason = whole.reason();
    if (recipient.status.value.empty()) {
        const std::string& code = reply.empty() ? whole.reply() : reply;
        const std::string by_reply = status_of_reply_code(code);
        if (!whole.status().empty())
            recipient.status = {whole.status(), "code in the notice"};
        else if (!reason.status.empty()) {
            const char status_class = delayed ? '4' : !code.empty() ? code.front() : reason.status.front();
            recipient.status = {of_class(reason.status, status_class), "phrase: " + std::string(reason.rule)};
        } else if (!by_reply.empty())
            recipient.status = {by_reply, "reply code"};
        else
            recipient.status = {delayed ? "4.0.0" : "5.0.0", "class"};
    }
    if (reason.reason.empty())
        recipient.reason = {"other", "nothing tells"};
    else
        recipient.reason = {std::string(reason.reason),
                            (reason.rule == "status code" ? "" : "phrase: ") + std::string(reason.rule)};
}

// The recipients that the text names, looked for when they are first asked for: a complete machine part needs
// none of them.
class TextRecipients {
  public:
    TextRecipients(const mail::HeaderFields& header, const Notice& notice, const mail::HeaderFields& returned)
        : header_(header), notice_(notice), returned_(returned) {}

    const std::vector<NamedRecipient>& get() {
        if (!found_)
            found_ = find_failed_recipients(header_, notice_.text, returned_);
        return *found_;
    }

  private:
    const mail::HeaderFields& header_;
    const Notice& notice_;
    const mail::HeaderFields& returned_;
    std::optional<std::vector<NamedRecipient>> found_;
};

// What the text of the notice says of a recipient that the machine part names.
std::string said_of(const std::vector<NamedRecipient>& named, const std::string& address) {
    const auto found = std::ranges::find_if(named, [&address](const NamedRecipient& candidate) {
        return equals_ignoring_case(candidate.address, address);
    });
    return found == named.end() ? std::string() : found->said;
}

// A value with its rule, or neither.
Finding found(std::string value, const char* rule) {
    return value.empty() ? Finding{} : Finding{std::move(value), rule};
}

FailedRecipient of_group(const RecipientStatus& group, WholeNotice& notice, TextRecipients& named) {
    FailedRecipient recipient;
    const bool has_final = !group.final_recipient.empty();
    recipient.recipient = {has_final ? group.final_recipient : group.original_recipient,
                           has_final ? "field Final-Recipient" : "field Original-Recipient"};
    recipient.action = {std::string(action_name(group.action)), "field Action"};
    recipient.diagnostic = found(shortened(group.diagnostic, diagnostic_limit), "field Diagnostic-Code");
    recipient.remote_mta = found(group.remote_mta, "field Remote-MTA");
    std::string said = group.diagnostic;
    if (!is_specific(group.status) && status_code_in_text(said).empty())
        said += (said.empty() ? "" : "\n") + said_of(named.get(), recipient.recipient.value);
    explain(recipient, group.status, said, notice);
    return recipient;
}

FailedRecipient of_text(const NamedRecipient& named, WholeNotice& notice, Action action) {
    FailedRecipient recipient;
    recipient.recipient = {named.address, named.rule};
    recipient.action = {std::string(action_name(action)), "notice"};
    recipient.diagnostic = {shortened(named.said, diagnostic_limit), "notice"};
    recipient.remote_mta = {remote_host_in(named.said), "notice"};
    if (recipient.remote_mta.value.empty())
        recipient.remote_mta.value = remote_host_in(notice.notice().text);
    explain(recipient, "", named.said, notice);
    return recipient;
}

// An address that may be reached some day (RFC 3463 section 2: class 4 is a persistent transient failure) is
// no dead one, though this message was given up.
Finding permanence(const std::vector<FailedRecipient>& recipients) {
    const auto holds = [&recipients](char status_class) {
        return std::ranges::any_of(recipients, [status_class](const FailedRecipient& recipient) {
            return recipient.action.value == action_name(Action::failed) &&
                   recipient.status.value.starts_with(status_class) && recipient.status.rule != "class";
        });
    };
    if (holds('5'))
        return {"yes", "failed with a status of class 5"};
    const bool all_delayed = std::ranges::all_of(recipients, [](const FailedRecipient& recipient) {
        return recipient.action.value == action_name(Action::delayed);
    });
    if (all_delayed)
        return {"no", "still being tried"};
    if (holds('4'))
        return {"no", "failed with a status of class 4"};
    return {"unknown", "no status"};
}

void read_returned(Bounce& bounce, const mail::HeaderFields& returned) {
    std::string id(trim(returned.raw("Message-ID")));
    if (id.starts_with('<') && id.find('>') != std::string::npos)
        id = id.substr(1, id.find('>') - 1);
    if (!id.empty())
        bounce.message_id.push_back({mail::decode_text(id), "returned message"});
    if (returned.has("Subject"))
        bounce.subject.push_back({returned.text("Subject"), "returned message"});
    // The newest mark alone: it was the forward that went to whom the message did not reach.
    if (const std::vector<ForwardMark> marks = forward_marks(returned);
        !marks.empty() && !marks.front().channel.empty())
        bounce.forward.push_back(
            {marks.front().channel, std::string(forward_field) + " of the returned message"});
    for (const char* field : {"To", "Cc"})
        for (std::string& address : find_addresses(returned.raw(field)))
            bounce.returned_recipients.push_back(
                {std::move(address), std::string(field) + " of the returned message"});
}

} // namespace

Bounce read_bounce(const Classification& classification, const mail::HeaderFields& header) {
    Bounce bounce;
    if (!classification.failed && !classification.delayed)
        return bounce;
    const Notice& notice = *classification.notice;
    const mail::HeaderFields returned(notice.returned_header);
    TextRecipients named(header, notice, returned);
    WholeNotice whole(notice);
    for (const RecipientStatus& group : classification.status.recipients)
        if (group.action == Action::failed || group.action == Action::delayed)
            bounce.recipients.push_back(of_group(group, whole, named));

    const bool unnamed = std::ranges::all_of(bounce.recipients, [](const FailedRecipient& recipient) {
        return recipient.recipient.value.empty();
    });
    if (unnamed) {
        const std::vector<NamedRecipient>& by_text = named.get();
        if (bounce.recipients.size() == 1 && !by_text.empty()) {
            bounce.recipients.front().recipient = {by_text.front().address, by_text.front().rule};
        } else if (bounce.recipients.empty()) {
            const Action action = classification.failed ? Action::failed : Action::delayed;
            for (const NamedRecipient& recipient : by_text)
                bounce.recipients.push_back(of_text(recipient, whole, action));
            if (by_text.empty())
                bounce.recipients.push_back(of_text({}, whole, action));
        }
    }
    bounce.permanent = permanence(bounce.recipients);
    read_returned(bounce, returned);
    return bounce;
}

} // namespace columbarium::triage
