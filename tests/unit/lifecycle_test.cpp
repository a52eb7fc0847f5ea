// SPDX-License-Identifier: LGPL-2.1-or-later
// Each sentence of the memo's section 4 that is about the feed, in its order.
#include "tombstone/lifecycle.hpp"

#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"
#include "tombstone/own_settings.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using enum ChangeKind;

TEST(Lifecycle, LC_1_WhoAppearsFirstInTheFeedIsAddedWithTheNewFlagSet) {
    Story story;
    Listed row = listed();
    row.id = "4711";
    EXPECT_EQ(story.feed(row), Kinds{created});
    Person expected;
    expected.username = "abc1";
    expected.id = "4711";
    expected.full_name = "Ann Other";
    expected.affiliation = "Department of Testing";
    expected.is_new = true;
    EXPECT_EQ(story.person(), expected);
    EXPECT_EQ(story.changes[0].after, "abc1");
}

TEST(Lifecycle, LC_2_MailToANewPersonIsRejectedUntilHeSetsAnAddress) {
    Story story;
    story.feed(listed_with("", ""));
    EXPECT_EQ(story.mail(), no_address);
    story.after_days(100).feed(listed_with("", ""));
    EXPECT_EQ(story.mail(), no_address);
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
}

TEST(Lifecycle, LC_3_SettingAForwardingAddressClearsNew) {
    Story in_the_feed;
    in_the_feed.feed(listed_with("", ""));
    EXPECT_EQ(in_the_feed.feed(listed_with("ann@example.org", "")), Kinds{forwarding});
    EXPECT_FALSE(in_the_feed.person().is_new);

    Story here;
    here.feed(listed());
    EXPECT_EQ(here.forward_to("ann@example.org"), Kinds{forwarding});
    EXPECT_FALSE(here.person().is_new);
    EXPECT_EQ(here.mail(), forwarded_to("ann@example.org"));
}

TEST(Lifecycle, LC_3_AnAddressThatIsThereAtTheFirstAppearanceCounts) {
    Story story;
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "")), (Kinds{created, forwarding}));
    EXPECT_FALSE(story.person().is_new);
}

TEST(Lifecycle, LC_4_SettingATombstoneAddressClearsNew) {
    Story in_the_feed;
    in_the_feed.feed(listed_with("", ""));
    EXPECT_EQ(in_the_feed.feed(listed_with("", "ann@example.com")), Kinds{ChangeKind::tombstone});
    EXPECT_FALSE(in_the_feed.person().is_new);
    EXPECT_EQ(in_the_feed.mail(), moved_to("ann@example.com"));

    Story here;
    here.feed(listed());
    EXPECT_EQ(here.tombstone_to("ann@example.com"), Kinds{ChangeKind::tombstone});
    EXPECT_FALSE(here.person().is_new);
}

TEST(Lifecycle, LC_5_AnAddressSetAutomaticallyWaitsToBeWrittenToTheDirectory) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("", ""));
    EXPECT_EQ(story.person().forwarding_address, "abc1@hermes.example.org") << "in the store";
    EXPECT_EQ(story.person().listed_forwarding_address, "")
        << "the directory does not have it yet: what differs from it is written back";
    // The directory has it now, and says so.
    EXPECT_EQ(story.feed(listed_with("abc1@hermes.example.org", "")), Kinds{});
    EXPECT_EQ(story.person().listed_forwarding_address, "abc1@hermes.example.org");
}

TEST(Lifecycle, LC_5_AnAddressThatWaitsIsNotTakenAwayByAFeedThatDoesNotHaveItYet) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("", ""));
    EXPECT_EQ(story.after_days(1).feed(listed_with("", "")), Kinds{});
    EXPECT_EQ(story.person().forwarding_address, "abc1@hermes.example.org");
}

TEST(Lifecycle, LC_6_AnAccountExistsExactlyWhereTheFeedListsThePerson) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_FALSE(story.person().cancelled);
    story.gone_from_feed();
    EXPECT_TRUE(story.person().cancelled);
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_FALSE(story.person().cancelled);
}

