// SPDX-License-Identifier: LGPL-2.1-or-later
#include "rfc6133_fixture.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "presence/presence_value.hpp"
#include "rig/directory.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {

namespace {

namespace fs = std::filesystem;
using ::testing::SizeIs;

constexpr const char* jid = "user@example.com";

} // namespace

Rfc6133Story::Rfc6133Story(PresenceOrigin origin) : origin_(origin) {
    options.submission_port = sink.port();
    if (origin == PresenceOrigin::dict)
        return;
    prosody_ = std::make_unique<rig::Prosody>(
        rig::ProsodyOptions{.users = {{"bot", "bot's secret"}, {"user", "user's secret"}}});
    options.service = true;
    options.plugin_settings["columbarium_presence"] = "xmpp";
    options.site_config += fmt::format("[xmpp]\njid = \"{}\"\npassword_file = \"@directory@/xmpp.secret\"\n"
                                       "host = \"127.0.0.1\"\nport = {}\nca_file = \"{}\"\n",
                                       prosody_->jid("bot"), prosody_->port(), prosody_->ca_file().string());
}

void Rfc6133Story::use_template(const std::string& name) {
    std::string text = rig::read_file(fs::path(COLUMBARIUM_SOURCE_DIR) / "conf.d/sieve" / (name + ".sieve"));
    const std::string placeholder = "xmpp:me@example.com";
    if (const std::size_t at = text.find(placeholder); at != std::string::npos)
        text.replace(at, placeholder.size(), std::string("xmpp:") + jid);
    EXPECT_EQ(text.find(placeholder), std::string::npos) << "one place is enough";
    use_script("user", text);
    for (const auto& [address, group] : {std::pair("friend@example.net", "Friends"),
                                         {"mother@example.net", "Family"},
                                         {"colleague@example.net", "Co-workers"},
                                         {"customer@example.net", "Customers"},
                                         {"staff@example.net", "Staff"}})
        write_card("user", address, group);
    if (origin_ == PresenceOrigin::xmpp)
        fs::permissions(dovecot().write_file("xmpp.secret", prosody_->password("bot") + "\n"),
                        fs::perms::owner_read | fs::perms::owner_write);
}

void Rfc6133Story::be(const std::string& presence) {
    if (origin_ == PresenceOrigin::dict) {
        publish(jid, presence);
        return;
    }
    std::string show = presence;
    std::string status;
    if (presence.starts_with('{')) {
        const auto object = nlohmann::json::parse(presence);
        show = object.value("show", "");
        status = object.value("status", "");
    }
    if (show == "offline") {
        vanish();
        return;
    }
    if (client_ == nullptr)
        log_in();
    client_->presence(show == "available" ? "" : show, status);
    EXPECT_TRUE(is_told(show, status)) << show << ' ' << status;
}

void Rfc6133Story::log_in() {
    client_ = std::make_unique<rig::XmppClient>(rig::XmppClientOptions{.jid = jid,
                                                                       .password = prosody_->password("user"),
                                                                       .resource = "phone",
                                                                       .port = prosody_->port(),
                                                                       .ca_file = prosody_->ca_file()});
}

void Rfc6133Story::vanish() {
    if (origin_ == PresenceOrigin::dict) {
        unpublish(jid);
        return;
    }
    if (client_ == nullptr)
        return;
    client_->leave();
    client_.reset();
    EXPECT_TRUE(is_told("offline", ""));
}

bool Rfc6133Story::is_told(const std::string& show, const std::string& status) {
    wire::Client service((dovecot().directory() / "run/columbarium").string());
    return rig::eventually(rig::default_deadline, [&] {
        const auto reply = service.ask({"presence", jid}, wire::Clock::now() + rig::default_deadline);
        if (!reply || reply->status != wire::ReplyStatus::ok)
            return false;
        const auto told = presence::from_value(reply->text);
        if (!told || told->status != status)
            return false;
        return show == "offline"
                   ? told->knowledge == presence::Knowledge::offline
                   : told->knowledge == presence::Knowledge::available && name_of(told->show) == show;
    });
}

std::vector<rig::SentMessage> Rfc6133Story::sent_for(const std::string& sender, std::size_t expected,
                                                     const std::string& subject) {
    const std::size_t kept = mailbox("user").size();
    sink.clear();
    deliver(mail_to_user(subject, ++last_id_), {.from = sender});
    EXPECT_THAT(mailbox("user"), SizeIs(kept + 1)) << "the mail itself is kept";
    // A delivery is answered when all that it sends is sent.
    auto messages = sink.messages();
    EXPECT_THAT(messages, SizeIs(expected)) << "for " << sender;
    return messages;
}

} // namespace columbarium::e2e
