// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/presence_table.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::presence {
namespace {

constexpr std::int64_t start = 1'700'000'000;
constexpr std::int64_t settled = start + PresenceTable::settling_seconds;

xmpp::Jid jid(const std::string& text) {
    auto parsed = xmpp::Jid::parse(text);
    EXPECT_TRUE(parsed) << text;
    return *std::move(parsed);
}

class PresenceTableTest : public ::testing::Test {
  protected:
    void SetUp() override {
        table.connected(start);
        table.set_subscription(jid("romeo@example.com"), Subscription::both);
    }

    void available(const std::string& from, Show show, int priority = 0, std::int64_t now = start,
                   const std::string& status = {}) {
        PresenceStanza stanza{jid(from), true, show, {}, priority};
        if (!status.empty())
            stanza.statuses.push_back({"", status});
        table.heard(stanza, now);
    }

    void unavailable(const std::string& from, std::int64_t now = start, const std::string& status = {}) {
        PresenceStanza stanza{jid(from), false, Show::available, {}, 0};
        if (!status.empty())
            stanza.statuses.push_back({"", status});
        table.heard(stanza, now);
    }

    // "?" where the JID is not known, else "unknown", "offline" or the show; with the status behind ":".
    std::string seen(const std::string& of, std::int64_t now = settled) {
        const auto presence = table.look_up(jid(of), {}, now);
        if (!presence)
            return "?";
        std::string text = presence->knowledge == Knowledge::unknown   ? "unknown"
                           : presence->knowledge == Knowledge::offline ? "offline"
                                                                       : std::string(name_of(presence->show));
        return presence->status.empty() ? text : text + ":" + presence->status;
    }