TEST(Lifecycle, LC_7_CancellationRecordsTheDate) {
    Story story;
    story.feed(listed());
    EXPECT_EQ(story.after_days(30).gone_from_feed(), Kinds{cancelled});
    EXPECT_EQ(story.person().cancelled, day("2026-01-31"));
    EXPECT_EQ(story.changes[0].after, "2026-01-31");
    EXPECT_EQ(story.after_days(1).gone_from_feed(), Kinds{});
    EXPECT_EQ(story.person().cancelled, day("2026-01-31")) << "the first day counts";
}

TEST(Lifecycle, LC_8_MailToACancelledPersonIsNoLongerForwarded) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    story.gone_from_feed();
    EXPECT_EQ(story.mail(), departed);
    EXPECT_EQ(story.person().forwarding_address, "ann@example.org") << "and is kept";
}

TEST(Lifecycle, LC_9_MailToACancelledPersonWithATombstoneAddressIsAnsweredWithIt) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.gone_from_feed();
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
}

TEST(Lifecycle, LC_10_MailToACancelledPersonWithoutATombstoneAddressIsRejected) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    EXPECT_EQ(story.mail(), departed);
}

TEST(Lifecycle, LC_11_WhoIsRestoredAfterAShortAbsenceIsAsHeWas) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    const Person before = story.person();
    story.gone_from_feed();
    EXPECT_EQ(story.after_days(214).feed(listed_with("ann@example.org", "ann@example.com")), Kinds{restored});
    EXPECT_EQ(story.person(), before);
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
}

TEST(Lifecycle, LC_11_WhoWasNewWhenHeLeftIsNewAgain) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    EXPECT_EQ(story.after_days(10).feed(listed()), Kinds{restored});
    EXPECT_TRUE(story.person().is_new);
}

TEST(Lifecycle, LC_11_AnEntryThatTheDirectoryMadeAnewTakesNothingAway) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.gone_from_feed();
    EXPECT_EQ(story.after_days(10).feed(listed_with("", "")), Kinds{restored});
    EXPECT_EQ(story.person().forwarding_address, "ann@example.org");
    EXPECT_EQ(story.person().tombstone_address, "ann@example.com");
    EXPECT_EQ(story.person().listed_forwarding_address, "") << "so that it is written back";
    // From now on the feed may take it away.
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{});
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    EXPECT_EQ(story.feed(listed_with("", "")), (Kinds{forwarding, ChangeKind::tombstone}));
}

TEST(Lifecycle, LC_12_ShortIsLessThan215Days) {
    for (const auto& [days, kind] : {std::pair(0, restored), std::pair(1, restored), std::pair(214, restored),
                                     std::pair(215, restored_as_new), std::pair(3'000, restored_as_new)}) {
        Story story;
        story.feed(listed());
        story.gone_from_feed();
        EXPECT_EQ(story.after_days(days).feed(listed()).at(0), kind) << days;
    }
}

TEST(Lifecycle, LC_12_WhatIsShortCanBeConfigured) {
    for (const auto& [days, kind] : {std::pair(6, restored), std::pair(7, restored_as_new)}) {
        Story story;
        story.policy.restoration_days = 7;
        story.feed(listed());
        story.gone_from_feed();
        EXPECT_EQ(story.after_days(days).feed(listed()).at(0), kind) << days;
    }
}

TEST(Lifecycle, LC_13_AfterALongAbsenceForwardingIsClearedAndNewSet) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.gone_from_feed();
    EXPECT_EQ(story.after_days(215).feed(listed_with("ann@example.org", "")),
              (Kinds{restored_as_new, forwarding}));
    EXPECT_EQ(story.person().forwarding_address, "");
    EXPECT_TRUE(story.person().is_new);
    EXPECT_FALSE(story.person().cancelled);
    EXPECT_EQ(story.mail(), no_address);
    EXPECT_EQ(story.changes[1].before, "ann@example.org") << "the history keeps it";
}

TEST(Lifecycle, LC_13_AnAddressThatTheFeedHasChangedMeanwhileIsTakenOver) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.gone_from_feed();
    story.after_days(300).feed(listed_with("ann@example.net", ""));
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
    EXPECT_FALSE(story.person().is_new);
}

