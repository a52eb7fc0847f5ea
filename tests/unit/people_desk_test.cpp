// SPDX-License-Identifier: LGPL-2.1-or-later
// What the help desk does to people, and how long that holds.
#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using enum ChangeKind;

TEST(PeopleDesk, LC_29_WhomItCancelsStaysCancelledUntilTheFeedAgrees) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_EQ(story.cancel(story.today), Kinds{cancelled});
    EXPECT_EQ(story.changes[0].reason, "has left early");
    EXPECT_EQ(story.person().hold, Hold::cancelled);
    EXPECT_EQ(story.after_days(1).feed(listed_with("ann@example.org", "")), Kinds{});
    EXPECT_EQ(story.mail(), departed);

    EXPECT_EQ(story.after_days(1).gone_from_feed(), Kinds{hold_ended});
    EXPECT_EQ(story.person().cancelled, day("2026-01-01")) << "the desk's date stays";
    EXPECT_EQ(story.person().hold, Hold::none);
    EXPECT_EQ(story.after_days(1).feed(listed_with("ann@example.org", "")), Kinds{restored})
        << "now it is the feed's again";
}

TEST(PeopleDesk, LC_29_WhomItRestoresStaysUntilTheFeedAgrees) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.gone_from_feed();
    EXPECT_EQ(story.after_days(5).restore(), Kinds{restored});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    EXPECT_EQ(story.after_days(1).gone_from_feed(), Kinds{});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));

    EXPECT_EQ(story.feed(listed_with("ann@example.org", "")), Kinds{hold_ended});
    EXPECT_EQ(story.person().hold, Hold::none);
    EXPECT_EQ(story.gone_from_feed(), Kinds{cancelled}) << "now it is the feed's again";
}

TEST(PeopleDesk, LC_29_WhomItRestoresCanBeSetUpAutomatically) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    story.restore();
    story.account = Account::yes;
    EXPECT_EQ(story.gone_from_feed(), Kinds{set_up});
}

TEST(PeopleDesk, MayCancelForADayToCome) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.cancel(day("2026-02-01"));
    EXPECT_EQ(story.person().hold, Hold::leaving);
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "ann@example.com")), Kinds{});
    EXPECT_EQ(story.gone_from_feed(), Kinds{}) << "the day is part of the decision";
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    story.after_days(30);
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    story.after_days(1);
    EXPECT_EQ(story.mail(), moved_to("ann@example.com")) << "no sync is needed for that";
    EXPECT_EQ(story.gone_from_feed(), Kinds{hold_ended});
    EXPECT_EQ(story.person().cancelled, day("2026-02-01"));
}

TEST(PeopleDesk, LC_28_LC_33_WhoWasToLeaveHasLeftForGoodOnceASyncHasSeenTheDay) {
    for (const bool is_listed : {true, false}) {
        Story story;
        const Listed row = listed_with("ann@example.org", "");
        story.feed(row);
        story.cancel(day("2026-02-01"));
        story.after_days(31);
        EXPECT_EQ(is_listed ? story.feed(row) : story.withheld(), Kinds{});
        EXPECT_EQ(story.person().hold, Hold::cancelled);
        EXPECT_EQ(story.mail_on(day("2026-01-31")), departed) << "the clock goes back";
        EXPECT_EQ(story.after_days(-1).feed(row), Kinds{});
        EXPECT_EQ(story.mail(), departed);
        EXPECT_EQ(story.after_days(2).gone_from_feed(), Kinds{hold_ended});
        EXPECT_EQ(story.person().cancelled, day("2026-02-01"));
    }
}

TEST(PeopleDesk, MayPutOffTheDayOrLetHimGoAtOnce) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.cancel(day("2026-02-01"));
    EXPECT_EQ(story.cancel(story.today), Kinds{cancelled});
    EXPECT_EQ(story.person().hold, Hold::cancelled);
    EXPECT_EQ(story.mail_on(day("2025-12-31")), departed);
    story.restore();
    EXPECT_EQ(story.cancel(day("2026-03-01")), Kinds{cancelled});
    EXPECT_EQ(story.person().hold, Hold::leaving);
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
}

