// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/lmtp_sender.hpp"

#include "deliver/patience.hpp"
#include "deliver/stream_source.hpp"
#include "host/data_stack_frame.hpp"

#include "delivery_access.hpp"

namespace columbarium::deliver {

namespace {

using tombstone::Handed;

constexpr const char* service_name = "lmtp";
constexpr std::size_t size_of_pool = 1024;

std::string received_field(const smtp_server_transaction& transaction) {
    const host::DataStackFrame frame;
    string_t* field = str_new(pool_datastack_create(), 256);
    // The host's function changes nothing.
    smtp_server_transaction_write_trace_record(field, const_cast<smtp_server_transaction*>(&transaction),
                                               SMTP_SERVER_TRACE_RCPT_TO_ADDRESS_NONE);
    return {str_c(field), str_len(field)};
}

} // namespace

LmtpSender::LmtpSender(const client& connection, const smtp_server_transaction& transaction, istream* message)
    : connection_(connection), transaction_(transaction), message_(message),
      pool_(pool_alloconly_create("columbarium sender", size_of_pool)) {}

LmtpSender::~LmtpSender() {
    pool_unref(&pool_);
}

Sent LmtpSender::reply(const tombstone::Outgoing& reply) {
    return send({nullptr, reply.recipient, reply.text, nullptr});
}

Sent LmtpSender::forward(const std::string& recipient, const std::string& address) {
    if (const auto done = forwarded_.find(address); done != forwarded_.end())
        return done->second;
    const std::string head = tombstone::forwarded_mark(recipient) + received_field(transaction_);
    StreamSource source(message_);
    Sent sent = as_forward(send({transaction_.mail_from, address, head, message_}));
    source.rewind();
    if (sent.is_ours_to_mend)
        e_error(transaction_.event, "columbarium: mail to <%s> cannot be sent on: %s",
                str_sanitize(address.c_str(), 256), str_sanitize(sent.said.c_str(), 512));
    forwarded_.emplace(address, sent);
    return sent;
}

Sent LmtpSender::send(const Mail& mail) {
    if (!trouble_.empty())
        return {Handed::not_now, trouble_};
    if (settings_ == nullptr) {
        const host::DataStackFrame frame;
        const char* error = nullptr;
        settings_ = host::submit_settings(service_name, connection_, pool_, &error);
        if (settings_ == nullptr) {
            trouble_ = std::string("no settings to send mail by: ") + (error == nullptr ? "" : error);
            return {Handed::not_now, trouble_};
        }
    }
    const unsigned seconds =
        seconds_left(std::chrono::steady_clock::now() - begin_, settings_->submission_timeout);
    if (seconds == 0)
        return {Handed::not_now, "too much time has gone by for this transaction"};
    Sent sent = submit(mail, {settings_, transaction_.event, nullptr, seconds});
    if (is_unreachable(sent))
        trouble_ = sent.said;
    return sent;
}

} // namespace columbarium::deliver
