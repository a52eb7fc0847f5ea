// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/outbox.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::notify {
namespace {

constexpr std::int64_t start = 1'700'000'000;
constexpr std::int64_t hour = 3'600;

class OutboxTest : public ::testing::Test {
  protected:
    static Notification notification(const std::string& id, const std::string& owner = "romeo") {
        return {.id = id,
                .owner = owner,
                .to = *xmpp::Jid::parse("romeo@example.com"),
                .headline = false,
                .subject = "",
                .body = "Hello \"you\"\n",
                .urgency = "medium",
                .resent_from = "",
                .url = "",
                .created = start};
    }

    static bool add(Outbox& outbox, const std::string& id, std::int64_t now = start) {
        return outbox.add(notification(id), now).value_or(false);
    }

    // The ids of what is due.
    static std::string due(Outbox& outbox, std::int64_t now) {
        std::string ids;
        for (const Notification& taken : outbox.take_due(now))
            ids += taken.id + " ";
        return ids;
    }

    config::NotifyPolicy policy;
};

TEST_F(OutboxTest, KeepsTheOrder) {
    Outbox outbox(policy);
    EXPECT_EQ(outbox.seconds_to_next(start), -1);
    for (const char* id : {"c", "a", "b"})
        EXPECT_TRUE(add(outbox, id));
    EXPECT_EQ(outbox.waiting(), 3U);
    EXPECT_EQ(outbox.seconds_to_next(start), 0);
    EXPECT_EQ(due(outbox, start), "c a b ");
    EXPECT_EQ(due(outbox, start), "") << "they are handed over";
    EXPECT_EQ(outbox.seconds_to_next(start), -1);
    EXPECT_EQ(outbox.waiting(), 3U) << "nobody has accepted them";
    outbox.accepted("a");
    EXPECT_EQ(outbox.waiting(), 1U) << "what was handed over before is accepted, too";
    EXPECT_EQ(outbox.sent(), 2U);
    outbox.accepted("a");
    outbox.accepted("nobody");
    EXPECT_EQ(outbox.sent(), 2U);
    outbox.accepted("b");
    EXPECT_EQ(outbox.waiting(), 0U);
    EXPECT_EQ(outbox.sent(), 3U);
    EXPECT_EQ(outbox.dropped(), 0U);
    EXPECT_EQ(outbox.last_error(), "");
}

TEST_F(OutboxTest, TakesTheSameIdOnce) {
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_EQ(outbox.waiting(), 1U);
    EXPECT_EQ(due(outbox, start), "a ");
    EXPECT_TRUE(add(outbox, "a"));
    outbox.accepted("a");
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_EQ(due(outbox, start), "") << "also a while after it was sent";
    EXPECT_TRUE(add(outbox, "a", start + Outbox::remembered_seconds));
    EXPECT_EQ(due(outbox, start + Outbox::remembered_seconds), "a ");
}

TEST_F(OutboxTest, IsToldOfEachAcceptedOneOrOfTheLast) {
    for (const bool each : {false, true}) {
        Outbox outbox(policy);
        for (const char* id : {"a", "b", "c", "d"})
            EXPECT_TRUE(add(outbox, id));
        EXPECT_EQ(due(outbox, start), "a b c d ");
        outbox.accepted("unknown");
        EXPECT_EQ(outbox.sent(), 0U);
        if (each) {
            outbox.accepted("a");
            EXPECT_EQ(outbox.sent(), 1U);
            outbox.accepted("b");
        }
        outbox.accepted("c");
        EXPECT_EQ(outbox.sent(), 3U);
        outbox.disconnected(start);
        outbox.accepted("d");
        EXPECT_EQ(outbox.sent(), 3U) << "it waits again";
        EXPECT_EQ(due(outbox, start), "d ");
    }
}

TEST_F(OutboxTest, TheSameIdIsNotSentTwiceThoughItWasAcceptedMeanwhile) {
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_EQ(due(outbox, start), "a ");
    outbox.accepted("a");
    const std::int64_t later = start + 5 * 60;
    const auto again = outbox.add(notification("a"), later);
    ASSERT_TRUE(again);
    EXPECT_TRUE(*again) << "the same answer";
    EXPECT_EQ(outbox.waiting(), 0U);
    EXPECT_EQ(due(outbox, later), "");
    EXPECT_EQ(outbox.sent(), 1U);
    EXPECT_EQ(outbox.save(), "");
}

TEST_F(OutboxTest, XN_19_AuthCancelAndModifyEndIt) {
    for (const char* type : {"auth", "cancel", "modify"}) {
        for (const bool after_acceptance : {false, true}) {
            Outbox outbox(policy);
            EXPECT_TRUE(add(outbox, "a"));
            EXPECT_EQ(due(outbox, start), "a ");
            if (after_acceptance)
                outbox.accepted("a");
            outbox.refused("a", type, "service-unavailable", start);
            EXPECT_EQ(outbox.waiting(), 0U);
            EXPECT_EQ(outbox.sent(), 0U);
            EXPECT_EQ(outbox.dropped(), 1U);
            EXPECT_EQ(outbox.seconds_to_next(start), -1);
            EXPECT_NE(outbox.last_error().find("notification a"), std::string::npos);
            EXPECT_NE(outbox.last_error().find("service-unavailable"), std::string::npos);
            EXPECT_EQ(outbox.last_error().find("Hello"), std::string::npos);
        }
    }
}

TEST_F(OutboxTest, XN_19_WaitAndUnknownErrorsAreTriedAgainAfterLongerAndLongerPauses) {
    for (const char* type : {"wait", "continue", "", "nonsense"}) {
        policy.tries = 9;
        Outbox outbox(policy);
        EXPECT_TRUE(add(outbox, "a"));
        std::int64_t now = start;
        for (const std::int64_t pause : {60, 120, 240, 480, 960, 1'920, 3'600, 3'600}) {
            EXPECT_EQ(due(outbox, now), "a ");
            outbox.refused("a", type, "resource-constraint", now);
            EXPECT_EQ(outbox.seconds_to_next(now), pause);
            EXPECT_EQ(due(outbox, now + pause - 1), "");
            EXPECT_EQ(outbox.waiting(), 1U);
            now += pause;
        }
        EXPECT_EQ(due(outbox, now), "a ");
        outbox.refused("a", type, "resource-constraint", now);
        EXPECT_EQ(outbox.waiting(), 0U) << "nine tries";
        EXPECT_EQ(outbox.dropped(), 1U);
    }
}

TEST_F(OutboxTest, XN_19_TheNumberOfTriesIsTheSites) {
    for (const std::size_t tries : {3U, 10U}) {
        policy.tries = tries;
        Outbox outbox(policy);
        EXPECT_TRUE(add(outbox, "a"));
        std::size_t seen = 0;
        for (std::int64_t now = start; outbox.waiting() > 0; now += hour) {
            ASSERT_EQ(due(outbox, now), "a ");
            ++seen;
            outbox.refused("a", "wait", "x", now);
        }
        EXPECT_EQ(seen, tries);
    }
}

TEST_F(OutboxTest, XN_19_AnErrorMayComeAfterAcceptance) {
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_TRUE(add(outbox, "b"));
    EXPECT_EQ(due(outbox, start), "a b ");
    outbox.accepted("b");
    EXPECT_EQ(outbox.sent(), 2U);
    outbox.refused("a", "wait", "recipient-unavailable", start + 5);
    EXPECT_EQ(outbox.sent(), 1U);
    EXPECT_EQ(outbox.waiting(), 1U);
    EXPECT_EQ(due(outbox, start + 65), "a ");
    outbox.accepted("a");
    EXPECT_EQ(outbox.sent(), 2U);
    EXPECT_EQ(due(outbox, start + 65 + Outbox::remembered_seconds), "");
    outbox.refused("a", "wait", "x", start + 65 + Outbox::remembered_seconds);
    EXPECT_EQ(outbox.waiting(), 0U) << "nobody remembers it";
    EXPECT_EQ(outbox.sent(), 2U);
}

TEST_F(OutboxTest, RemembersABoundedNumberOfAcceptedOnes) {
    policy.queue_limit = policy.most_per_hour = 10'000;
    Outbox outbox(policy);
    const std::size_t all = Outbox::most_remembered + 5;
    for (std::size_t i = 0; i < all; ++i)
        EXPECT_TRUE(add(outbox, std::to_string(i)));
    EXPECT_EQ(outbox.take_due(start).size(), all);
    outbox.accepted(std::to_string(all - 1));
    EXPECT_EQ(outbox.sent(), all);
    outbox.refused("4", "wait", "x", start);
    EXPECT_EQ(outbox.waiting(), 0U);
    outbox.refused("5", "wait", "x", start);
    EXPECT_EQ(outbox.waiting(), 1U);
}

TEST_F(OutboxTest, ADisconnectMakesDueWhatWasNotAcceptedAndIsNoTry) {
    policy.tries = 3;
    Outbox outbox(policy);
    for (const char* id : {"a", "b", "c"})
        EXPECT_TRUE(add(outbox, id));
    EXPECT_EQ(due(outbox, start), "a b c ");
    outbox.accepted("a");
    EXPECT_TRUE(add(outbox, "d"));
    outbox.disconnected(start);
    EXPECT_EQ(outbox.seconds_to_next(start), 0);
    EXPECT_EQ(due(outbox, start), "b c d ") << "with the same ids, in the same order";
    outbox.disconnected(start);
    EXPECT_EQ(due(outbox, start), "b c d ");
    outbox.refused("b", "wait", "x", start);
    outbox.refused("b", "wait", "x", start);
    EXPECT_EQ(outbox.dropped(), 0U) << "one refusal for one hand-over";
    EXPECT_EQ(due(outbox, start + 60), "b ");
    outbox.refused("b", "wait", "x", start);
    EXPECT_EQ(outbox.dropped(), 0U);
}

TEST_F(OutboxTest, WhatMayEndTheSessionsPausesAfterTheThirdTime) {
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    for (const std::int64_t pause : {0, 0, 0, 60, 120, 240}) {
        EXPECT_EQ(outbox.take_due(start + hour).size(), 1U);
        outbox.disconnected(start);
        EXPECT_EQ(outbox.seconds_to_next(start), pause);
    }
}

TEST_F(OutboxTest, EN_9_WhatIsTooOldIsDropped) {
    policy.queue_hours = 2;
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_TRUE(add(outbox, "b"));
    EXPECT_EQ(due(outbox, start + 2 * hour - 1), "a b ");
    outbox.accepted("a");
    outbox.disconnected(start + 2 * hour - 1);
    EXPECT_EQ(due(outbox, start + 2 * hour), "");
    EXPECT_EQ(outbox.waiting(), 0U);
    EXPECT_EQ(outbox.dropped(), 1U);
    EXPECT_NE(outbox.last_error().find("notification b: too old"), std::string::npos);
}

TEST_F(OutboxTest, ATimeInTheFutureCountsAsNow) {
    policy.queue_hours = 1;
    Outbox outbox(policy);
    Notification early = notification("a");
    early.created = start + 1'000 * hour;
    EXPECT_TRUE(outbox.add(early, start));
    EXPECT_EQ(due(outbox, start + hour), "");
    EXPECT_EQ(outbox.dropped(), 1U);
}

TEST_F(OutboxTest, AClockThatIsSetBackMakesNothingImmortal) {
    policy.queue_hours = 2;
    Outbox outbox(policy);
    const std::int64_t back = start - 1'000 * hour;
    EXPECT_TRUE(add(outbox, "waits"));
    EXPECT_TRUE(add(outbox, "handed over"));
    EXPECT_EQ(outbox.take_due(start).size(), 2U);
    outbox.refused("waits", "wait", "x", start);
    EXPECT_EQ(outbox.seconds_to_next(back), hour) << "the longest pause at most";
    EXPECT_EQ(due(outbox, back), "");
    outbox.disconnected(back);
    EXPECT_EQ(due(outbox, back), "handed over ");
    EXPECT_EQ(outbox.seconds_to_next(back + 10), hour - 10) << "it does not begin anew each time";
    EXPECT_EQ(due(outbox, back + hour - 1), "");
    const auto taken = outbox.take_due(back + hour);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].id, "waits");
    EXPECT_EQ(taken[0].created, back) << "no younger than new";
    outbox.disconnected(back + hour);
    EXPECT_EQ(outbox.waiting(), 2U);
    EXPECT_EQ(due(outbox, back + 2 * hour), "");
    EXPECT_EQ(outbox.dropped(), 2U);
}

