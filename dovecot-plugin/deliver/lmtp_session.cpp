// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/lmtp_session.hpp"

#include <chrono>
#include <utility>

#include "deliver/account_path.hpp"
#include "deliver/lmtp_sender.hpp"
#include "deliver/stream_source.hpp"

#include "delivery_access.hpp"

namespace columbarium::deliver {

namespace {

using tombstone::Verdict;

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void log(const tombstone::Sender& sender, const std::string& recipient, const Verdict& verdict,
         const std::string& reason) {
    i_info("columbarium: %s", str_sanitize(log_line(sender, recipient, verdict, reason).c_str(), 1024));
}

RcptStep refuse(std::string_view reply) {
    return {RcptStep::Kind::refuse, read_reply_line(reply)};
}

// Does what a verdict says, and answers for it. `reason` is for the log.
struct CarryOut {
    LmtpSender& sender;
    const std::string& recipient;
    std::string& reason;

    ReplyLine operator()(const Verdict& verdict) const { return std::visit(*this, verdict); }

    ReplyLine operator()(const tombstone::ForwardTo& forward) const {
        const Sent sent = sender.forward(recipient, forward.address);
        if (sent.handed == tombstone::Handed::over) {
            reason = "to <" + forward.address + ">";
            return {250, "2.0.0", "Sent on"};
        }
        reason = "to <" + forward.address + "> failed: " + sent.said;
        return refusal_of(sent);
    }
    ReplyLine operator()(const tombstone::Answer& /*verdict*/) const {
        return {250, "2.0.0", "The sender was told of the change of address"};
    }
    ReplyLine operator()(const tombstone::Drop& /*verdict*/) const { return {250, "2.0.0", "Done with"}; }
    ReplyLine operator()(const tombstone::Refuse& refused) const { return read_reply_line(refused.reply); }
    ReplyLine operator()(const tombstone::Defer& deferred) const { return read_reply_line(deferred.reply); }
    // Who is delivered to was left to the host at RCPT.
    ReplyLine operator()(const tombstone::DeliverOn& /*verdict*/) const {
        reason = "was not to be delivered here at RCPT";
        return read_reply_line(tombstone::cannot_decide);
    }
};

// Says why, and what the client is told.
RcptStep defer(const smtp_server_recipient& recipient, const std::string& reason) {
    e_error(recipient.event, "columbarium: %s", str_sanitize(reason.c_str(), 512));
    return refuse(tombstone::cannot_decide);
}

} // namespace

Expected<void> LmtpSession::read_site() {
    if (site_ != nullptr)
        return {};
    auto site =
        force_.read([this](const char* name) { return host::plugin_setting(connection_.user_set, name); },
                    [this](const std::string& text) {
                        e_error(connection_.event, "columbarium: %s", str_sanitize(text.c_str(), 512));
                    });
    if (!site)
        return tl::make_unexpected(std::move(site.error()));
    site_ = *std::move(site);
    return {};
}

Expected<std::optional<tombstone::Addressee>> LmtpSession::look_up(const std::string& username,
                                                                   const std::string& address) {
    if (const auto known = people_.find(username); known != people_.end())
        return known->second;
    if (!trouble_.empty())
        return temporary_failure(trouble_);
    auto found = service_.addressee(address);
    if (found)
        people_.emplace(username, *found);
    else if (service_.fell_silent())
        trouble_ = found.error().text;
    return found;
}

tombstone::Sender LmtpSession::sender_of(const smtp_server_transaction& transaction) const {
    smtp_proxy_data client{};
    smtp_server_connection_get_proxy_data(connection_.conn, &client);
    return {smtp_address_encode(transaction.mail_from), client.login != nullptr && *client.login != '\0'};
}

const tombstone::Recipient* LmtpSession::accepted_before(smtp_server_transaction& transaction,
                                                         smtp_server_recipient& recipient) const {
    if (!array_is_created(&transaction.rcpt_to))
        return nullptr;
    const auto* same = smtp_server_transaction_find_rcpt_duplicate(&transaction, &recipient);
    const auto found = ours_.find(same);
    return found == ours_.end() ? nullptr : &found->second;
}

const tombstone::Recipient* LmtpSession::accepted_there(const smtp_server_transaction& transaction,
                                                        const smtp_address* path) const {
    for (const smtp_server_recipient* other : host::recipients_of(transaction)) {
        const auto found = ours_.find(other);
        if (found != ours_.end() && smtp_address_equals(other->path, path))
            return &found->second;
    }
    return nullptr;
}

RcptStep LmtpSession::accept(const smtp_server_recipient& recipient, tombstone::Recipient found) {
    ours_.insert_or_assign(&recipient, std::move(found));
    return {RcptStep::Kind::accept, {}};
}

RcptStep LmtpSession::leave(smtp_server_recipient& recipient, const smtp_server_transaction& transaction,
                            bool names_original) {
    // The host would take one of ours for a recipient of its own.
    if (const auto* known = accepted_there(transaction, recipient.path); known != nullptr)
        return accept(recipient, *known);
    if (has_accounts_ && !names_original)
        share_original_recipient(recipient, transaction);
    return {};
}

RcptStep LmtpSession::at_recipient(smtp_server_recipient& recipient) {
    // The memory of one that was refused may be another's now.
    ours_.erase(&recipient);
    smtp_server_transaction* transaction = smtp_server_connection_get_transaction(recipient.conn);
    if (transaction == nullptr || recipient.path == nullptr)
        return {};
    // The host takes the same recipient for one that it has, where it was accepted: he is decided on once.
    if (const auto* known = accepted_before(*transaction, recipient); known != nullptr)
        return accept(recipient, *known);
    if (const auto site = read_site(); !site)
        return defer(recipient, site.error().text);
    std::string address = smtp_address_encode(recipient.path);
    const bool names_original = recipient.params.orcpt.addr_type != nullptr;
    const auto username = tombstone::person_of_address(address, *site_);
    if (!username)
        return leave(recipient, *transaction, names_original);
    auto found = look_up(*username, address);
    if (!found)
        return defer(recipient, found.error().text);
    RcptStep step = decide(recipient, sender_of(*transaction), {std::move(address), *std::move(found)});
    return step.kind == RcptStep::Kind::leave ? leave(recipient, *transaction, names_original) : step;
}

RcptStep LmtpSession::decide(smtp_server_recipient& recipient, const tombstone::Sender& sender,
                             tombstone::Recipient found) {
    const auto verdict = tombstone::at_recipient(sender, found, *site_);
    if (!verdict || std::holds_alternative<tombstone::ForwardTo>(*verdict))
        return accept(recipient, std::move(found));
    if (const auto* deliver = std::get_if<tombstone::DeliverOn>(&*verdict)) {
        if (deliver->address.empty())
            return {};
        const std::string username = found.addressee ? found.addressee->username : "";
        const char* delimiters = connection_.unexpanded_lda_set->recipient_delimiter;
        if (const auto done = deliver_to_account(recipient, deliver->address, username, delimiters); !done)
            return defer(recipient, done.error().text);
        has_accounts_ = true;
        return {};
    }
    if (const auto* deferred = std::get_if<tombstone::Defer>(&*verdict)) {
        log(sender, found.address, *verdict, deferred->reply);
        return refuse(deferred->reply);
    }
    if (const auto* refused = std::get_if<tombstone::Refuse>(&*verdict)) {
        log(sender, found.address, *verdict, refused->reply);
        return refuse(refused->reply);
    }
    return defer(recipient, "a verdict that cannot be carried out before the message is there");
}

Ending LmtpSession::decide_all(const tombstone::Transaction& envelope, LmtpSender& sender, istream* input) {
    StreamSource source(input);
    mail::Message message(source, {envelope.sender.address});
    Ending ending = end_of_message(envelope, message, now(), *site_, service_,
                                   [&](const tombstone::Outgoing& reply) { return sender.reply(reply); });
    source.rewind();
    return ending;
}

std::vector<DataReply> LmtpSession::at_end_of_data(const smtp_server_transaction& transaction,
                                                   istream* message) {
    tombstone::Transaction envelope{sender_of(transaction), {}};
    std::vector<DataReply> replies;
    for (smtp_server_recipient* recipient : host::recipients_of(transaction)) {
        if (const auto found = ours_.find(recipient); found != ours_.end()) {
            envelope.recipients.push_back(found->second);
            replies.push_back({recipient, {}});
        }
    }
    LmtpSender sender(connection_, transaction, message);
    const Ending ending = decide_all(envelope, sender, message);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const std::string& recipient = envelope.recipients[i].address;
        std::string reason = ending.reasons[i];
        replies[i].reply = CarryOut{sender, recipient, reason}(ending.verdicts[i]);
        log(envelope.sender, recipient, ending.verdicts[i], reason);
    }
    for (const std::string& trouble : ending.troubles)
        e_error(transaction.event, "columbarium: %s", str_sanitize(trouble.c_str(), 512));
    return replies;
}

void LmtpSession::reset() {
    site_.reset();
    ours_.clear();
    people_.clear();
    has_accounts_ = false;
    trouble_.clear();
}

} // namespace columbarium::deliver
