// SPDX-License-Identifier: LGPL-2.1-or-later
// lib95_lmtp_columbarium_plugin.so: mail over LMTP to people of the site, who may have left, see
// tombstone/notice.hpp. RCPT is answered before the host looks for a user; whoever has his mail here is left
// to the host, under his account's address; all other domains are left alone.
//
//   protocol lmtp { mail_plugins = $mail_plugins lmtp_columbarium }
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "deliver/lmtp_session.hpp"
#include "guarded.hpp"

#include "delivery_access.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

namespace {

using deliver::DataReply;
using deliver::ReplyLine;
using Step = deliver::RcptStep;

// What the host's callbacks return.
constexpr int failed = -1;
constexpr int replied = 0;
constexpr int accepted = 1;

// A connection, with the host's own functions.
struct Connection {
    lmtp_client_vfuncs host{};
    std::unique_ptr<deliver::LmtpSession> session; // always there
};

// All that this process has: made at its beginning, and taken away at its end.
struct Process {
    std::unique_ptr<host::ServiceClient> service; // made for the first connection, which knows base_dir
    deliver::SiteInForce site;
    std::map<client*, Connection> connections;
    lmtp_client_created_func_t* next_hook = nullptr;
};

Process* process = nullptr;

// Of a client that was given our functions, and so is there.
Connection& connection_of(client* connection) {
    return process->connections.find(connection)->second;
}

// After DATA the host puts the recipient before the words: "<abc1@cam.example.org> ...". The line is 512
// octets at most (RFC 5321 section 4.5.3.1.5).
void reply_to(smtp_server_recipient* recipient, const ReplyLine& line) {
    const std::size_t before = std::strlen("550  <> \r\n") + line.enhanced.size() +
                               std::strlen(smtp_address_encode(recipient->path));
    const int most = before < 500 ? static_cast<int>(512 - before) : 12;
    smtp_server_recipient_reply(recipient, line.code, line.enhanced.c_str(), "%.*s", most, line.text.c_str());
}

// Where something was thrown; makes no text of its own.
void defer(smtp_server_recipient* recipient) {
    smtp_server_recipient_reply(recipient, 451, "4.3.0", "Temporary internal error");
}

int answer_rcpt(client* connection, smtp_server_cmd_ctx* command, lmtp_recipient* recipient) {
    Connection& known = connection_of(connection);
    // A refusal without words: something was thrown.
    const Step thrown{Step::Kind::refuse, {}};
    const Step step =
        host::guarded("LMTP RCPT", thrown, [&] { return known.session->at_recipient(*recipient->rcpt); });
    switch (step.kind) {
    case Step::Kind::leave:
        break;
    case Step::Kind::accept:
        return accepted;
    case Step::Kind::refuse:
        if (step.reply.text.empty())
            defer(recipient->rcpt);
        else
            reply_to(recipient->rcpt, step.reply);
        return failed;
    }
    return known.host.cmd_rcpt(connection, command, recipient);
}

bool has_others(const deliver::LmtpSession& session, const smtp_server_transaction* transaction) {
    return std::ranges::any_of(host::recipients_of(*transaction),
                               [&](const auto* recipient) { return !session.is_ours(recipient); });
}

void defer_ours(const deliver::LmtpSession& session, const smtp_server_transaction* transaction) {
    for (smtp_server_recipient* recipient : host::recipients_of(*transaction))
        if (session.is_ours(recipient))
            defer(recipient);
}

int answer_data(client* connection, smtp_server_cmd_ctx* command, smtp_server_transaction* transaction,
                istream* input, uoff_t size) {
    const Connection& known = connection_of(connection);
    const auto host_answers = known.host.cmd_data;
    if (!known.session->has_recipients())
        return host_answers(connection, command, transaction, input, size);
    const bool is_for_others = has_others(*known.session, transaction);
    std::vector<DataReply> replies;
    host::guarded("LMTP DATA", [&] { replies = known.session->at_end_of_data(*transaction, input); });
    // With the last reply the transaction may end, and reset() is called: from here on nothing of it counts.
    if (replies.empty())
        defer_ours(*known.session, transaction);
    for (const DataReply& reply : replies)
        reply_to(reply.recipient, reply.reply);
    if (!is_for_others)
        return replied;
    i_stream_seek(input, 0);
    return host_answers(connection, command, transaction, input, size);
}

void end_transaction(client* connection, smtp_server_transaction* transaction) {
    const Connection& known = connection_of(connection);
    known.session->reset();
    known.host.trans_free(connection, transaction);
}

void end_connection(client* connection) {
    const auto host_ends = connection_of(connection).host.destroy;
    process->connections.erase(connection);
    host_ends(connection);
}

// Of a connection that we could not begin: nobody knows whose mail is ours.
int defer_rcpt(client* /*connection*/, smtp_server_cmd_ctx* /*command*/, lmtp_recipient* recipient) {
    defer(recipient->rcpt);
    return failed;
}

void begin_connection(client** created) {
    client* connection = *created;
    bool is_ready = false;
    host::guarded("LMTP connection", [&] {
        if (process->service == nullptr)
            process->service = host::ServiceClient::for_everybody(connection->user_set->base_dir);
        auto session = std::make_unique<deliver::LmtpSession>(*connection, *process->service, process->site);
        process->connections.insert_or_assign(connection, Connection{connection->v, std::move(session)});
        is_ready = true;
    });
    if (is_ready) {
        connection->v.destroy = end_connection;
        connection->v.trans_free = end_transaction;
        connection->v.cmd_rcpt = answer_rcpt;
        connection->v.cmd_data = answer_data;
    } else {
        connection->v.cmd_rcpt = defer_rcpt;
    }
    if (process->next_hook != nullptr)
        process->next_hook(created);
}

} // namespace

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const lmtp_columbarium_plugin_version;
const char* const lmtp_columbarium_plugin_version = DOVECOT_ABI_VERSION;

// The one program that has the symbols.
extern COLUMBARIUM_ENTRY const char lmtp_columbarium_plugin_binary_dependency[];
const char lmtp_columbarium_plugin_binary_dependency[] = "lmtp";

COLUMBARIUM_ENTRY void lmtp_columbarium_plugin_init();
COLUMBARIUM_ENTRY void lmtp_columbarium_plugin_deinit();

void lmtp_columbarium_plugin_init() {
    host::guarded("LMTP module", [] {
        process = new Process;
        process->next_hook = lmtp_client_created_hook_set(begin_connection);
    });
}

void lmtp_columbarium_plugin_deinit() {
    if (process == nullptr)
        return;
    lmtp_client_created_hook_set(process->next_hook);
    delete process;
    process = nullptr;
}
}