TEST_F(OutboxTest, AClockThatIsSetBackForgetsWhoHasSentMany) {
    policy.most_per_hour = 1;
    Outbox outbox(policy);
    const std::int64_t back = start - 1'000 * hour;
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_FALSE(add(outbox, "b"));
    EXPECT_TRUE(add(outbox, "c", back));
    EXPECT_FALSE(add(outbox, "d", back + hour - 1));
    EXPECT_TRUE(add(outbox, "e", back + hour));
}

TEST_F(OutboxTest, EN_9_TooManyAreNewsOnce) {
    policy.most_per_hour = 1;
    Outbox outbox(policy);
    std::string said;
    for (const char* owner : {"romeo", "juliet"}) {
        EXPECT_TRUE(outbox.add(notification(std::string(owner) + "-0", owner), start).value_or(false));
        for (const char* id : {"-1", "-2"}) {
            EXPECT_FALSE(outbox.add(notification(owner + std::string(id), owner), start).value_or(true));
            EXPECT_TRUE(said.empty() || said == outbox.last_error()) << outbox.last_error();
            said = outbox.last_error();
        }
    }
    EXPECT_EQ(said, "somebody has sent more than 1 notifications within an hour");
    EXPECT_EQ(outbox.dropped(), 4U);
}

TEST_F(OutboxTest, EN_9_WhoSendsTooManyWithinAnHourIsSilentlyDropped) {
    policy.most_per_hour = 3;
    Outbox outbox(policy);
    for (const char* id : {"a", "b"})
        EXPECT_TRUE(add(outbox, id, start));
    EXPECT_TRUE(add(outbox, "c", start + 100));
    const auto fourth = outbox.add(notification("d"), start + 100);
    ASSERT_TRUE(fourth) << "no failure";
    EXPECT_FALSE(*fourth);
    EXPECT_EQ(outbox.dropped(), 1U);
    EXPECT_TRUE(outbox.add(notification("e", "juliet"), start + 100).value_or(false)) << "others may";
    EXPECT_FALSE(add(outbox, "f", start + hour - 1));
    EXPECT_TRUE(add(outbox, "g", start + hour));
    EXPECT_TRUE(add(outbox, "h", start + hour));
    EXPECT_FALSE(add(outbox, "i", start + hour));
    EXPECT_TRUE(add(outbox, "j", start + hour + 100));
}

