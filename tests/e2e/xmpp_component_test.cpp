// SPDX-License-Identifier: LGPL-2.1-or-later
// The session as a component (XEP-0114): with a real Prosody, and with a server that misbehaves on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xmpp_session_fixture.hpp"

namespace columbarium::test {

namespace {

using session::Connected;
using session::Disconnected;
using session::NotificationAccepted;
using session::PresenceHeard;
using session::RosterItem;
using session::SubscriptionRequest;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* address = "columbarium.example.com";

[[nodiscard]] rig::ProsodyOptions with_component() {
    rig::ProsodyOptions options;
    options.component = address;
    return options;
}

TEST(XmppComponent, XP_20_XP_21_ProsodyTakesItAndItsNotifications) {
    rig::Prosody server(with_component());
    rig::XmppClient alice(person(server, "alice", "phone"));
    Talk talk(component_account(address, server.component_port()), "component's secret");
    const auto connected = talk.next<Connected>();
    ASSERT_TRUE(connected) << server.log();
    EXPECT_EQ(connected->jid, address);
    talk.order(session::Send{notification("note-1", "alice@example.com", "New mail")});
    const auto accepted = talk.next<NotificationAccepted>();
    ASSERT_TRUE(accepted) << server.log();
    EXPECT_EQ(accepted->id, "note-1");
    ASSERT_TRUE(alice.wait_for_messages(1));
    EXPECT_EQ(alice.messages()[0].from, address);
}

TEST(XmppComponent, XP_24_SubscribesAndProbesThroughProsody) {
    rig::Prosody server(with_component());
    rig::XmppClient alice(person(server, "alice", "phone"));
    alice.presence("dnd", "Writing");
    alice.flush();
    {
        Talk talk(component_account(address, server.component_port()), "component's secret");
        ASSERT_TRUE(talk.next<Connected>());
        talk.order(session::Subscribe{jid("alice@example.com")});
        const auto item = talk.next<RosterItem>();
        ASSERT_TRUE(item) << server.log();
        EXPECT_EQ(item->jid.text(), "alice@example.com");
        EXPECT_EQ(item->subscription, presence::Subscription::to);
        const auto heard = talk.next_presence("alice@example.com/phone", true);
        ASSERT_TRUE(heard);
        EXPECT_EQ(heard->stanza.show, presence::Show::dnd);
    }
    // A new session knows nobody, and asks.
    Talk talk(component_account(address, server.component_port()), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    talk.order(session::Probe{jid("alice@example.com")});
    EXPECT_TRUE(talk.next_presence("alice@example.com/phone", true));
}

TEST(XmppComponent, AnswersItsOwnPingsThroughProsody) {
    rig::Prosody server(with_component());
    auto account = component_account(address, server.component_port());
    account.ping_seconds = 1;
    account.answer_seconds = 2;
    Talk talk(account, "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    // Longer than a server that does not answer would be borne.
    EXPECT_FALSE(talk.next<Disconnected>([](const Disconnected&) { return true; }, rig::Milliseconds(4'000)));
    server.pause();
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->reason, HasSubstr("no answer within 2 seconds"));
}

TEST(XmppComponent, XP_21_AWrongSecretIsRefused) {
    rig::Prosody server(with_component());
    const auto account = component_account(address, server.component_port());
    Talk talk(account, "another secret");
    const auto refused = talk.next<Disconnected>();
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->reason, HasSubstr(account.secret_file));
    EXPECT_THAT(refused->reason, Not(HasSubstr("another secret")));
    EXPECT_EQ(refused->retry_seconds, 60);
}

class FakeServer : public ::testing::Test {
  protected:
    [[nodiscard]] config::XmppAccount account() const {
        return component_account(server.component(), server.port());
    }

    rig::XmppComponentServer server;
};

TEST_F(FakeServer, TenThousandPeopleAreHeard) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(server.wait_for_session(1));
    server.send_people(10'000);
    ASSERT_TRUE(talk.next_presence("person-9999@example.com/phone", true));
    EXPECT_EQ(talk.count<PresenceHeard>(), 10'000U);
    EXPECT_EQ(talk.count<RosterItem>(), 10'000U);
}

TEST_F(FakeServer, XP_22_EachStanzaNamesSenderAndReceiver) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    talk.order(session::Subscribe{jid("alice@example.com/phone")});
    talk.order(session::Probe{jid("alice@example.com")});
    talk.order(session::Approve{jid("alice@example.com")});
    talk.order(session::Decline{jid("bob@example.com")});
    talk.order(session::Send{notification("note-1", "alice@example.com", "New mail")});
    ASSERT_TRUE(talk.next<NotificationAccepted>());
    ASSERT_EQ(server.stanzas().size(), 6U); // and a ping
    for (const std::string& stanza : server.stanzas()) {
        EXPECT_THAT(stanza, HasSubstr(R"( from="columbarium.example.com")"));
        EXPECT_THAT(stanza, HasSubstr(" to=\""));
    }
    EXPECT_THAT(server.stanzas()[0], HasSubstr(R"(to="alice@example.com")"));
}

TEST_F(FakeServer, RequestsAreAnswered) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(server.wait_for_session(1));
    const std::string begin = "<iq from='alice@example.com/phone' to='columbarium.example.com' ";
    server.send(begin + "type='get' id='version'><query xmlns='jabber:iq:version'/></iq>");
    server.send(begin + "type='get' id='alive'><ping xmlns='urn:xmpp:ping'/></iq>");
    server.send(begin + "type='get' id='who'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    server.send(begin +
                "type='set' id='roster'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>");
    ASSERT_TRUE(server.wait_for(R"(id="roster")"));
    const auto stanzas = server.stanzas();
    ASSERT_EQ(stanzas.size(), 4U);
    for (const std::string& stanza : stanzas)
        EXPECT_THAT(stanza, HasSubstr(R"(to="alice@example.com/phone")"));
    EXPECT_THAT(stanzas[0], HasSubstr("<service-unavailable"));
    EXPECT_THAT(stanzas[1], HasSubstr(R"(type="result")"));
    EXPECT_THAT(stanzas[2], HasSubstr("<identity"));
    EXPECT_THAT(stanzas[3], HasSubstr("<service-unavailable"));
    EXPECT_EQ(talk.count<RosterItem>(), 0U);
}

TEST_F(FakeServer, XN_20_MessagesAreNotAnswered) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(server.wait_for_session(1));
    const std::string begin = "from='alice@example.com/phone' to='columbarium.example.com' ";
    server.send("<message " + begin + "type='chat' id='1'><body>Hello?</body></message>");
    server.send("<message " + begin + "id='2'><body>Hello?</body></message>");
    server.send("<message " + begin + "type='error' id='3'><error type='cancel'/></message>");
    server.send("<presence " + begin + "type='subscribe'/>");
    ASSERT_TRUE(talk.next<SubscriptionRequest>());
    talk.order(session::Approve{jid("alice@example.com")});
    ASSERT_TRUE(server.wait_for("subscribed"));
    EXPECT_EQ(server.stanzas().size(), 1U);
    EXPECT_EQ(talk.count<session::NotificationRefused>(), 0U); // never sent
}

TEST_F(FakeServer, SilenceIsADisconnect) {
    auto chosen = account();
    chosen.ping_seconds = 1;
    chosen.answer_seconds = 1;
    Talk talk(chosen, "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    server.go_silent();
    // A notification that nobody confirms is not reported as taken.
    talk.order(session::Send{notification("note-1", "alice@example.com", "New mail")});
    ASSERT_TRUE(talk.next<Disconnected>());
    EXPECT_EQ(talk.count<NotificationAccepted>(), 0U);
    const auto still = talk.next<Disconnected>();
    ASSERT_TRUE(still);
    EXPECT_THAT(still->reason, HasSubstr("no session within 1 seconds"));
    server.go_silent(false);
    EXPECT_TRUE(talk.next<Connected>());
}

TEST_F(FakeServer, TheServersReasonIsTold) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    ASSERT_TRUE(server.wait_for_session(1));
    server.send("<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Good night</text></stream:error>"
                "</stream:stream>");
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->reason, HasSubstr("the server ended the stream (system-shutdown)"));
}

TEST_F(FakeServer, WhatIsNoXmlEndsTheSession) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    ASSERT_TRUE(server.wait_for_session(1));
    server.send("<presence from='alice@example.com'></message>");
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->reason, HasSubstr("no XML"));
}

TEST_F(FakeServer, AStanzaThatDoesNotEndEndsTheSession) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    ASSERT_TRUE(server.wait_for_session(1));
    const std::string body(1'000'000, 'x');
    try {
        server.send("<message from='alice@example.com'><body>" + body + "</body></message>");
        server.send("<presence from='alice@example.com/phone'/>");
        ASSERT_TRUE(talk.next_presence("alice@example.com/phone")) << "a large one is read";
        server.send("<message from='alice@example.com'><body>" + body + body + body);
    } catch (const std::runtime_error&) {
        // We have gone before all was sent.
    }
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->reason, HasSubstr("a stanza of more than 2097152 octets"));
}