TEST(Lifecycle, LC_14_AfterALongAbsenceTheTombstoneGoesOnAnsweringUntilForwardingIsSet) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.gone_from_feed();
    story.after_days(215).feed(listed_with("", ""));
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
    story.after_days(30).feed(listed_with("", ""));
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
    story.feed(listed_with("ann@example.net", ""));
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
    EXPECT_EQ(story.person().tombstone_address, "ann@example.com");
}

TEST(Lifecycle, LC_15_AfterALongAbsenceForwardingMayBeSetUpAutomatically) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    story.gone_from_feed();
    story.after_days(215);
    story.account = Account::yes;
    EXPECT_EQ(story.feed(listed_with("", "")), (Kinds{restored_as_new, forwarding, set_up}));
    EXPECT_EQ(story.mail(), forwarded_to("abc1@hermes.example.org"));
    EXPECT_FALSE(story.person().is_new);
    EXPECT_EQ(story.person().tombstone_address, "ann@example.com");
}

TEST(Lifecycle, LC_25_ACurrentUsersMailGoesToHisForwardingAddress) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
    EXPECT_EQ(story.feed(listed_with("ann@example.net", "ann@example.com")), Kinds{forwarding});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
}

TEST(Lifecycle, LC_26_UnsetForwardingWithATombstoneIsAnsweredWithIt) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    EXPECT_EQ(story.feed(listed_with("", "ann@example.com")), Kinds{forwarding});
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
    EXPECT_FALSE(story.person().is_new) << "he has set one before";
    story.feed(listed_with("", ""));
    EXPECT_EQ(story.mail(), unset);
}

TEST(Lifecycle, LC_28_ACancelledPersonIsNeverForwardedWhateverTheFeedOrTheDeskSay) {
    for (const bool is_desk : {true, false}) {
        Story story;
        story.feed(listed_with("ann@example.org", ""));
        const Date left = story.today;
        const auto expect_departed = [&] {
            for (const Date date : {left - std::chrono::days(9'000), left - std::chrono::days(1), left,
                                    story.today, left + std::chrono::days(9'000)})
                EXPECT_EQ(story.mail_on(date), departed) << to_text(date);
        };
        is_desk ? story.cancel(left) : story.gone_from_feed();
        expect_departed();
        story.account = Account::yes;
        story.after_days(3);
        if (is_desk)
            story.feed(listed_with("ann@example.net", ""));
        else
            story.gone_from_feed();
        expect_departed();
        story.forward_to("ann@example.edu");
        expect_departed();
        EXPECT_FALSE(
            set_own(story.person(), OwnSetting::forwarding, "ann@example.net", story.today, story.policy));
        story.withheld();
        expect_departed();
        story.restore();
        EXPECT_EQ(story.mail_on(left), forwarded_to("ann@example.edu")) << "whatever the clock says";
        EXPECT_EQ(story.mail(), forwarded_to("ann@example.edu"));
    }
}

TEST(Lifecycle, LC_32_TheSameFeedTwiceChangesNothing) {
    for (const Account account : {Account::yes, Account::no, Account::unknown}) {
        Story story;
        story.account = account;
        story.feed(listed_with("", "ann@example.com"));
        const Person once = story.person();
        EXPECT_EQ(story.feed(listed_with("", "ann@example.com")), Kinds{});
        EXPECT_EQ(story.person(), once);
        story.gone_from_feed();
        story.after_days(215).feed(listed_with("", ""));
        const Person back = story.person();
        EXPECT_EQ(story.feed(listed_with("", "")), Kinds{});
        EXPECT_EQ(story.person(), back);
    }
}

TEST(Lifecycle, LC_30_WhoIsWithheldIsNotCancelledAndKeepsAll) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    const Person before = story.person();
    EXPECT_EQ(story.after_days(1).withheld(), Kinds{});
    EXPECT_EQ(story.person(), before);
    story.gone_from_feed();
    const Person gone = story.person();
    EXPECT_EQ(story.after_days(300).withheld(), Kinds{});
    EXPECT_EQ(story.person(), gone) << "and nobody is restored";
}

TEST(Lifecycle, LC_33_ACancellationThatLiesAheadIsCorrected) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.known->cancelled = story.today + std::chrono::days(9'000); // a clock was wrong
    EXPECT_EQ(story.gone_from_feed(), Kinds{date_corrected});
    EXPECT_EQ(story.person().cancelled, story.today);
    EXPECT_EQ(story.mail(), departed);
    EXPECT_EQ(story.gone_from_feed(), Kinds{});
}

TEST(Lifecycle, LC_33_AClockThatGoesBackADayAroundMidnightCorrectsNoDate) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.gone_from_feed();
    const Person before = story.person();
    EXPECT_EQ(story.after_days(-1).gone_from_feed(), Kinds{});
    EXPECT_EQ(story.person(), before);
    EXPECT_EQ(story.mail(), departed);
}

TEST(Lifecycle, LC_33_AHoldOnADayThatLiesAheadEndsAndTheDayIsCorrectedAtOnce) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.cancel(story.today);
    EXPECT_EQ(story.after_days(-9'000).gone_from_feed(), (Kinds{hold_ended, date_corrected}));
    EXPECT_EQ(story.gone_from_feed(), Kinds{});
    EXPECT_EQ(story.mail(), departed);
}

TEST(Lifecycle, LC_33_WhoIsListedAndHasACancellationAheadIsRestoredAsHeWas) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.known->cancelled = story.today + std::chrono::days(9'000);
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "")), Kinds{restored});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
}

