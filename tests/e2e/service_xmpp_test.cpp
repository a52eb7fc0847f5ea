// SPDX-License-Identifier: LGPL-2.1-or-later
// The service with an XMPP server: what it knows of people, and what it sends them.
#include <memory>

#include <gmock/gmock.h>

#include "rig/prosody.hpp"
#include "rig/xmpp_client.hpp"
#include "rig/xmpp_component_server.hpp"
#include "service_fixture.hpp"

namespace columbarium::e2e {
namespace {

using rig::eventually;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using wire::ReplyStatus;

class ServiceXmpp : public ServiceTest {
  protected:
    void use(const rig::Prosody& prosody) {
        secret = prosody.password("bot") + "\n";
        options.site_config =
            "[xmpp]\njid = \"" + prosody.jid("bot") +
            "\"\npassword_file = \"@directory@/xmpp.secret\"\nhost = \"127.0.0.1\"\nport = " +
            std::to_string(prosody.port()) + "\nca_file = \"" + prosody.ca_file().string() + "\"\n" + quick;
    }

    void use(const rig::XmppComponentServer& xmpp) {
        secret = "component's secret\n";
        options.site_config = "[xmpp]\ncomponent = \"" + xmpp.component() +
                              "\"\nsecret_file = \"@directory@/xmpp.secret\"\nhost = \"127.0.0.1\"\nport = " +
                              std::to_string(xmpp.port()) + "\ndomains = [\"example.com\"]\n" + quick;
    }

    [[nodiscard]] static rig::XmppClientOptions phone_of(const rig::Prosody& prosody) {
        rig::XmppClientOptions options;
        options.jid = prosody.jid("alice");
        options.password = prosody.password("alice");
        options.resource = "phone";
        options.port = prosody.port();
        options.ca_file = prosody.ca_file();
        return options;
    }

    // The value of the map `presence`; null where there is none.
    nlohmann::json presence(const std::string& jid) {
        const wire::Reply reply = ask("presence", jid);
        return reply.status == ReplyStatus::ok ? nlohmann::json::parse(reply.text) : nlohmann::json();
    }

    // Whether a presence has this member in time.
    bool tells(const std::string& jid, const std::string& member, const nlohmann::json& value) {
        nlohmann::json last;
        const bool told = eventually(rig::default_deadline, [&] {
            last = presence(jid);
            return last.is_object() && last.value(member, nlohmann::json()) == value;
        });
        EXPECT_TRUE(told) << jid << ": " << last;
        return told;
    }

    bool connects() {
        return eventually(rig::default_deadline, [&] { return status().at("xmpp").at("connected") == true; });
    }

  private:
    static constexpr const char* quick = "reconnect_seconds = 1\nreconnect_limit_seconds = 1\n";
};

TEST_F(ServiceXmpp, LearnsThePresenceOfWhoPermitsIt) {
    const rig::Prosody prosody;
    use(prosody);
    ASSERT_TRUE(connects());
    rig::XmppClient phone(phone_of(prosody));
    static_cast<void>(ask("presence", prosody.jid("alice"))); // the service asks her for permission
    tells(prosody.jid("alice"), "presence", "available");
    phone.presence("xa", "On a trip");
    tells(prosody.jid("alice"), "show", "xa");
    tells(prosody.jid("alice"), "status", "On a trip");
    tells(prosody.jid("alice") + "/phone", "show", "xa");
    const nlohmann::json xmpp = status().at("xmpp");
    EXPECT_EQ(xmpp.at("kind"), "client");
    EXPECT_EQ(xmpp.at("address"), prosody.jid("bot"));
    EXPECT_EQ(xmpp.at("known"), 1);
    EXPECT_EQ(xmpp.at("available"), 1);
    phone.leave("Good night");
    tells(prosody.jid("alice"), "presence", "offline");
    EXPECT_THAT(server().log(), Not(HasSubstr("alice"))) << "people are named at level debug only";
}

TEST_F(ServiceXmpp, XP_16_ApprovesWhoAsksItAndAsksInReturn) {
    const rig::Prosody prosody;
    use(prosody);
    ASSERT_TRUE(connects());
    rig::XmppClient phone(phone_of(prosody));
    phone.presence_type(prosody.jid("bot"), "subscribe");
    EXPECT_TRUE(phone.wait_for_subscription(prosody.jid("bot"), "both"));
    tells(prosody.jid("alice"), "presence", "available");
}

TEST_F(ServiceXmpp, KnowsThatNobodyIsKnownOnlyWhereItHasASession) {
    rig::XmppComponentServer xmpp;
    use(xmpp);
    ASSERT_TRUE(connects());
    const std::string stranger = "stranger@example.net";
    EXPECT_EQ(ask("presence", stranger).status, ReplyStatus::not_found);
    xmpp.refuse();
    xmpp.disconnect();
    ASSERT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("xmpp").at("connected") == false; }));
    EXPECT_EQ(presence(stranger), nlohmann::json::parse(R"({"presence": "unknown"})"));
}