TEST_F(FakeServer, OrdersAreCarriedOutWhileALargeStanzaIsRead) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    ASSERT_TRUE(server.wait_for_session(1));
    std::string children;
    for (int count = 0; count < 40'000; ++count)
        children += "<a/>";
    server.send("<message from='alice@example.com'>" + children + "</message>");
    server.send("<presence from='alice@example.com/phone'/>");
    talk.order(session::Subscribe{jid("alice@example.com")});
    ASSERT_TRUE(server.wait_for("subscribe"));
    EXPECT_EQ(talk.count<PresenceHeard>(), 0U); // still reading
    EXPECT_TRUE(talk.next_presence("alice@example.com/phone"));
}

TEST_F(FakeServer, AFlappingServerIsFollowed) {
    Talk talk(account(), "component's secret");
    for (std::size_t turn = 1; turn <= 3; ++turn) {
        ASSERT_TRUE(talk.next<Connected>());
        ASSERT_TRUE(server.wait_for_session(turn));
        server.disconnect();
        ASSERT_TRUE(talk.next<Disconnected>());
    }
}

TEST_F(FakeServer, OrdersOfATimeWithoutASessionAreForgotten) {
    Talk talk(account(), "component's secret");
    ASSERT_TRUE(talk.next<Connected>());
    server.refuse();
    server.disconnect();
    ASSERT_TRUE(talk.next<Disconnected>());
    talk.order(session::Send{notification("old", "alice@example.com", "New mail")});
    server.refuse(false);
    ASSERT_TRUE(talk.next<Connected>());
    talk.order(session::Send{notification("new", "alice@example.com", "New mail")});
    ASSERT_TRUE(talk.next<NotificationAccepted>());
    EXPECT_FALSE(server.wait_for(R"(id="old")", rig::Milliseconds(0)));
}

} // namespace

} // namespace columbarium::test