TEST(PeopleDesk, MayCancelForAnotherDay) {
    Story story;
    story.feed(listed());
    story.cancel(day("2026-02-01"));
    EXPECT_EQ(story.cancel(day("2026-02-01")), Kinds{});
    EXPECT_EQ(story.cancel(day("2026-03-01")), Kinds{cancelled});
    EXPECT_EQ(story.changes[0].before, "2026-02-01");
    EXPECT_EQ(story.changes[0].after, "2026-03-01");
    EXPECT_EQ(story.restore(), Kinds{restored});
    EXPECT_FALSE(story.person().cancelled);
}

TEST(PeopleDesk, CannotCancelWhoHasDeparted) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    const auto refused = cancel(story.person(), story.today, story.today, "again");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
    EXPECT_EQ(refused.error().text, "abc1 was cancelled already, on 2026-01-01");
}

TEST(PeopleDesk, RestoresByTheRulesOfTheFeed) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.cancel(story.today);
    EXPECT_EQ(story.after_days(215).restore(), (Kinds{restored_as_new, forwarding}));
    EXPECT_TRUE(story.person().is_new);
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
    EXPECT_EQ(story.person().hold, Hold::present);
}

TEST(PeopleDesk, CannotRestoreWhoIsNotCancelled) {
    Story story;
    story.feed(listed());
    const auto refused = restore(story.person(), story.today, "why not", story.policy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
    EXPECT_EQ(refused.error().text, "abc1 is not cancelled");
}

TEST(PeopleDesk, KeepsAddressesInOneForm) {
    Story story;
    story.feed(listed());
    story.forward_to("  Ann.Other@EXAMPLE.org ");
    EXPECT_EQ(story.person().forwarding_address, "Ann.Other@example.org");
    EXPECT_EQ(story.forward_to("Ann.Other@example.org"), Kinds{});
    EXPECT_EQ(story.forward_to(""), Kinds{forwarding});
    EXPECT_EQ(story.tombstone_to("ann@bücher.example"), Kinds{ChangeKind::tombstone});
    EXPECT_EQ(story.person().tombstone_address, "ann@xn--bcher-kva.example");
    EXPECT_EQ(story.tombstone_to(" "), Kinds{ChangeKind::tombstone});
    EXPECT_EQ(story.person().tombstone_address, "");
}

TEST(PeopleDesk, RefusesAForwardingLoopToThePersonHimself) {
    Story story;
    story.feed(listed());
    for (const char* address : {"abc1@cam.example.org", "ABC1@Cam.Example.Org", "abc1@old.example.org",
                                "abc1+lists@cam.example.org"}) {
        for (const auto& set : {set_forwarding, set_tombstone}) {
            const auto refused = set(story.person(), address, "asked for it", story.policy);
            ASSERT_FALSE(refused) << address;
            EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
            EXPECT_NE(refused.error().text.find("himself"), std::string::npos) << refused.error().text;
        }
    }
    EXPECT_EQ(story.forward_to("abc2@cam.example.org"), Kinds{forwarding}) << "a colleague is nobody's loop";
}

TEST(PeopleDesk, RefusesWhatIsNoAddress) {
    Story story;
    story.feed(listed());
    for (const char* address :
         {"ann", "ann@", "@example.org", "ann@localhost", "ann@example.org\r\nBcc: x@y.z",
          "<ann@example.org>", "Ann <ann@example.org>", "a@b.c, d@e.f"})
        EXPECT_FALSE(set_forwarding(story.person(), address, "asked for it", story.policy)) << address;
}

TEST(PeopleDesk, DoesNotEndTheNewFlagByUnsetting) {
    Story story;
    story.feed(listed());
    EXPECT_EQ(story.forward_to(""), Kinds{});
    EXPECT_TRUE(story.person().is_new);
}

} // namespace
} // namespace columbarium::tombstone
