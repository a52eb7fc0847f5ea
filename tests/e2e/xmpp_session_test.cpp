// SPDX-License-Identifier: LGPL-2.1-or-later
// The session against a real Prosody: roster, presence, notifications.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xmpp_session_fixture.hpp"

namespace columbarium::test {

namespace {

using session::Connected;
using session::NotificationAccepted;
using session::NotificationRefused;
using session::PresenceForbidden;
using session::PresenceHeard;
using session::RosterItem;
using session::SubscriptionRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class XmppSession : public ::testing::Test {
  protected:
    [[nodiscard]] Talk connected() {
        Talk talk(client_account(server), server.password("bot"));
        const auto event = talk.next<Connected>();
        if (!event)
            throw std::runtime_error("no session: " + server.log());
        bot = event->jid;
        return talk;
    }

    rig::Prosody server;
    std::string bot; // the full JID
};

TEST_F(XmppSession, XP_2_LogsInWithScramOverVerifiedTls) {
    Talk talk = connected();
    EXPECT_THAT(bot, StartsWith("bot@example.com/"));
    EXPECT_THAT(server.log(), HasSubstr("SCRAM-SHA-1"));
    EXPECT_THAT(server.log(), Not(HasSubstr("mechanism='PLAIN'")));
}

TEST_F(XmppSession, XP_5_XP_8_PassesOnWhatASubscriptionBrings) {
    rig::XmppClient alice(person(server, "alice", "phone"));
    alice.presence("xa", "On a trip");
    Talk talk = connected();
    talk.order(session::Subscribe{jid("alice@example.com")});
    const auto item = talk.next<RosterItem>(
        [](const RosterItem& line) { return line.subscription == presence::Subscription::to; });
    ASSERT_TRUE(item) << server.log();
    EXPECT_EQ(item->jid.text(), "alice@example.com");
    const auto heard = talk.next_presence("alice@example.com/phone", true);
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->stanza.show, presence::Show::xa);
    ASSERT_EQ(heard->stanza.statuses.size(), 1U);
    EXPECT_EQ(heard->stanza.statuses[0].text, "On a trip");
}

TEST_F(XmppSession, XP_4_XP_6_AsksForTheRosterBeforeItsPresenceWithANegativePriority) {
    server.stop();
    server.set_subscription("bot", "alice", "to");
    server.start();
    // Another resource of the same account sees the session's presence.
    rig::XmppClient observer(person(server, "bot", "observer"));
    Talk talk = connected();
    const auto item = talk.next<RosterItem>();
    ASSERT_TRUE(item);
    EXPECT_EQ(item->jid.text(), "alice@example.com");
    EXPECT_EQ(item->subscription, presence::Subscription::to);
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] {
        const auto presences = observer.presences();
        return std::any_of(presences.begin(), presences.end(), [&](const rig::XmppPresence& presence) {
            return presence.from == bot &&
                   presence.stanza.find("<priority>-1</priority>") != std::string::npos;
        });
    }));
    // The server logs what it receives: of the session, the roster's request is the first.
    const std::string log = server.log();
    const std::string after_login = log.substr(log.rfind("Resource bound: bot@example.com/"));
    const std::size_t roster = after_login.find("Received[c2s]: <iq");
    const std::size_t presence = after_login.find("Received[c2s]: <presence");
    ASSERT_NE(roster, std::string::npos) << after_login;
    ASSERT_NE(presence, std::string::npos) << after_login;
    EXPECT_LT(roster, presence);
}

TEST_F(XmppSession, XP_13_TellsOfEachResourceAndOfItsGoing) {
    server.stop();
    server.set_subscription("bot", "alice", "to");
    server.start();
    rig::XmppClient phone(person(server, "alice", "phone"));
    Talk talk = connected();
    ASSERT_TRUE(talk.next_presence("alice@example.com/phone", true));
    rig::XmppClient desk(person(server, "alice", "desk"));
    ASSERT_TRUE(talk.next_presence("alice@example.com/desk", true));
    desk.presence("dnd", "Writing", 5);
    const auto writing = talk.next_presence("alice@example.com/desk", true);
    ASSERT_TRUE(writing);
    EXPECT_EQ(writing->stanza.show, presence::Show::dnd);
    EXPECT_EQ(writing->stanza.priority, 5);
    phone.leave("Good night");
    const auto gone = talk.next_presence("alice@example.com/phone", false);
    ASSERT_TRUE(gone);
    ASSERT_EQ(gone->stanza.statuses.size(), 1U);
    EXPECT_EQ(gone->stanza.statuses[0].text, "Good night");
    desk.vanish();
    EXPECT_TRUE(talk.next_presence("alice@example.com/desk", false));
}

TEST_F(XmppSession, XP_12_TellsOfSeveralLanguages) {
    server.stop();
    server.set_subscription("bot", "alice", "to");
    server.start();
    rig::XmppClient alice(person(server, "alice", "phone"));
    Talk talk = connected();
    ASSERT_TRUE(talk.next_presence("alice@example.com/phone", true));
    alice.send_raw("<presence><status xml:lang='de'>Verreist</status><status xml:lang='en'>Away</status>"
                   "<show>away</show><priority>300</priority></presence>");
    const auto heard = talk.next_presence("alice@example.com/phone", true);
    ASSERT_TRUE(heard);
    ASSERT_EQ(heard->stanza.statuses.size(), 2U);
    EXPECT_EQ(heard->stanza.statuses[0].language, "de");
    EXPECT_EQ(heard->stanza.statuses[0].text, "Verreist");
    EXPECT_EQ(heard->stanza.statuses[1].language, "en");
    EXPECT_EQ(heard->stanza.show, presence::Show::away);
    EXPECT_LE(heard->stanza.priority, 127);
}

