// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service does with the session's events and with scripts' questions.
#include "session/desk.hpp"

#include <gmock/gmock.h>

namespace columbarium::session {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::int64_t start = 1'700'000'000;

xmpp::Jid jid(const std::string& text) {
    return xmpp::Jid::parse(text).value();
}

config::XmppAccount client_account() {
    config::XmppAccount account;
    account.kind = config::XmppAccount::Kind::client;
    account.address = "bot@example.com";
    account.domains = {"example.com", "B\xc3\xbcro.example"};
    return account;
}

config::XmppAccount component_account() {
    config::XmppAccount account = client_account();
    account.kind = config::XmppAccount::Kind::component;
    account.address = "notify.example.com";
    return account;
}

// An order in a form that can be compared and read: "subscribe alice@example.com".
std::string name_of(const Command& order) {
    struct Namer {
        std::string operator()(const Send& send) const { return "send " + send.notification.id; }
        std::string operator()(const Subscribe& order) const { return "subscribe " + order.jid.text(); }
        std::string operator()(const Approve& order) const { return "approve " + order.jid.text(); }
        std::string operator()(const Decline& order) const { return "decline " + order.jid.text(); }
        std::string operator()(const Probe& order) const { return "probe " + order.jid.text(); }
    };
    return std::visit(Namer{}, order);
}

std::vector<std::string> names_of(const std::vector<Command>& orders) {
    std::vector<std::string> names;
    names.reserve(orders.size());
    for (const Command& order : orders)
        names.push_back(name_of(order));
    return names;
}

PresenceHeard heard(const std::string& from, bool available,
                    presence::Show show = presence::Show::available) {
    return PresenceHeard{{.from = jid(from), .available = available, .show = show, .statuses = {}}};
}

notify::Notification notification(const std::string& id) {
    return {.id = id,
            .owner = "alice",
            .to = jid("alice@example.com"),
            .subject = "",
            .body = "New mail",
            .urgency = "medium",
            .resent_from = "",
            .url = "",
            .created = start};
}

class DeskTest : public ::testing::Test {
  protected:
    Desk client{client_account(), {}, {}};
    Desk component{component_account(), {}, {}};
    std::int64_t now = start;

    std::vector<std::string> take(Desk& desk, const Event& event) {
        return names_of(desk.take(event, now).orders);
    }
    std::vector<std::string> ask(Desk& desk, const std::string& whom) {
        return names_of(desk.look_up(jid(whom), now).orders);
    }
    // Nothing where the JID is not known at all.
    std::optional<presence::Knowledge> knowledge(Desk& desk, const std::string& whom) {
        const auto found = desk.look_up(jid(whom), now).presence;
        return found ? std::optional(found->knowledge) : std::nullopt;
    }
    void connect(Desk& desk) {
        static_cast<void>(desk.take(Connected{"bot@example.com/1"}, now));
        static_cast<void>(desk.take(RosterComplete{}, now));
    }
    void disconnect(Desk& desk, const std::string& reason = "server is gone") {
        static_cast<void>(desk.take(Disconnected{reason, 5}, now));
    }
};

TEST_F(DeskTest, XP_5_WhoIsNotKnownIsAskedForPermissionByHisBareJid) {
    connect(client);
    EXPECT_THAT(ask(client, "alice@example.com/phone"), ElementsAre("subscribe alice@example.com"));
}

TEST_F(DeskTest, WhoeverIsAskedIsNotAskedAgainOnThatDay) {
    connect(client);
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty());
    disconnect(client);
    connect(client);
    now = start + Desk::ask_again_seconds - 1;
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty()) << "a new session is no reason";
    ++now;
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty());
}

TEST_F(DeskTest, AClockThatIsSetBackDoesNotSilenceUs) {
    connect(client);
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
    now = start - 10 * Desk::ask_again_seconds;
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty());
}

