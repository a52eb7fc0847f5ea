// SPDX-License-Identifier: LGPL-2.1-or-later
// What a session says and hears, without a server.
#include "session/conversation.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stanza_fixture.hpp"

namespace columbarium::session {

namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ConversationTest : public ::testing::Test {
  protected:
    [[nodiscard]] static config::XmppAccount account(config::XmppAccount::Kind kind) {
        config::XmppAccount made;
        made.kind = kind;
        made.address =
            kind == config::XmppAccount::Kind::client ? "bot@example.com" : "columbarium.example.com";
        made.ping_seconds = 30;
        made.answer_seconds = 10;
        return made;
    }

    [[nodiscard]] Conversation make(config::XmppAccount::Kind kind) {
        return {account(kind),
                "x",
                {[this](const std::string& xml) { sent.push_back(xml); },
                 [this](Event event) { told.push_back(std::move(event)); }}};
    }

    // A client that has its roster.
    [[nodiscard]] Conversation client() {
        Conversation conversation = make(config::XmppAccount::Kind::client);
        conversation.begin("bot@example.com/abc", now);
        hear(conversation, "<iq type='result' id='x-1'/>");
        sent.clear();
        told.clear();
        return conversation;
    }

    void hear(Conversation& conversation, const std::string& xml) {
        const test::StanzaOf stanza(xml);
        conversation.hear(stanza.get(), now);
    }

    [[nodiscard]] static Send note(const std::string& id, const std::string& to = "romeo@example.com") {
        return {notify::Notification{id, "romeo", xmpp::Jid::parse(to).value(), false, "", "Hello", "", "",
                                     "", 0}};
    }

    // The id of the ping that went out last.
    [[nodiscard]] std::string ping_id() const {
        const std::string& ping = sent.back();
        EXPECT_THAT(ping, HasSubstr("urn:xmpp:ping"));
        const std::size_t begin = ping.find("id=\"") + 4;
        return ping.substr(begin, ping.find('"', begin) - begin);
    }

    [[nodiscard]] std::vector<std::string> accepted() const {
        std::vector<std::string> ids;
        for (const NotificationAccepted& event : events<NotificationAccepted>())
            ids.push_back(event.id);
        return ids;
    }

    template <class Kind>
    [[nodiscard]] std::vector<Kind> events() const {
        std::vector<Kind> found;
        for (const Event& event : told)
            if (const auto* const kind = std::get_if<Kind>(&event))
                found.push_back(*kind);
        return found;
    }

    TimePoint now{seconds(1'000)};
    std::vector<std::string> sent;
    std::vector<Event> told;
};

TEST_F(ConversationTest, XP_4_XP_6_TheRosterComesBeforeThePresence) {
    Conversation conversation = make(config::XmppAccount::Kind::client);
    conversation.begin("bot@example.com/abc", now);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0], HasSubstr("jabber:iq:roster"));
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(std::get<Connected>(told[0]).jid, "bot@example.com/abc");
    hear(conversation, "<iq type='result' id='x-1'><query xmlns='jabber:iq:roster'>"
                       "<item jid='a@example.com' subscription='to'/></query></iq>");
    ASSERT_THAT(events<RosterItem>(), SizeIs(1));
    EXPECT_EQ(events<RosterItem>()[0].jid.text(), "a@example.com");
    EXPECT_TRUE(std::holds_alternative<RosterComplete>(told.back()));
    ASSERT_THAT(sent, SizeIs(2));
    EXPECT_EQ(sent[1], "<presence><priority>-1</priority></presence>");
}

TEST_F(ConversationTest, XP_4_WhereTheServerGivesNoRosterThereIsNothingMoreToSay) {
    Conversation conversation = make(config::XmppAccount::Kind::client);
    conversation.begin("bot@example.com/abc", now);
    EXPECT_EQ(conversation.fault(), "");
    hear(conversation, "<iq type='error' id='x-1'><error type='wait'><internal-server-error "
                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    EXPECT_THAT(conversation.fault(), HasSubstr("internal-server-error"));
    EXPECT_THAT(sent, SizeIs(1));
    EXPECT_THAT(events<RosterComplete>(), IsEmpty());
}

TEST_F(ConversationTest, OnlyTheOwnServerAnswers) {
    Conversation conversation = make(config::XmppAccount::Kind::client);
    conversation.begin("bot@example.com/abc", now);
    const std::string forged = "<query xmlns='jabber:iq:roster'><item jid='mallory@example.net' "
                               "subscription='both'/></query></iq>";
    for (const char* from :
         {"mallory@example.net", "mallory@example.com", "example.net", "bot@example.com/other", "a@@b"})
        for (const char* type : {"result", "error"})
            hear(conversation, std::string("<iq id='x-1' type='") + type + "' from='" + from + "'>" + forged);
    EXPECT_THAT(told, SizeIs(1)); // Connected
    EXPECT_EQ(conversation.fault(), "");
    EXPECT_TRUE(conversation.awaits_roster());
    hear(conversation, "<iq id='x-1' type='result' from='bot@example.com'/>");
    EXPECT_FALSE(conversation.awaits_roster());
    conversation.obey(note("n-1"));
    for (const char* from : {"example.com", "bot@example.com", "bot@example.com/abc"}) {
        told.clear();
        conversation.obey(note("n-2"));
        conversation.tick(now);
        const std::string ping = ping_id();
        hear(conversation, "<iq type='result' id='" + ping + "' from='mallory@example.net'/>");
        EXPECT_THAT(told, IsEmpty());
        hear(conversation, "<iq type='result' id='" + ping + "' from='" + from + "'/>");
        EXPECT_THAT(accepted(), Not(IsEmpty())) << from;
    }
}

TEST_F(ConversationTest, TheOwnDomainIsComparedAsItIsPrepared) {
    config::XmppAccount made = account(config::XmppAccount::Kind::client);
    made.address = "Bot@EXAMPLE.com";
    Conversation conversation(made, "x",
                              {[this](const std::string& xml) { sent.push_back(xml); },
                               [this](Event event) { told.push_back(std::move(event)); }});
    conversation.begin("bot@example.com/abc", now);
    hear(conversation, "<iq id='x-1' type='result' from='example.com'/>");
    EXPECT_THAT(events<RosterComplete>(), SizeIs(1));
    conversation.obey(note("n-1", "romeo@example.net"));
    hear(conversation, "<message type='error' id='n-1' from='example.com'/>");
    EXPECT_THAT(events<NotificationRefused>(), SizeIs(1));
}

TEST_F(ConversationTest, WhatOthersSeeDoesNotTellTheIdOfTheNextQuestion) {
    Conversation conversation = client();
    conversation.obey(Subscribe{xmpp::Jid::parse("alice@example.com").value()});
    conversation.obey(note("n-1"));
    hear(conversation, "<iq type='get' id='1' from='a@example.com/b'><ping xmlns='urn:xmpp:ping'/></iq>");
    ASSERT_THAT(sent, SizeIs(3));
    for (const std::string& xml : sent)
        EXPECT_THAT(xml, Not(HasSubstr("\"x-")));
}

TEST_F(ConversationTest, XP_7_OnlyTheOwnServerPushes) {
    Conversation conversation = client();
    const std::string query =
        "><query xmlns='jabber:iq:roster'><item jid='a@example.com' subscription='both'/></query></iq>";
    for (const char* from : {"mallory@example.com", "example.com", "bot@example.com/other", "a@@b"})
        hear(conversation, std::string("<iq type='set' id='p' from='") + from + "'" + query);
    EXPECT_THAT(told, IsEmpty());
    EXPECT_THAT(sent, IsEmpty());
    hear(conversation, "<iq type='set' id='p'" + query);
    hear(conversation, "<iq type='set' id='q' from='bot@example.com'" + query);
    EXPECT_THAT(events<RosterItem>(), SizeIs(2));
    EXPECT_THAT(sent, ElementsAre(R"(<iq type="result" id="p"/>)", R"(<iq type="result" id="q"/>)"));
}

TEST_F(ConversationTest, XP_5_ASubscriptionIsAskedOfABareAddressWithAnId) {
    Conversation conversation = client();
    conversation.obey(Subscribe{xmpp::Jid::parse("alice@example.com/phone").value()});
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0], HasSubstr(R"(type="subscribe")"));
    EXPECT_THAT(sent[0], HasSubstr(R"(to="alice@example.com")"));
    EXPECT_THAT(sent[0], HasSubstr(R"( id="presence-)"));
}

TEST_F(ConversationTest, XP_9_AClientNeverProbes) {
    Conversation conversation = client();
    conversation.obey(Probe{xmpp::Jid::parse("alice@example.com").value()});
    EXPECT_THAT(sent, IsEmpty());
}

TEST_F(ConversationTest, XN_20_MessagesAreNeverAnswered) {
    Conversation conversation = client();
    for (const char* type : {"", "chat", "normal", "headline", "groupchat", "error"})
        hear(conversation, std::string("<message from='a@example.com' id='1' type='") + type +
                               "'><body>Hello?</body></message>");
    EXPECT_THAT(sent, IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ConversationTest, RequestsThatNobodyKnowsAreRefused) {
    Conversation conversation = client();
    hear(conversation,
         "<iq type='get' id='v' from='a@example.com/b'><query xmlns='jabber:iq:version'/></iq>");
    hear(conversation, "<iq type='set' id='p' from='a@example.com/b'><ping xmlns='urn:xmpp:ping'/></iq>");
    ASSERT_THAT(sent, SizeIs(2));
    for (const std::string& xml : sent) {
        EXPECT_THAT(xml, HasSubstr("<service-unavailable"));
        EXPECT_THAT(xml, HasSubstr(R"(to="a@example.com/b")"));
    }
}

TEST_F(ConversationTest, OnePingConfirmsAllThatWasSentBeforeIt) {
    Conversation conversation = client();
    conversation.obey(note("n-1"));
    conversation.obey(note("n-2"));
    conversation.tick(now);
    ASSERT_THAT(sent, SizeIs(3));
    const std::string first_ping = ping_id();
    conversation.obey(note("n-3"));
    conversation.tick(now);
    EXPECT_THAT(sent, SizeIs(4)); // one ping at a time
    EXPECT_THAT(accepted(), IsEmpty());
    hear(conversation, "<iq type='result' id='" + first_ping + "'/>");
    EXPECT_THAT(accepted(), ElementsAre("n-1", "n-2"));
    conversation.tick(now);
    // A server that knows no pings answers, too.
    hear(conversation, "<iq type='error' id='" + ping_id() + "'><error type='cancel'/></iq>");
    EXPECT_THAT(accepted(), ElementsAre("n-1", "n-2", "n-3"));
    conversation.tick(now);
    EXPECT_THAT(sent, SizeIs(5));
}

TEST_F(ConversationTest, ARefusalTakesNoAcceptanceFromTheOthers) {
    Conversation conversation = client();
    for (const char* id : {"n-1", "n-2", "n-3"})
        conversation.obey(note(id));
    const auto refuse = [&](const std::string& id) {
        hear(conversation, "<message type='error' id='" + id +
                               "' from='romeo@example.com'><error type='cancel'/></message>");
    };
    refuse("n-1");
    conversation.tick(now);
    refuse("n-3");
    hear(conversation, "<iq type='result' id='" + ping_id() + "'/>");
    EXPECT_THAT(accepted(), ElementsAre("n-2"));
}

TEST_F(ConversationTest, AServerThatOwesAnAnswerIsDead) {
    Conversation conversation = client();
    now += seconds(29);
    conversation.tick(now);
    EXPECT_THAT(sent, IsEmpty());
    now += seconds(1);
    EXPECT_EQ(conversation.next(), now);
    conversation.tick(now);
    ASSERT_THAT(sent, SizeIs(1));
    const std::string ping = ping_id();
    now += seconds(9);
    EXPECT_FALSE(conversation.is_dead(now));
    now += seconds(1);
    EXPECT_TRUE(conversation.is_dead(now));
    // Other answers are none.
    hear(conversation, "<iq type='result' id='x-99'/>");
    EXPECT_TRUE(conversation.is_dead(now));
    hear(conversation, "<iq type='result' id='" + ping + "'/>");
    EXPECT_FALSE(conversation.is_dead(now));
    EXPECT_EQ(conversation.next(), now + seconds(30));
}

TEST_F(ConversationTest, AServerThatGivesNoRosterIsDead) {
    Conversation conversation = make(config::XmppAccount::Kind::client);
    conversation.begin("bot@example.com/abc", now);
    EXPECT_FALSE(conversation.is_dead(now + seconds(9)));
    EXPECT_TRUE(conversation.is_dead(now + seconds(10)));
}

TEST_F(ConversationTest, AServerThatStillSpeaksIsNotDead) {
    Conversation conversation = make(config::XmppAccount::Kind::client);
    conversation.begin("bot@example.com/abc", now);
    const TimePoint begin = now;
    for (now += seconds(5); now < begin + seconds(200); now += seconds(5)) {
        conversation.notice_life(now);
        ASSERT_FALSE(conversation.is_dead(now + seconds(9)));
        ASSERT_TRUE(conversation.is_dead(now + seconds(10)));
        ASSERT_EQ(conversation.next(), now + seconds(10));
    }
    // Who speaks and never answers is dead in the end.
    conversation.notice_life(begin + seconds(299));
    EXPECT_FALSE(conversation.is_dead(begin + seconds(299)));
    EXPECT_TRUE(conversation.is_dead(begin + seconds(10 * Conversation::longest_patience)));
}

TEST_F(ConversationTest, WhoIsSentMuchHasMoreTime) {
    Conversation conversation = client();
    Send large = note("n-1");
    large.notification.body = std::string(4 * Conversation::octets_a_second, 'x');
    conversation.obey(large);
    conversation.tick(now);
    EXPECT_FALSE(conversation.is_dead(now + seconds(13)));
    EXPECT_TRUE(conversation.is_dead(now + seconds(14)));
    // What was sent behind the question keeps nobody from answering it.
    conversation.obey(large);
    EXPECT_TRUE(conversation.is_dead(now + seconds(14)));
    hear(conversation, "<iq type='result' id='x-2'/>");
    hear(conversation, "<iq type='result' id='x-3'/>");
    now += seconds(30);
    conversation.tick(now);
    EXPECT_FALSE(conversation.is_dead(now + seconds(13)));
}

TEST_F(ConversationTest, AServerThatCouldNotBeReadIsNotBlamed) {
    Conversation conversation = client();
    now += seconds(30);
    conversation.tick(now);
    now += seconds(100);
    conversation.excuse(now);
    EXPECT_FALSE(conversation.is_dead(now));
    EXPECT_TRUE(conversation.is_dead(now + seconds(10)));
}

TEST_F(ConversationTest, XN_19_ErrorsAreToldOfWhatWasSent) {
    Conversation conversation = client();
    conversation.obey(note("n-1"));
    const auto error = [&](const std::string& id, const std::string& from) {
        hear(conversation, "<message type='error' id='" + id + "' " + from +
                               "><error type='wait'><resource-constraint "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    };
    error("n-2", "from='romeo@example.com'");
    error("n-1", "from='mallory@example.com'");
    error("n-1", "from='example.org'");
    EXPECT_THAT(told, IsEmpty());
    error("n-1", "from='romeo@example.com/desk'");
    error("n-1", "from='example.com'");
    error("n-1", "");
    ASSERT_THAT(events<NotificationRefused>(), SizeIs(3));
    EXPECT_EQ(events<NotificationRefused>()[0].id, "n-1");
    EXPECT_EQ(events<NotificationRefused>()[0].error_type, "wait");
    EXPECT_EQ(events<NotificationRefused>()[0].condition, "resource-constraint");
}

TEST_F(ConversationTest, WhatIsRememberedOfNotificationsIsBounded) {
    Conversation conversation = client();
    for (std::size_t count = 0; count <= Conversation::most_remembered; ++count)
        conversation.obey(note("n-" + std::to_string(count)));
    hear(conversation, "<message type='error' id='n-0'/>");
    EXPECT_THAT(events<NotificationRefused>(), IsEmpty());
    hear(conversation, "<message type='error' id='n-1'/>");
    EXPECT_THAT(events<NotificationRefused>(), SizeIs(1));
}

TEST_F(ConversationTest, XP_22_XP_24_AComponentNamesItselfAndTakesSubscribedForARoster) {
    Conversation conversation = make(config::XmppAccount::Kind::component);
    conversation.begin("columbarium.example.com", now);
    EXPECT_THAT(sent, IsEmpty()); // no roster
    hear(conversation, "<presence type='subscribed' from='alice@example.com' to='columbarium.example.com'/>");
    ASSERT_THAT(events<RosterItem>(), SizeIs(1));
    EXPECT_EQ(events<RosterItem>()[0].subscription, presence::Subscription::to);
    conversation.obey(Probe{xmpp::Jid::parse("alice@example.com").value()});
    conversation.obey(note("n-1"));
    conversation.tick(now);
    ASSERT_THAT(sent, SizeIs(3));
    for (const std::string& xml : sent) {
        EXPECT_THAT(xml, HasSubstr(R"( from="columbarium.example.com")"));
        EXPECT_THAT(xml, HasSubstr(" to=\""));
    }
    // The ping goes to itself, and its coming back is the answer; it is not answered.
    hear(conversation, "<iq type='get' id='" + ping_id() +
                           "' from='columbarium.example.com' to='columbarium.example.com'>"
                           "<ping xmlns='urn:xmpp:ping'/></iq>");
    EXPECT_THAT(events<NotificationAccepted>(), SizeIs(1));
    EXPECT_THAT(sent, SizeIs(3));
}

TEST_F(ConversationTest, XP_24_ForAClientSubscribedIsNotNews) {
    Conversation conversation = client();
    hear(conversation, "<presence type='subscribed' from='alice@example.com'/>");
    EXPECT_THAT(told, IsEmpty());
}

} // namespace

} // namespace columbarium::session