TEST_F(XmppSession, XP_16_TellsOfRequestsAndCarriesOutWhatIsDecided) {
    Talk talk = connected();
    auto options = person(server, "alice", "phone");
    rig::XmppClient alice(options);
    alice.presence_type("bot@example.com", "subscribe");
    const auto request = talk.next<SubscriptionRequest>();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->from.bare().text(), "alice@example.com");
    talk.order(session::Decline{request->from.bare()});
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        const auto presences = alice.presences();
        return std::any_of(presences.begin(), presences.end(),
                           [](const rig::XmppPresence& presence) { return presence.type == "unsubscribed"; });
    }));
    alice.presence_type("bot@example.com", "subscribe");
    ASSERT_TRUE(talk.next<SubscriptionRequest>());
    talk.order(session::Approve{jid("alice@example.com")});
    EXPECT_TRUE(alice.wait_for_subscription("bot@example.com", "to"));
}

TEST_F(XmppSession, XP_14_TellsThatSomebodyForbidsIt) {
    auto options = person(server, "alice", "phone");
    options.approves = false;
    rig::XmppClient alice(options);
    Talk talk = connected();
    talk.order(session::Subscribe{jid("alice@example.com")});
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] {
        const auto presences = alice.presences();
        return std::any_of(presences.begin(), presences.end(),
                           [](const rig::XmppPresence& presence) { return presence.type == "subscribe"; });
    }));
    alice.presence_type("bot@example.com", "unsubscribed");
    const auto forbidden = talk.next<PresenceForbidden>();
    ASSERT_TRUE(forbidden);
    EXPECT_EQ(forbidden->from.bare().text(), "alice@example.com");
}

TEST_F(XmppSession, XP_7_IgnoresRosterPushesOfOthers) {
    Talk talk = connected();
    rig::XmppClient alice(person(server, "alice", "phone"));
    alice.send_raw("<iq type='set' id='push' to='" + bot +
                   "'><query xmlns='jabber:iq:roster'><item jid='mallory@example.com' subscription='both'/>"
                   "</query></iq>");
    // What alice sends later comes later.
    alice.presence_type("bot@example.com", "subscribe");
    ASSERT_TRUE(talk.next<SubscriptionRequest>());
    EXPECT_EQ(talk.count<RosterItem>(), 0U);
}

TEST_F(XmppSession, XN_20_NeverAnswersChat) {
    Talk talk = connected();
    rig::XmppClient alice(person(server, "alice", "phone"));
    alice.send_raw("<message type='chat' id='hello' to='" + bot + "'><body>Who are you?</body></message>");
    alice.presence_type("bot@example.com", "subscribe");
    ASSERT_TRUE(talk.next<SubscriptionRequest>());
    // The session has read the message; what it would have sent would be here before this:
    talk.order(session::Approve{jid("alice@example.com")});
    ASSERT_TRUE(alice.wait_for_subscription("bot@example.com", "to"));
    EXPECT_THAT(alice.messages(), IsEmpty());
}

TEST_F(XmppSession, XN_9_XN_12_XN_13_DeliversANotification) {
    rig::XmppClient alice(person(server, "alice", "phone"));
    Talk talk = connected();
    auto note = notification("note-1", "alice@example.com", "You've got <mail> & more");
    note.subject = "SIEVE";
    talk.order(session::Send{note});
    const auto accepted = talk.next<NotificationAccepted>();
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->id, "note-1");
    ASSERT_TRUE(alice.wait_for_messages(1));
    const rig::XmppMessage message = alice.messages().front();
    EXPECT_EQ(message.body, "You've got <mail> & more");
    EXPECT_EQ(message.subject, "SIEVE");
    EXPECT_THAT(message.type, ::testing::AnyOf("", "normal"));
    EXPECT_EQ(message.from, bot);
}

TEST_F(XmppSession, XN_9_WhoIsOfflineGetsItAtHisReturn) {
    Talk talk = connected();
    talk.order(session::Send{notification("note-1", "alice@example.com", "first")});
    talk.order(session::Send{notification("note-2", "alice@example.com", "second")});
    const auto accepted = talk.next<NotificationAccepted>(
        [](const NotificationAccepted& event) { return event.id == "note-2"; });
    ASSERT_TRUE(accepted);
    rig::XmppClient alice(person(server, "alice", "phone"));
    ASSERT_TRUE(alice.wait_for_messages(2));
    EXPECT_EQ(alice.messages()[0].body, "first");
    EXPECT_EQ(alice.messages()[1].body, "second");
}

TEST_F(XmppSession, XN_19_ARefusalTakesNoAcceptanceFromTheOneBefore) {
    Talk talk = connected();
    talk.order(session::Send{notification("note-1", "alice@example.com", "first")});
    talk.order(session::Send{notification("note-2", "nobody@example.com", "second")});
    const auto accepted = talk.next<NotificationAccepted>();
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->id, "note-1");
    EXPECT_EQ(talk.count<NotificationAccepted>(), 1U);
    EXPECT_EQ(talk.count<NotificationRefused>(), 1U);
}

TEST_F(XmppSession, XN_19_TellsWhichNotificationIsRefusedAndWhy) {
    Talk talk = connected();
    talk.order(session::Send{notification("note-1", "nobody@example.com", "Are you there?")});
    const auto refused = talk.next<NotificationRefused>();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->id, "note-1");
    EXPECT_EQ(refused->error_type, "cancel");
    EXPECT_EQ(refused->condition, "service-unavailable");
}

} // namespace

} // namespace columbarium::test