    PresenceTable table;
};

TEST_F(PresenceTableTest, XP_13_KeepsThePresenceOfEachResource) {
    available("romeo@example.com/orchard", Show::away, 1, start, "musing");
    available("romeo@example.com/phone", Show::dnd, 0);
    EXPECT_EQ(seen("romeo@example.com"), "away:musing");
    EXPECT_EQ(seen("ROMEO@example.com/phone"), "dnd");
    EXPECT_EQ(seen("romeo@example.com/tablet"), "offline");
    available("romeo@example.com/phone", Show::chat, 5);
    EXPECT_EQ(seen("romeo@example.com"), "chat");
    unavailable("romeo@example.com/phone");
    EXPECT_EQ(seen("romeo@example.com"), "away:musing");
    unavailable("romeo@example.com/orchard", start + 3, "Good night");
    EXPECT_EQ(seen("romeo@example.com"), "offline:Good night");
    EXPECT_EQ(table.look_up(jid("romeo@example.com"), {}, settled)->since, start + 3);
    EXPECT_EQ(table.available(), 0U);
}

TEST_F(PresenceTableTest, XP_13_UnavailableOfTheBareJidTakesAllAway) {
    available("romeo@example.com/orchard", Show::away);
    available("romeo@example.com/phone", Show::dnd);
    EXPECT_EQ(table.available(), 1U);
    unavailable("romeo@example.com");
    EXPECT_EQ(seen("romeo@example.com", start), "offline");
    EXPECT_EQ(seen("romeo@example.com/phone", start), "offline");
    EXPECT_EQ(table.available(), 0U);
}

TEST_F(PresenceTableTest, XP_13_UnavailableOfAResourceThatNobodyHeardOfLeavesTheOthers) {
    available("romeo@example.com/orchard", Show::away);
    unavailable("romeo@example.com/phone", start, "off");
    EXPECT_EQ(seen("romeo@example.com"), "away");
}

TEST_F(PresenceTableTest, XP_13_PresenceOfABareJidIsAResourceWithoutName) {
    available("romeo@example.com", Show::dnd);
    EXPECT_EQ(seen("romeo@example.com"), "dnd");
    unavailable("romeo@example.com");
    EXPECT_EQ(seen("romeo@example.com"), "offline");
}

TEST_F(PresenceTableTest, XP_4_XP_5_OnlyThoseWhoLetUsSeeThemAreKnown) {
    for (const Subscription subscription : {Subscription::none, Subscription::from}) {
        table.set_subscription(jid("mercutio@example.com"), subscription);
        available("mercutio@example.com/a", Show::chat);
        EXPECT_EQ(seen("mercutio@example.com"), "?");
    }
    table.set_subscription(jid("mercutio@example.com/ignored"), Subscription::to);
    available("mercutio@example.com/a", Show::chat);
    EXPECT_EQ(seen("mercutio@example.com"), "chat");
    EXPECT_EQ(table.known(), 2U);
    table.set_subscription(jid("mercutio@example.com"), Subscription::from);
    EXPECT_EQ(seen("mercutio@example.com"), "?");
    EXPECT_EQ(table.known(), 1U);
    table.set_subscription(jid("mercutio@example.com"), Subscription::to);
    EXPECT_EQ(seen("mercutio@example.com", start), "unknown") << "nothing is left of the time before";
}

TEST_F(PresenceTableTest, XP_8_AnAcknowledgementOfARequestIsNoPresence) {
    table.set_subscription(jid("juliet@example.com"), Subscription::none);
    unavailable("juliet@example.com");
    EXPECT_EQ(seen("juliet@example.com", start), "?");
    table.set_subscription(jid("juliet@example.com"), Subscription::to);
    EXPECT_EQ(seen("juliet@example.com", start), "unknown");
}

TEST_F(PresenceTableTest, XP_12_LastWordsGoWhenSomebodyIsBack) {
    unavailable("romeo@example.com/a", start, "Good night");
    available("romeo@example.com/a", Show::available);
    EXPECT_EQ(seen("romeo@example.com"), "available");
    unavailable("romeo@example.com/a");
    EXPECT_EQ(seen("romeo@example.com"), "offline");
}

TEST_F(PresenceTableTest, XP_12_ChoosesTheStatusForTheSite) {
    table.heard({jid("romeo@example.com/a"), true, Show::away, {{"en", "away"}, {"de", "weg"}}, 0}, start);
    EXPECT_EQ(table.look_up(jid("romeo@example.com"), {"de"}, start)->status, "weg");
    table.heard({jid("romeo@example.com/a"), false, Show::away, {{"en", "bye"}, {"de", "fort"}}, 0}, start);
    EXPECT_EQ(table.look_up(jid("romeo@example.com"), {"de"}, start)->status, "fort");
}

TEST_F(PresenceTableTest, XP_14_WhoForbidsItIsUnknownAndNotOffline) {
    available("romeo@example.com/a", Show::chat);
    table.forbidden(jid("romeo@example.com/a"));
    EXPECT_EQ(seen("romeo@example.com"), "unknown");
    EXPECT_EQ(table.available(), 0U);
    table.set_subscription(jid("romeo@example.com"), Subscription::both);
    EXPECT_EQ(seen("romeo@example.com"), "unknown") << "a push that changes nothing";
    available("romeo@example.com/a", Show::chat);
    EXPECT_EQ(seen("romeo@example.com"), "chat");
    table.forbidden(jid("nobody@example.com"));
    EXPECT_EQ(seen("nobody@example.com"), "?");
}

TEST_F(PresenceTableTest, XP_15_IsUnknownUntilSomethingIsHeardOrTheSessionHasSettled) {
    EXPECT_EQ(seen("romeo@example.com", start), "unknown");
    EXPECT_EQ(seen("romeo@example.com", settled - 1), "unknown");
    EXPECT_EQ(seen("romeo@example.com", settled), "offline");
    EXPECT_EQ(seen("romeo@example.com", start - 1), "offline") << "a clock that was set back";
    available("romeo@example.com/a", Show::chat);
    EXPECT_EQ(seen("romeo@example.com", start), "chat");
    EXPECT_EQ(seen("romeo@example.com/b", start), "unknown") << "this device may still come";
    EXPECT_EQ(seen("romeo@example.com/b", settled), "offline");
}

TEST_F(PresenceTableTest, XP_15_WhoBecomesKnownLaterSettlesFromThenOn) {
    table.set_subscription(jid("juliet@example.com"), Subscription::to, start + 100);
    EXPECT_EQ(seen("juliet@example.com", start + 109), "unknown");
    EXPECT_EQ(seen("juliet@example.com", start + 110), "offline");
}

TEST_F(PresenceTableTest, XP_15_AfterADisconnectAllAreUnknown) {
    available("romeo@example.com/a", Show::chat, 0, start, "here");
    table.disconnected();
    EXPECT_EQ(seen("romeo@example.com", start + 1'000), "unknown");
    EXPECT_EQ(table.known(), 1U);
    EXPECT_EQ(table.available(), 0U);
    table.disconnected();
    EXPECT_EQ(table.known(), 1U) << "a try that failed is no session";
    table.connected(start + 2'000);
    EXPECT_EQ(seen("romeo@example.com", start + 2'000), "unknown") << "nothing of the session before is told";
    table.set_subscription(jid("romeo@example.com"), Subscription::both);
    EXPECT_EQ(seen("romeo@example.com", start + 2'010), "offline");
    available("romeo@example.com/a", Show::xa);
    EXPECT_EQ(seen("romeo@example.com", start + 2'000), "xa");
}

TEST_F(PresenceTableTest, XP_15_WhoIsNotInTheNewRosterIsForgotten) {
    table.disconnected();
    table.connected(start + 100);
    EXPECT_EQ(seen("romeo@example.com", start + 100), "unknown");
    EXPECT_EQ(table.known(), 0U);
    available("romeo@example.com/a", Show::chat);
    EXPECT_EQ(seen("romeo@example.com", start + 110), "?");
    table.disconnected();
    table.connected(start + 200);
    EXPECT_EQ(seen("romeo@example.com", start + 200), "?") << "for two sessions";
}

TEST_F(PresenceTableTest, XP_4_TheRosterMayComeBeforeTheSessionIsSaidToHaveBegun) {
    table.disconnected();
    table.set_subscription(jid("juliet@example.com"), Subscription::to);
    available("juliet@example.com/a", Show::dnd);
    EXPECT_EQ(seen("juliet@example.com"), "unknown");
    table.connected(start + 100);
    EXPECT_EQ(seen("juliet@example.com", start + 100), "dnd");
}

TEST_F(PresenceTableTest, XP_12_ClampsPrioritiesAndCutsStatusTexts) {
    available("romeo@example.com/a", Show::dnd, 1'000);
    available("romeo@example.com/b", Show::chat, 127);
    EXPECT_EQ(seen("romeo@example.com"), "chat") << "127 is the highest";
    std::string text = "a";
    for (int i = 0; i < 1'000; ++i)
        text += "ü";
    available("romeo@example.com/b", Show::chat, 127, start, text);
    EXPECT_EQ(seen("romeo@example.com"), "chat:" + text.substr(0, 1'023));
    available("romeo@example.com/b", Show::chat, 127, start, std::string(5'000, '\xff'));
    EXPECT_LE(table.look_up(jid("romeo@example.com"), {}, start)->status.size(), 1'024U);
    available("romeo@example.com/b", Show::chat, 127, start, std::string("a\0b\x01\xff", 5));
    EXPECT_EQ(seen("romeo@example.com"), "chat:a\xef\xbf\xbd"
                                         "b\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_F(PresenceTableTest, CountsWhoIsKnownAndWhoIsThere) {
    const auto counts = [this] {
        return std::to_string(table.known()) + "/" + std::to_string(table.available());
    };
    EXPECT_EQ(counts(), "1/0");
    table.set_subscription(jid("juliet@example.com"), Subscription::to);
    available("romeo@example.com/a", Show::chat);
    available("romeo@example.com/a", Show::away);
    available("romeo@example.com/b", Show::away);
    available("juliet@example.com/a", Show::away);
    EXPECT_EQ(counts(), "2/2");
    unavailable("romeo@example.com/a");
    unavailable("romeo@example.com/a");
    EXPECT_EQ(counts(), "2/2");
    unavailable("romeo@example.com/b");
    unavailable("romeo@example.com");
    EXPECT_EQ(counts(), "2/1");
    table.forbidden(jid("juliet@example.com"));
    table.forbidden(jid("juliet@example.com"));
    EXPECT_EQ(counts(), "2/0");
    available("juliet@example.com/a", Show::away);
    EXPECT_EQ(counts(), "2/1");
    table.set_subscription(jid("juliet@example.com"), Subscription::none);
    table.set_subscription(jid("juliet@example.com"), Subscription::none);
    EXPECT_EQ(counts(), "1/0");
    available("romeo@example.com/a", Show::chat);
    table.disconnected();
    EXPECT_EQ(counts(), "1/0");
    table.set_subscription(jid("juliet@example.com"), Subscription::to);
    EXPECT_EQ(counts(), "1/0");
    table.set_subscription(jid("romeo@example.com"), Subscription::none);
    EXPECT_EQ(counts(), "1/0") << "it was none of this session";
    table.connected(start + 100);
    unavailable("juliet@example.com");
    EXPECT_EQ(counts(), "1/0");
    for (std::size_t i = 0; i < PresenceTable::most_resources + 5; ++i)
        available("juliet@example.com/r" + std::to_string(i), Show::away);
    EXPECT_EQ(counts(), "1/1");
}

TEST_F(PresenceTableTest, KeepsTheNewestResourcesOfAJid) {
    for (std::size_t i = 0; i <= PresenceTable::most_resources; ++i)
        available("romeo@example.com/r" + std::to_string(i), Show::away, 0,
                  start + static_cast<std::int64_t>(i));
    EXPECT_EQ(seen("romeo@example.com/r0"), "offline");
    EXPECT_EQ(seen("romeo@example.com/r1"), "away");
    EXPECT_EQ(seen("romeo@example.com/r" + std::to_string(PresenceTable::most_resources)), "away");
}

TEST_F(PresenceTableTest, KeepsABoundedNumberOfStatusTexts) {
    PresenceStanza stanza{jid("romeo@example.com/a"), true, Show::away, {}, 0};
    stanza.statuses.push_back({std::string(65, 'x'), "language too long"});
    for (std::size_t i = 0; i < 100; ++i)
        stanza.statuses.push_back({"l" + std::to_string(i), "t" + std::to_string(i)});
    table.heard(stanza, start);
    EXPECT_EQ(table.look_up(jid("romeo@example.com"), {"l7"}, start)->status, "t7");
    EXPECT_EQ(table.look_up(jid("romeo@example.com"), {"l8"}, start)->status, "t0");
}

TEST_F(PresenceTableTest, KeepsABoundedAmountOfTextAndGivesItBack) {
    // Far more than there is room for, of few people and of many.
    const std::string text(PresenceTable::longest_status, 's');
    PresenceStanza stanza{jid("romeo@example.com/a"), true, Show::away, {}, 0};
    for (std::size_t i = 0; i < PresenceTable::most_statuses; ++i)
        stanza.statuses.push_back({"", text});
    for (int i = 0; i < 9'000; ++i)
        table.heard(stanza, start);
    EXPECT_EQ(seen("romeo@example.com"), "away:" + text) << "what is replaced is given back";
    for (int i = 0; i < 8'300; ++i) {
        stanza.from = jid("user" + std::to_string(i) + "@example.com/a");
        table.set_subscription(stanza.from, Subscription::to);
        table.heard(stanza, start);
    }
    EXPECT_EQ(seen("user1@example.com"), "away:" + text);
    EXPECT_EQ(seen("user8299@example.com"), "away") << "without its text";
    table.disconnected();
    table.connected(start);
    table.set_subscription(stanza.from, Subscription::to);
    table.heard(stanza, start);
    EXPECT_EQ(seen("user8299@example.com"), "away:" + text);
}

TEST_F(PresenceTableTest, CountsTheNamesOfResources) {
    PresenceTable small(100);
    small.connected(start);
    const auto person = [](std::size_t i) { return jid("user" + std::to_string(i) + "@example.com"); };
    const auto hear = [&](std::size_t i, bool is_there, const std::string& text) {
        const auto device = xmpp::Jid::make(person(i).local(), "example.com", std::string(50, 'r'));
        small.set_subscription(person(i), Subscription::to);
        small.heard({*device, is_there, Show::away, {{"", text}}, 0}, start);
    };
    const auto look_up = [&](std::size_t i) { return *small.look_up(person(i), {}, settled); };
    for (std::size_t i = 0; i < 5; ++i)
        hear(i, true, std::string(30, 's'));
    EXPECT_EQ(look_up(0).status.size(), 30U);
    EXPECT_EQ(look_up(1).status, "") << "two names and one text";
    EXPECT_EQ(look_up(2).knowledge, Knowledge::available);
    EXPECT_EQ(look_up(3).knowledge, Knowledge::unknown) << "three names and one text";
    EXPECT_EQ(look_up(4).knowledge, Knowledge::unknown) << "not offline";
    EXPECT_EQ(small.available(), 3U);
    hear(1, false, "");
    hear(4, true, "");
    EXPECT_EQ(look_up(1).knowledge, Knowledge::offline);
    EXPECT_EQ(look_up(4).knowledge, Knowledge::available) << "what is gone makes room";
    hear(3, false, "");
    EXPECT_EQ(look_up(3).knowledge, Knowledge::offline);
    EXPECT_EQ(small.available(), 3U);
}

TEST_F(PresenceTableTest, KnowsABoundedNumberOfPeople) {
    for (std::size_t i = 0; i < PresenceTable::most_jids + 10; ++i)
        table.set_subscription(jid("user" + std::to_string(i) + "@example.com"), Subscription::to);
    EXPECT_EQ(table.known(), PresenceTable::most_jids);
    EXPECT_EQ(seen("romeo@example.com"), "offline");
    EXPECT_EQ(seen("user200009@example.com"), "?");
    table.set_subscription(jid("user0@example.com"), Subscription::none);
    table.set_subscription(jid("user200009@example.com"), Subscription::to);
    EXPECT_EQ(seen("user200009@example.com"), "offline");
}

} // namespace
} // namespace columbarium::presence