TEST(Lifecycle, TakesOverDetailsAndSaysWhich) {
    Story story;
    story.feed(listed());
    Listed row = listed();
    row.full_name = "Ann O'Ther \"Annie\"";
    row.affiliation = "";
    row.id = "4711";
    EXPECT_EQ(story.feed(row), (Kinds{details, details, details}));
    EXPECT_EQ(story.person().full_name, row.full_name);
    EXPECT_EQ(story.person().affiliation, "");
    EXPECT_EQ(story.person().id, "4711");
    EXPECT_EQ(story.changes[0], (Change{details, "Ann Other", row.full_name, "full name"}));
    row.id = "";
    EXPECT_EQ(story.feed(row), Kinds{});
    EXPECT_EQ(story.person().id, "4711") << "a feed without ids takes none away";
}

TEST(Lifecycle, LetsTheFeedsOwnChangeWinOverOneHere) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.forward_to("ann@example.net");
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "")), Kinds{}) << "it says what it said before";
    EXPECT_EQ(story.person().forwarding_address, "ann@example.net");
    EXPECT_EQ(story.feed(listed_with("ann@example.edu", "")), Kinds{forwarding});
    EXPECT_EQ(story.person().forwarding_address, "ann@example.edu");
}

TEST(Lifecycle, LeavesAddressesAloneThatTheFeedDoesNotCarry) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    EXPECT_EQ(story.feed(listed()), Kinds{});
    EXPECT_EQ(story.person().forwarding_address, "ann@example.org");
    EXPECT_EQ(story.person().tombstone_address, "ann@example.com");
}

TEST(Lifecycle, PassesTheStoresRevisionOn) {
    Story story;
    story.feed(listed());
    story.known->revision = 17;
    story.gone_from_feed();
    EXPECT_EQ(story.person().revision, 17);
    story.forward_to("ann@example.org");
    EXPECT_EQ(story.person().revision, 17);
}

TEST(ChangeKinds, HaveNamesThatAreReadAgain) {
    for (int i = 0; i <= static_cast<int>(date_corrected); ++i) {
        const auto kind = static_cast<ChangeKind>(i);
        EXPECT_FALSE(name_of(kind).empty()) << i;
        EXPECT_EQ(name_of(kind).find('_'), std::string_view::npos);
        EXPECT_EQ(change_kind_of_name(name_of(kind)), kind);
    }
    EXPECT_EQ(name_of(restored_as_new), "restored-as-new");
    EXPECT_EQ(change_kind_of_name("restored_as_new"), std::nullopt);
    EXPECT_EQ(change_kind_of_name(""), std::nullopt);
}

} // namespace
} // namespace columbarium::tombstone
