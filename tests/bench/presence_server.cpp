// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence_server.hpp"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/directory.hpp"
#include "rig/eventually.hpp"
#include "wire/client.hpp"

namespace columbarium::bench {

rig::DovecotOptions presence_options(const rig::XmppComponentServer& xmpp, const std::string& addition) {
    rig::DovecotOptions options;
    options.service = true;
    options.extra_conf = rig::read_file(PROJECT_DIRECTORY "/conf.d/sieve-plugin.conf");
    options.plugin_settings["columbarium_presence"] = "xmpp";
    options.plugin_settings["columbarium_jid"] = "%n@example.com";
    options.site_config =
        fmt::format("[xmpp]\ncomponent = \"{}\"\nsecret_file = \"@directory@/xmpp.secret\"\nhost = "
                    "\"127.0.0.1\"\nport = {}\ndomains = [\"example.com\"]\n"
                    "reconnect_seconds = 1\nreconnect_limit_seconds = 1\n{}",
                    xmpp.component(), xmpp.port(), addition);
    return options;
}

void write_secret(const rig::Dovecot& dovecot) {
    namespace fs = std::filesystem;
    fs::permissions(dovecot.write_file("xmpp.secret", rig::XmppComponentServerOptions().secret + "\n"),
                    fs::perms::owner_read | fs::perms::owner_write);
}

PresenceServer::PresenceServer(std::size_t people, const std::string& addition)
    : dovecot_(presence_options(xmpp_, addition)) {
    write_secret(dovecot_);
    wire::Client client(socket());
    const auto status = [&] {
        const auto reply = client.ask({"service", "status"}, wire::Clock::now() + std::chrono::seconds(5));
        return reply ? nlohmann::json::parse(reply->text, nullptr, false) : nlohmann::json();
    };
    (void)status(); // starts the service
    if (!xmpp_.wait_for_session(1))
        throw std::runtime_error("the service does not connect\n" + dovecot_.log());
    xmpp_.send_people(people);
    const bool known = rig::eventually(rig::default_deadline, [&] {
        const auto now = status();
        return now.is_object() && now["xmpp"]["available"] == people;
    });
    if (!known)
        throw std::runtime_error("the service does not know all people\n" + dovecot_.log());
}

std::string PresenceServer::socket() const {
    return (dovecot_.directory() / "run/columbarium").string();
}

} // namespace columbarium::bench
