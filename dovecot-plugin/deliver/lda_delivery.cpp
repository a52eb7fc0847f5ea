// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/lda_delivery.hpp"

#include <chrono>
#include <utility>

#include "deliver/stream_source.hpp"
#include "host/user_lists.hpp"
#include "reply/compose.hpp"
#include "reply/report_permission.hpp"

#include "compat.hpp"
#include "delivery_access.hpp"

namespace columbarium::deliver {

namespace {

using tombstone::Handed;
using tombstone::Verdict;

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Where the MTA did not say who sends (-f), the message has it.
const smtp_address* reverse_path(mail_deliver_context& context) {
    return context.mail_from != nullptr ? context.mail_from : mail_deliver_get_return_address(&context);
}

// Whether the sender may be told that mail to somebody who is not here was refused. For who is here, mail
// that cannot be sent on is reported as every MTA does it.
Expected<bool> may_be_reported(const tombstone::Transaction& envelope, mail::Message& message,
                               const config::SiteConfig& site) {
    const tombstone::Recipient& recipient = envelope.recipients.front();
    if (recipient.addressee && std::holds_alternative<tombstone::Forward>(recipient.addressee->resolution))
        return true;
    reply::Question question;
    question.sender = envelope.sender.address;
    question.recipients = {recipient.address};
    question.subaddress_delimiters = site.people.subaddress_delimiters;
    question.domains = site.people.domains;
    return reply::may_report(message, question, site.reply);
}

// The recipient whose mail this is: the final one (-r), or the one that the MTA was told of (-a), where that
// is one of the site's. "" for neither.
std::string site_recipient(const mail_deliver_context& context, const config::SiteConfig& site) {
    for (const smtp_address* path : {context.rcpt_to, context.rcpt_params.orcpt.addr}) {
        std::string address = smtp_address_encode(path);
        if (tombstone::person_of_address(address, site))
            return address;
    }
    return {};
}

LdaStep done() {
    return {LdaStep::Kind::done, ""};
}

LdaStep defer(std::string_view text) {
    return {LdaStep::Kind::defer, std::string(text)};
}

// Neither handed on nor reported: the MTA keeps the message, and tells its sender in the end.
LdaStep defer_with_error(std::string_view text, const std::string& reason) {
    i_error("columbarium: the message has to wait: %s", str_sanitize(reason.c_str(), 512));
    return defer(text);
}

std::string text_of(const ReplyLine& line) {
    return std::to_string(line.code) + " " + line.enhanced + " " + line.text;
}

} // namespace

istream* LdaDelivery::open_message() const {
    istream* input = nullptr;
    return mail_get_stream(context_.src_mail, nullptr, nullptr, &input) < 0 ? nullptr : input;
}

Sent LdaDelivery::send(const Mail& mail) const {
    return submit(mail, {context_.smtp_set, context_.event, context_.rcpt_user});
}

LdaStep LdaDelivery::forward(const tombstone::Transaction& envelope, const std::string& address,
                             const config::SiteConfig& site, std::string& reason) const {
    istream* message = open_message();
    if (message == nullptr)
        return defer(tombstone::cannot_decide);
    const std::string head = tombstone::forwarded_mark(envelope.recipients.front().address);
    const Sent sent = as_forward(send({reverse_path(context_), address, head, message}));
    if (sent.handed == Handed::over) {
        reason = "to <" + address + ">";
        return done();
    }
    reason = "to <" + address + "> failed: " + sent.said;
    const std::string refusal = text_of(refusal_of(sent));
    if (sent.is_ours_to_mend || (sent.handed == Handed::never && envelope.sender.address.empty()))
        return defer_with_error(refusal, reason);
    return sent.handed == Handed::never ? report(envelope, refusal, site, reason) : defer(refusal);
}

LdaStep LdaDelivery::report(const tombstone::Transaction& envelope, const std::string& refusal,
                            const config::SiteConfig& site, std::string& reason) const {
    const std::string note = reason.empty() ? "" : reason + "; ";
    if (envelope.sender.address.empty()) { // RFC 5429 section 2.1.2, RFC 5321 section 6.1
        reason = note + "no report to the null sender";
        return done();
    }
    istream* input = open_message();
    if (input == nullptr)
        return defer(tombstone::cannot_decide);
    const message_address* postmaster = nullptr;
    const char* error = nullptr;
    if (!mail_user_get_postmaster_address(context_.rcpt_user, &postmaster, &error)) {
        reason = note + "postmaster_address: " + error;
        return defer(tombstone::cannot_decide);
    }
    StreamSource source(input);
    mail::Message message(source, {envelope.sender.address});
    const auto allowed = may_be_reported(envelope, message, site);
    if (!allowed)
        return defer(tombstone::cannot_decide);
    if (!*allowed) { // RFC 5429 section 2.1.2: it is in the log
        reason = note + "no report to this sender";
        i_warning("columbarium: refused, and the sender gets no report: from=<%s>",
                  str_sanitize(envelope.sender.address.c_str(), 256));
        return done();
    }
    const ReplyLine line = read_reply_line(refusal);
    const reply::From from{"", std::string(postmaster->mailbox) + "@" + postmaster->domain};
    const auto text = reply::compose_report(from, envelope.sender.address,
                                            {{envelope.recipients.front().address, line.enhanced, refusal}},
                                            context_.set->hostname, now(), message);
    if (!text) {
        reason = note + "no report: " + text.error().text;
        return defer_with_error(tombstone::cannot_decide, reason);
    }
    const Sent sent = send({nullptr, envelope.sender.address, *text, nullptr});
    reason = note + (sent.handed == Handed::over ? "reported" : "the report failed: " + sent.said);
    if (sent.handed == Handed::over || is_refusal_of_recipient(sent))
        return done();
    return defer_with_error(tombstone::cannot_decide, reason);
}

LdaStep LdaDelivery::carry_out(const tombstone::Transaction& envelope, const Verdict& verdict,
                               const config::SiteConfig& site, std::string& reason) const {
    if (std::holds_alternative<tombstone::DeliverOn>(verdict))
        return {};
    if (const auto* forwarded = std::get_if<tombstone::ForwardTo>(&verdict))
        return forward(envelope, forwarded->address, site, reason);
    if (const auto* refused = std::get_if<tombstone::Refuse>(&verdict))
        return report(envelope, refused->reply, site, reason);
    if (const auto* deferred = std::get_if<tombstone::Defer>(&verdict))
        return defer(deferred->reply);
    return done();
}

Ending LdaDelivery::decide(const tombstone::Transaction& envelope, istream* input,
                           const config::SiteConfig& site, host::ServiceClient& service) const {
    const auto early = tombstone::at_recipient(envelope.sender, envelope.recipients.front(), site);
    if (early && !std::holds_alternative<tombstone::ForwardTo>(*early))
        return {{*early}, {""}, {}};
    if (input == nullptr)
        return defer_all(1, "the message cannot be read");
    StreamSource source(input);
    mail::Message message(source, {envelope.sender.address});
    return end_of_message(envelope, message, now(), site, service, [&](const tombstone::Outgoing& reply) {
        return send({nullptr, reply.recipient, reply.text, nullptr});
    });
}

LdaStep LdaDelivery::run() {
    mail_user* user = context_.rcpt_user;
    const auto site =
        host::site_config([user](const char* name) { return host::plugin_setting(user, name); });
    const std::string address =
        site ? site_recipient(context_, **site) : smtp_address_encode(context_.rcpt_to);
    if (site && address.empty())
        return {};
    tombstone::Transaction envelope{{smtp_address_encode(reverse_path(context_)), false}, {}};
    Ending ending;
    if (!site) {
        ending = defer_all(1, site.error().text);
    } else {
        const auto service = host::ServiceClient::for_user(user->set->base_dir, user->username);
        auto found = service->addressee(address);
        if (found && !*found)
            return {};
        if (found) {
            envelope.recipients.push_back({address, *std::move(found)});
            ending = decide(envelope, open_message(), **site, *service);
        } else {
            ending = defer_all(1, found.error().text);
        }
    }
    // Without a configuration all is deferred, and nothing reported.
    LdaStep step = carry_out(envelope, ending.verdicts.front(), site ? **site : config::SiteConfig(),
                             ending.reasons.front());
    if (step.kind != LdaStep::Kind::leave)
        i_info(
            "columbarium: %s",
            str_sanitize(
                log_line(envelope.sender, address, ending.verdicts.front(), ending.reasons.front()).c_str(),
                1024));
    for (const std::string& trouble : ending.troubles)
        i_error("columbarium: %s", str_sanitize(trouble.c_str(), 512));
    return step;
}

} // namespace columbarium::deliver