TEST_F(ServiceXmpp, KnowsThatNobodyIsKnownWhenTheRosterIsThere) {
    rig::Prosody prosody;
    prosody.stop();
    prosody.set_subscription("bot", "alice", "both");
    prosody.start();
    use(prosody);
    ASSERT_TRUE(connects());
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return status().at("xmpp").at("known") == 1; }));
    EXPECT_EQ(ask("presence", "stranger@example.net").status, ReplyStatus::not_found);
}

TEST_F(ServiceXmpp, SendsWhatIsQueued) {
    const rig::Prosody prosody;
    use(prosody);
    rig::XmppClient phone(phone_of(prosody));
    EXPECT_EQ(ask("notify", notification_value("n1", prosody.jid("alice"))).text, "queued");
    EXPECT_TRUE(phone.wait_for_messages(1));
    EXPECT_EQ(phone.messages().at(0).body, "New mail");
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return status().at("queue").at("sent") == 1; }));
    EXPECT_EQ(status().at("queue").at("waiting"), 0);
}

TEST_F(ServiceXmpp, XP_15_ReportsNothingStaleAfterADisconnectAndComesBack) {
    rig::Prosody prosody;
    prosody.stop();
    prosody.set_subscription("bot", "alice", "both");
    prosody.start();
    use(prosody);
    ASSERT_TRUE(connects());
    {
        const rig::XmppClient phone(phone_of(prosody));
        tells(prosody.jid("alice"), "presence", "available");
        prosody.kill();
        tells(prosody.jid("alice"), "presence", "unknown");
        EXPECT_TRUE(
            eventually(rig::default_deadline, [&] { return status().at("xmpp").at("last_error") != ""; }));
    }
    const auto pid = status().at("pid");
    prosody.start();
    ASSERT_TRUE(connects());
    const rig::XmppClient phone(phone_of(prosody));
    tells(prosody.jid("alice"), "presence", "available");
    EXPECT_EQ(status().at("pid"), pid);
}

TEST_F(ServiceXmpp, SendsAfterAReloadWhatWaitedBeforeIt) {
    rig::Prosody prosody;
    use(prosody);
    prosody.stop();
    EXPECT_EQ(ask("notify", notification_value("n1", prosody.jid("alice"))).text, "queued");
    const pid_t first = status().at("pid");
    reload();
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return !runs(first); }));
    prosody.start();
    ASSERT_TRUE(connects());
    const rig::XmppClient phone(phone_of(prosody));
    EXPECT_TRUE(phone.wait_for_messages(1));
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return status().at("queue").at("sent") == 1; }));
    EXPECT_THAT(phone.messages(), SizeIs(1));
}

TEST_F(ServiceXmpp, XP_24_KnowsManyPeopleAsAComponent) {
    rig::XmppComponentServer xmpp;
    use(xmpp);
    ASSERT_TRUE(connects());
    constexpr int count = 10'000;
    xmpp.send_people(count);
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("xmpp").at("available") == count; }));
    EXPECT_EQ(status().at("xmpp").at("known"), count);
    EXPECT_EQ(presence("person-9999@example.com").at("show"), "xa");
    const pid_t first = status().at("pid");
    reload();
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return !runs(first); }));
    // The next process probes all of them, without being asked for any.
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("xmpp").at("available") == count; }));
    xmpp.disconnect();
    // In the next session each of them is probed, and answers.
    tells("person-9999@example.com", "presence", "available");
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("xmpp").at("available") == count; }));
}

} // namespace
} // namespace columbarium::e2e