TEST_F(OutboxTest, EN_9_AFullQueueIsATemporaryFailure) {
    policy.queue_limit = 2;
    policy.queue_hours = 1;
    Outbox outbox(policy);
    EXPECT_TRUE(add(outbox, "a"));
    EXPECT_TRUE(add(outbox, "b"));
    const auto third = outbox.add(notification("c"), start);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().kind, ErrorKind::temporary);
    EXPECT_TRUE(outbox.add(notification("a"), start)) << "it is in the queue";
    EXPECT_EQ(due(outbox, start), "a b ");
    EXPECT_FALSE(outbox.add(notification("c"), start)) << "handed over is not sent";
    outbox.accepted("a");
    EXPECT_TRUE(add(outbox, "c"));
    EXPECT_EQ(outbox.dropped(), 0U);
    outbox.disconnected(start);
    Notification later = notification("d");
    later.created = start + hour;
    EXPECT_TRUE(outbox.add(later, start + hour)) << "what is too old makes room";
    EXPECT_EQ(outbox.dropped(), 2U);
}

TEST_F(OutboxTest, IsSavedAndLoaded) {
    Outbox first(policy);
    for (const char* id : {"a", "b", "c", "d"})
        EXPECT_TRUE(add(first, id));
    EXPECT_EQ(due(first, start), "a b c d ");
    first.accepted("a");
    first.refused("c", "wait", "x", start);
    const std::string lines = first.save();
    Outbox second(policy);
    second.load(lines, start + 10);
    EXPECT_EQ(second.waiting(), 3U);
    EXPECT_EQ(second.dropped(), 0U);
    const auto taken = second.take_due(start + 10);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[0], notification("b"));
    EXPECT_EQ(taken[1], notification("d"));
    EXPECT_EQ(second.seconds_to_next(start + 10), 50) << "the pause goes on";
    EXPECT_EQ(due(second, start + 60), "c ");
    second.refused("c", "wait", "x", start + 60);
    EXPECT_EQ(second.seconds_to_next(start + 60), 120) << "tries are counted on";
    second.load(lines, start + 60);
    EXPECT_EQ(second.waiting(), 3U) << "the same ones again";
    EXPECT_EQ(Outbox(policy).save(), "");
}