TEST_F(DeskTest, NobodyIsAskedWhoIsKnownOrNotHosted) {
    connect(client);
    EXPECT_THAT(take(client, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    for (const char* whom :
         {"alice@example.com", "mallory@example.net", "bob@sub.example.com", "example.com", "example.net"})
        EXPECT_THAT(ask(client, whom), IsEmpty()) << whom;
}

TEST_F(DeskTest, HostedDomainsAreComparedAsTheyArePrepared) {
    connect(client);
    EXPECT_THAT(ask(client, "bob@EXAMPLE.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "carol@b\xc3\xbcro.example"), SizeIs(1));
}

TEST_F(DeskTest, TheAccountsOwnDomainIsHostedWhereNoneIsNamed) {
    config::XmppAccount account = client_account();
    account.domains.clear();
    Desk desk(account, {}, {});
    connect(desk);
    EXPECT_THAT(ask(desk, "alice@example.com"), SizeIs(1));
    EXPECT_THAT(ask(desk, "alice@example.net"), IsEmpty());
}

TEST_F(DeskTest, NobodyIsAskedWhereTheSiteDoesNotWantIt) {
    config::XmppAccount account = client_account();
    account.subscribe = false;
    Desk desk(account, {}, {});
    connect(desk);
    EXPECT_THAT(ask(desk, "alice@example.com"), IsEmpty());
}

TEST_F(DeskTest, WithoutASessionNobodyIsAskedAndTheQuestionIsNotLost) {
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty());
    connect(client);
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
}

TEST_F(DeskTest, TooManyQuestionsOfADayAreNotAsked) {
    connect(client);
    for (std::size_t i = 0; i < Desk::most_asked; ++i)
        ASSERT_THAT(ask(client, "user" + std::to_string(i) + "@example.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "another@example.com"), IsEmpty());
    now += Desk::ask_again_seconds;
    EXPECT_THAT(ask(client, "another@example.com"), SizeIs(1));
    EXPECT_THAT(ask(client, "another@example.com"), IsEmpty());
    EXPECT_THAT(ask(client, "user7@example.com"), SizeIs(1));
}

TEST_F(DeskTest, XP_16_WhoAsksForOurPresenceGetsItWhereWeHostHim) {
    connect(client);
    EXPECT_THAT(take(client, SubscriptionRequest{jid("alice@example.com/phone")}),
                ElementsAre("approve alice@example.com", "subscribe alice@example.com"));
    for (const char* other : {"mallory@example.net", "example.com"})
        EXPECT_THAT(take(client, SubscriptionRequest{jid(other)}),
                    ElementsAre(std::string("decline ") + other));
}

TEST_F(DeskTest, WhoAsksAndIsKnownIsApprovedOnly) {
    connect(client);
    EXPECT_THAT(take(client, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_THAT(take(client, SubscriptionRequest{jid("alice@example.com")}),
                ElementsAre("approve alice@example.com"));
}

TEST_F(DeskTest, WhoAsksAgainAndAgainIsAnsweredOnceInAMinute) {
    connect(client);
    const Event request = SubscriptionRequest{jid("mallory@example.net")};
    EXPECT_THAT(take(client, request), SizeIs(1));
    now += Desk::answer_again_seconds - 1;
    EXPECT_THAT(take(client, request), IsEmpty());
    EXPECT_THAT(take(client, SubscriptionRequest{jid("alice@example.com")}), SizeIs(2));
    ++now;
    EXPECT_THAT(take(client, request), SizeIs(1));
    now -= 1'000;
    EXPECT_THAT(take(client, request), SizeIs(1)) << "a clock that is set back silences nobody";
}

TEST_F(DeskTest, XP_4_NobodyIsAskedBeforeTheRosterIsThere) {
    const Event connected = Connected{"bot@example.com/1"};
    EXPECT_THAT(take(client, connected), IsEmpty());
    EXPECT_THAT(ask(client, "alice@example.com"), IsEmpty());
    EXPECT_THAT(take(client, SubscriptionRequest{jid("bob@example.com")}),
                ElementsAre("approve bob@example.com"));
    EXPECT_THAT(take(client, RosterComplete{}), IsEmpty());
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1)) << "the question is not lost";
    disconnect(client);
    EXPECT_THAT(take(client, connected), IsEmpty());
    EXPECT_THAT(ask(client, "carol@example.com"), IsEmpty()) << "each session has its own";
}

TEST_F(DeskTest, WhoChangesHisMindOnTheSameDayIsAskedInReturn) {
    connect(client);
    EXPECT_THAT(ask(client, "alice@example.com"), SizeIs(1));
    EXPECT_THAT(take(client, PresenceForbidden{jid("alice@example.com")}), IsEmpty());
    EXPECT_THAT(take(client, SubscriptionRequest{jid("alice@example.com")}), SizeIs(2));
}

TEST_F(DeskTest, XP_15_AfterADisconnectEverybodyIsUnknown) {
    connect(client);
    EXPECT_THAT(take(client, RosterItem{jid("alice@example.com"), presence::Subscription::both}), IsEmpty());
    EXPECT_THAT(take(client, heard("alice@example.com/phone", true, presence::Show::dnd)), IsEmpty());
    EXPECT_EQ(knowledge(client, "alice@example.com"), presence::Knowledge::available);
    disconnect(client);
    EXPECT_EQ(knowledge(client, "alice@example.com"), presence::Knowledge::unknown);
}

TEST_F(DeskTest, XP_14_WhoForbidsItIsUnknownNotOffline) {
    for (Desk* desk : {&client, &component}) {
        now = start;
        connect(*desk);
        EXPECT_THAT(take(*desk, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
        EXPECT_THAT(take(*desk, heard("alice@example.com/phone", true)), IsEmpty());
        EXPECT_THAT(take(*desk, PresenceForbidden{jid("alice@example.com")}), IsEmpty());
        now += 60;
    }
    EXPECT_EQ(knowledge(client, "alice@example.com"), presence::Knowledge::unknown);
    EXPECT_EQ(knowledge(component, "alice@example.com"), std::nullopt);
}

TEST_F(DeskTest, XP_24_AComponentAsksAndProbes) {
    connect(component);
    EXPECT_THAT(ask(component, "alice@example.com"),
                ElementsAre("subscribe alice@example.com", "probe alice@example.com"));
    EXPECT_THAT(ask(component, "alice@example.com"), IsEmpty());
}

TEST_F(DeskTest, XP_24_AComponentKnowsWhomItHearsOf) {
    connect(component);
    EXPECT_THAT(take(component, heard("alice@example.com/phone", true, presence::Show::away)), IsEmpty());
    EXPECT_EQ(knowledge(component, "alice@example.com"), presence::Knowledge::available);
    EXPECT_THAT(take(component, heard("mallory@example.net/phone", true)), IsEmpty());
    EXPECT_EQ(knowledge(component, "mallory@example.net"), std::nullopt);
}

// To a component everybody on the net can say it.
TEST_F(DeskTest, XP_24_AComponentTakesSubscribedOnlyOfHostedPeopleWhomItAsked) {
    connect(component);
    for (const char* whom : {"mallory@example.net", "alice@example.com"}) {
        EXPECT_THAT(take(component, RosterItem{jid(whom), presence::Subscription::to}), IsEmpty());
        EXPECT_EQ(component.status(now).known, 0U) << whom;
    }
    EXPECT_EQ(component.save_people(), "");
    EXPECT_THAT(ask(component, "mallory@example.net"), IsEmpty());
    EXPECT_THAT(take(component, RosterItem{jid("mallory@example.net"), presence::Subscription::to}),
                IsEmpty());
    EXPECT_THAT(ask(component, "alice@example.com"), SizeIs(2));
    EXPECT_THAT(take(component, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_EQ(component.save_people(), "alice@example.com\n");
    EXPECT_EQ(component.status(now).known, 1U);
}

TEST_F(DeskTest, XP_14_AnErrorTakesNoPermissionFromAComponent) {
    connect(component);
    EXPECT_THAT(take(component, heard("alice@example.com/phone", true)), IsEmpty());
    EXPECT_THAT(take(component, PresenceForbidden{jid("alice@example.com"), true}), IsEmpty());
    EXPECT_EQ(knowledge(component, "alice@example.com"), presence::Knowledge::unknown);
    EXPECT_EQ(component.save_people(), "alice@example.com\n");
}

TEST_F(DeskTest, XP_8_AnAcknowledgementIsNoPresence) {
    for (Desk* desk : {&client, &component}) {
        connect(*desk);
        EXPECT_THAT(ask(*desk, "alice@example.com"), Not(IsEmpty()));
        EXPECT_THAT(take(*desk, heard("alice@example.com", false)), IsEmpty());
        now += 60;
        EXPECT_EQ(knowledge(*desk, "alice@example.com"), std::nullopt);
    }
}

TEST_F(DeskTest, XP_24_AComponentProbesInEachSessionWhoPermitsIt) {
    connect(component);
    EXPECT_THAT(ask(component, "alice@example.com"), SizeIs(2));
    EXPECT_THAT(ask(component, "bob@example.com"), SizeIs(2));
    EXPECT_THAT(take(component, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_THAT(take(component, RosterItem{jid("bob@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_THAT(take(component, PresenceForbidden{jid("bob@example.com")}), IsEmpty());
    disconnect(component);
    EXPECT_THAT(take(component, Connected{"notify.example.com"}), ElementsAre("probe alice@example.com"));
    EXPECT_EQ(knowledge(component, "alice@example.com"), presence::Knowledge::unknown);
    EXPECT_THAT(take(component, heard("alice@example.com", false)), IsEmpty());
    EXPECT_EQ(knowledge(component, "alice@example.com"), presence::Knowledge::offline)
        << "the answer to a probe of somebody who permits it";
}

TEST_F(DeskTest, XP_24_AComponentHandsOnWhoPermitsIt) {
    connect(component);
    EXPECT_THAT(ask(component, "alice@example.com"), SizeIs(2));
    EXPECT_THAT(take(component, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_THAT(take(component, heard("bob@example.com/desk", true)), IsEmpty());
    EXPECT_EQ(component.save_people(), "alice@example.com\nbob@example.com\n");
    EXPECT_EQ(client.save_people(), "");

    Desk next(component_account(), {}, {});
    EXPECT_THAT(next.load_people("alice@example.com\n@@\n\nmallory@example.net\n", now), IsEmpty());
    EXPECT_THAT(take(next, Connected{"notify.example.com"}), ElementsAre("probe alice@example.com"));
    EXPECT_THAT(names_of(next.load_people("alice@example.com\nbob@example.com\n", now)),
                ElementsAre("probe bob@example.com"));
    EXPECT_THAT(client.load_people("alice@example.com\n", now), IsEmpty());
}

TEST_F(DeskTest, AClientProbesNobody) {
    connect(client);
    EXPECT_THAT(take(client, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    disconnect(client);
    EXPECT_THAT(take(client, Connected{"bot@example.com/2"}), IsEmpty());
}

TEST_F(DeskTest, NotificationsWaitForASession) {
    EXPECT_EQ(client.add(notification("n1"), now), true);
    EXPECT_THAT(client.due(now), IsEmpty());
    EXPECT_EQ(client.seconds_to_next(now), -1);
    EXPECT_EQ(client.status(now).waiting, 1U);
    connect(client);
    EXPECT_EQ(client.seconds_to_next(now), 0);
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n1"));
    EXPECT_THAT(take(client, NotificationAccepted{"n1"}), IsEmpty());
    EXPECT_EQ(client.status(now).waiting, 0U);
    EXPECT_EQ(client.status(now).sent, 1U);
}

// A server that reads slowly cannot answer for everything in time.
TEST_F(DeskTest, NotificationsAreHandedOverAFewAtATime) {
    connect(client);
    for (std::size_t i = 0; i < Desk::most_on_the_way + 2; ++i)
        EXPECT_EQ(client.add(notification("n" + std::to_string(i)), now), true);
    EXPECT_THAT(client.due(now), SizeIs(Desk::most_on_the_way));
    EXPECT_THAT(client.due(now), IsEmpty());
    EXPECT_EQ(client.seconds_to_next(now), -1) << "an event comes first";
    EXPECT_THAT(take(client, NotificationAccepted{"n0"}), IsEmpty());
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n20"));
    EXPECT_THAT(take(client, NotificationRefused{"n1", "cancel", "gone"}), IsEmpty());
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n21"));
    disconnect(client);
    connect(client);
    EXPECT_THAT(client.due(now), SizeIs(Desk::most_on_the_way)) << "a new session begins with none";
}

TEST_F(DeskTest, LongNotificationsAreHandedOverOneByOne) {
    connect(client);
    for (const char* id : {"n1", "n2", "n3"}) {
        notify::Notification made = notification(id);
        made.body = std::string(Desk::most_octets_on_the_way / 2 + 1, 'x');
        EXPECT_EQ(client.add(made, now), true);
    }
    notify::Notification longest = notification("n4");
    longest.body = std::string(notify::longest_body, 'x');
    EXPECT_EQ(client.add(longest, now), true);
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n1"));
    EXPECT_THAT(take(client, NotificationAccepted{"n1"}), IsEmpty());
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n2"));
    EXPECT_THAT(take(client, NotificationAccepted{"n2"}), IsEmpty());
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n3"));
    EXPECT_THAT(take(client, NotificationAccepted{"n3"}), IsEmpty());
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n4"));
}

TEST_F(DeskTest, XP_15_ASessionThatBeginsEndsTheOneBefore) {
    connect(client);
    EXPECT_THAT(take(client, RosterItem{jid("alice@example.com"), presence::Subscription::to}), IsEmpty());
    EXPECT_THAT(take(client, heard("alice@example.com/phone", true)), IsEmpty());
    EXPECT_EQ(client.add(notification("n1"), now), true);
    EXPECT_THAT(client.due(now), SizeIs(1));
    connect(client);
    EXPECT_EQ(knowledge(client, "alice@example.com"), presence::Knowledge::unknown);
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n1"));
}

TEST_F(DeskTest, WhatTheServerDidNotTakeIsSentInTheNextSession) {
    connect(client);
    EXPECT_EQ(client.add(notification("n1"), now), true);
    EXPECT_THAT(client.due(now), SizeIs(1));
    disconnect(client);
    connect(client);
    now += 3'600;
    EXPECT_THAT(names_of(client.due(now)), ElementsAre("send n1"));
}

TEST_F(DeskTest, XP_17_WhatIsRefusedForGoodIsDropped) {
    connect(client);
    EXPECT_EQ(client.add(notification("n1"), now), true);
    EXPECT_THAT(client.due(now), SizeIs(1));
    EXPECT_THAT(take(client, NotificationRefused{"n1", "cancel", "service-unavailable"}), IsEmpty());
    EXPECT_EQ(client.status(now).dropped, 1U);
    EXPECT_EQ(client.status(now).waiting, 0U);
    EXPECT_THAT(client.status(now).last_queue_error, HasSubstr("service-unavailable"));
    EXPECT_EQ(client.news_of_queue(), client.status(now).last_queue_error);
    EXPECT_EQ(client.news_of_queue(), "") << "told once";
}

TEST_F(DeskTest, TheQueueCanBeHandedOn) {
    EXPECT_EQ(client.add(notification("n1"), now), true);
    Desk next(client_account(), {}, {});
    EXPECT_EQ(next.add(notification("n2"), now), true);
    next.load_queue(client.save_queue(), now);
    EXPECT_EQ(next.status(now).waiting, 2U);
}

TEST_F(DeskTest, TheLogIsToldOfChangesOnly) {
    const auto line_of = [this](const Event& event) { return client.take(event, now).line; };
    EXPECT_THAT(line_of(Disconnected{"refused", 5}), HasSubstr("refused"));
    EXPECT_EQ(line_of(Disconnected{"refused", 10}), "");
    EXPECT_THAT(line_of(Disconnected{"no such host", 20}), HasSubstr("no such host"));
    EXPECT_THAT(line_of(Connected{"bot@example.com/1"}), HasSubstr("connected"));
    EXPECT_THAT(line_of(Disconnected{"no such host", 5}), HasSubstr("no such host"));
    EXPECT_EQ(line_of(Disconnected{"no such host", 5}), "");
    EXPECT_EQ(line_of(heard("alice@example.com/phone", true)), "");
    EXPECT_EQ(line_of(SubscriptionRequest{jid("alice@example.com")}), "");
    EXPECT_TRUE(client.take(Disconnected{"other", 5}, now).is_trouble);
    EXPECT_FALSE(client.take(Connected{"bot@example.com/1"}, now).is_trouble);
}

TEST_F(DeskTest, ItsStatusTellsOfTheSession) {
    EXPECT_FALSE(client.status(now).connected);
    EXPECT_EQ(client.status(now).last_error, "");
    static_cast<void>(client.take(Disconnected{"refused", 30}, now));
    now += 10;
    EXPECT_EQ(client.status(now).last_error, "refused");
    EXPECT_EQ(client.status(now).retry_in, 20);
    now += 100;
    EXPECT_EQ(client.status(now).retry_in, 0);
    connect(client);
    static_cast<void>(client.take(RosterItem{jid("alice@example.com"), presence::Subscription::to}, now));
    static_cast<void>(client.take(RosterItem{jid("bob@example.com"), presence::Subscription::to}, now));
    static_cast<void>(client.take(heard("bob@example.com/desk", true), now));
    now += 7;
    const DeskStatus status = client.status(now);
    EXPECT_TRUE(status.connected);
    EXPECT_EQ(status.age, 7);
    EXPECT_EQ(status.retry_in, 0);
    EXPECT_EQ(status.known, 2U);
    EXPECT_EQ(status.available, 1U);
}

} // namespace
} // namespace columbarium::session
