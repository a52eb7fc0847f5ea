// SPDX-License-Identifier: LGPL-2.1-or-later
// An address that was written to the directory, and nobody came to note it.
#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using enum ChangeKind;

// Somebody with addresses that were set here and are on their way to the directory.
Story writing() {
    Story story;
    story.feed(listed_with("", ""));
    story.forward_to("ann@example.org");
    story.tombstone_to("ann@example.com");
    story.known->written_forwarding_address = "ann@example.org";
    story.known->written_tombstone_address = "ann@example.com";
    return story;
}

TEST(WrittenAddresses, LC_5_ThatComeBackAreNoChangeOfTheFeeds) {
    Story story = writing();
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "ann@example.com")), Kinds{});
    EXPECT_EQ(story.person().listed_forwarding_address, "ann@example.org");
    EXPECT_EQ(story.person().listed_tombstone_address, "ann@example.com");
    EXPECT_EQ(story.person().written_forwarding_address, std::nullopt);
    EXPECT_EQ(story.person().written_tombstone_address, std::nullopt);
}

TEST(WrittenAddresses, LC_5_DoNotWinOverWhatWasSetHereMeanwhile) {
    Story story = writing();
    story.forward_to("ann@example.net");
    story.tombstone_to("");
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "ann@example.com")), Kinds{});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
    EXPECT_EQ(story.person().tombstone_address, "");
    EXPECT_EQ(story.person().listed_forwarding_address, "ann@example.org") << "so that it is due again";
    EXPECT_EQ(story.person().listed_tombstone_address, "ann@example.com");
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "ann@example.com")), Kinds{});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
}

TEST(WrittenAddresses, MayBeOnesThatAreTakenAwayThere) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.forward_to("");
    story.known->written_forwarding_address = "";
    story.forward_to("ann@example.net");
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{});
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.net"));
}

TEST(WrittenAddresses, AreForgottenWhereTheFeedSaysAnythingElse) {
    Story not_arrived = writing();
    EXPECT_EQ(not_arrived.feed(listed_with("", "")), Kinds{});
    EXPECT_EQ(not_arrived.mail(), forwarded_to("ann@example.org"));
    EXPECT_EQ(not_arrived.person().written_forwarding_address, std::nullopt);
    EXPECT_EQ(not_arrived.person().written_tombstone_address, std::nullopt);

    Story changed = writing();
    EXPECT_EQ(changed.feed(listed_with("ann@example.edu", "ann@example.com")), Kinds{forwarding});
    EXPECT_EQ(changed.mail(), forwarded_to("ann@example.edu"));
    EXPECT_EQ(changed.person().written_forwarding_address, std::nullopt);
    EXPECT_EQ(changed.feed(listed_with("ann@example.org", "ann@example.com")), Kinds{forwarding})
        << "that is the feed's own now";
}

TEST(WrittenAddresses, WaitForAFeedThatSaysSomething) {
    Story story = writing();
    const Person before = story.person();
    story.feed(listed());
    EXPECT_EQ(story.person(), before) << "it does not carry addresses";
    story.withheld();
    EXPECT_EQ(story.person(), before);
    story.gone_from_feed();
    EXPECT_EQ(story.person().written_forwarding_address, before.written_forwarding_address);
}

} // namespace
} // namespace columbarium::tombstone