TEST_F(OutboxTest, CountsWrongLinesAsDropped) {
    policy.queue_limit = 2;
    Outbox outbox(policy);
    const std::string good = to_value(notification("a")) + "\r\n\n";
    outbox.load("\n" + good + "nonsense\n{}\n" + R"({"tries":-1,)" + to_value(notification("b")).substr(1) +
                    "\n" + R"({"tries":5,)" + to_value(notification("b")).substr(1) + "\n" +
                    R"({"due":"x","tries":)",
                start);
    EXPECT_EQ(outbox.waiting(), 1U);
    EXPECT_EQ(outbox.dropped(), 5U);
    outbox.load(to_value(notification("b")) + "\n" + to_value(notification("c")), start);
    EXPECT_EQ(outbox.waiting(), 2U);
    EXPECT_EQ(outbox.dropped(), 6U) << "the queue is full";
    outbox.load(std::string(1'000, '\n') + std::string(200'000, 'x'), start);
    EXPECT_EQ(outbox.dropped(), 7U);
}

TEST_F(OutboxTest, IsSavedWithTheLongestNotification) {
    Outbox first(policy);
    Notification longest = notification("a");
    longest.body = std::string(49'000, '\n');
    longest.subject = std::string(longest_notification_value - to_value(longest).size() - 13, 's');
    ASSERT_EQ(to_value(longest).size(), longest_notification_value);
    EXPECT_TRUE(first.add(longest, start));
    Outbox second(policy);
    second.load(first.save(), start);
    EXPECT_EQ(second.take_due(start), std::vector{longest});
}

TEST_F(OutboxTest, IsQuickWithManyNotificationsAndOwners) {
    policy.queue_limit = 30'000;
    Outbox outbox(policy);
    for (int i = 0; i < 30'000; ++i)
        ASSERT_TRUE(outbox.add(notification(std::to_string(i), std::to_string(i)), start + i / 10));
    const auto taken = outbox.take_due(start + 3 * hour);
    ASSERT_EQ(taken.size(), 30'000U);
    for (const Notification& one : taken) {
        outbox.accepted(one.id);
        if (one.id.ends_with('7'))
            outbox.refused(one.id, "wait", "x", start + 3 * hour);
    }
    EXPECT_EQ(outbox.waiting(), 3'000U);
    EXPECT_EQ(outbox.sent(), 27'000U);
}

} // namespace
} // namespace columbarium::notify
