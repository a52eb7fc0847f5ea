// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp_presence_fixture.hpp"

#include <fmt/format.h>

#include "rig/directory.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {

PresenceOverXmpp::PresenceOverXmpp()
    : prosody({.users = {{"bot", "bot's secret"}, {"alice", "alice's secret"}, {"bob", "bob's secret"}}}) {
    secret = prosody.password("bot") + "\n";
    options.extra_conf = rig::read_file(COLUMBARIUM_SOURCE_DIR "/conf.d/sieve-plugin.conf");
    options.submission_port = sink.port();
    options.plugin_settings["columbarium_presence"] = "xmpp";
    options.plugin_settings["columbarium_jid"] = "%n@" + prosody.domain();
    options.site_config = fmt::format(R"([xmpp]
jid = "{}"
password_file = "@directory@/xmpp.secret"
host = "127.0.0.1"
port = {}
ca_file = "{}"
reconnect_seconds = 1
reconnect_limit_seconds = 1
ping_seconds = 1
answer_seconds = 2
)",
                                      prosody.jid("bot"), prosody.port(), prosody.ca_file().string());
}

std::unique_ptr<rig::XmppClient> PresenceOverXmpp::log_in(const std::string& user,
                                                          const std::string& resource, bool approves) {
    return std::make_unique<rig::XmppClient>(rig::XmppClientOptions{.jid = prosody.jid(user),
                                                                    .password = prosody.password(user),
                                                                    .resource = resource,
                                                                    .port = prosody.port(),
                                                                    .ca_file = prosody.ca_file(),
                                                                    .approves = approves});
}

std::string PresenceOverXmpp::seen(const std::string& user) {
    wire::Client client(socket_path());
    const auto reply =
        client.ask({"presence", prosody.jid(user)}, wire::Clock::now() + rig::default_deadline);
    if (!reply)
        return reply.error().text;
    return reply->status == wire::ReplyStatus::not_found ? "NOTFOUND" : reply->text;
}

bool PresenceOverXmpp::comes_to_be_seen(const std::string& user, std::string_view words) {
    return rig::eventually(rig::default_deadline,
                           [&] { return seen(user).find(words) != std::string::npos; });
}

void PresenceOverXmpp::mail(const std::string& from, const std::string& to, const std::string& subject) {
    (void)server(); // the secret is there before the service is started
    deliver(rig::message(fmt::format("From: {0}\nTo: {1}@example.org\nSubject: {2}\n"
                                     "Message-ID: <{3}@example.net>\n\nHello.\n",
                                     from, to, subject, ++mails_)),
            {.from = from, .to = {to + "@example.org"}});
}

} // namespace columbarium::e2e
