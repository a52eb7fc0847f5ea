// SPDX-License-Identifier: LGPL-2.1-or-later
// Somebody gets another username.
#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using enum ChangeKind;

TEST(Renames, KeepAllElse) {
    Story story;
    Listed row = listed_with("ann@example.org", "ann@example.com");
    row.id = "4711";
    story.feed(row);
    story.known->revision = 17;
    Person expected = story.person();
    expected.username = "xyz9";
    EXPECT_EQ(story.rename_to("XYZ9"), Kinds{renamed});
    EXPECT_EQ(story.changes[0], (Change{renamed, "abc1", "xyz9", "renamed"}));
    EXPECT_EQ(story.person(), expected);
    EXPECT_EQ(story.rename_to("xyz9"), Kinds{}) << "so he is called";
}

TEST(Renames, LC_16_ClearForwardingToTheOldAccountSoThatTheNewOneIsSetUp) {
    for (const char* account : {"abc1@hermes.example.org", "ABC1+lists@hermes.example.org"}) {
        Story story;
        story.account = Account::yes;
        story.feed(listed_with(account, "ann@example.com"));
        EXPECT_EQ(story.rename_to("xyz9"), (Kinds{renamed, forwarding}));
        EXPECT_EQ(story.changes[1].before, account);
        EXPECT_EQ(story.changes[1].after, "");
        EXPECT_NE(story.changes[1].reason.find("account of abc1"), std::string::npos);
        EXPECT_TRUE(story.person().is_new);
        EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
        // The directory still has the old address: that is no wish of the feed's.
        Listed row = listed_with(account, "ann@example.com");
        row.username = "xyz9";
        EXPECT_EQ(story.feed(row), Kinds{set_up});
        EXPECT_EQ(story.mail(), forwarded_to("xyz9@hermes.example.org"));
        EXPECT_NE(story.person().listed_forwarding_address, story.person().forwarding_address) << "is due";
    }
}

TEST(Renames, AreRefusedWhereMailWouldComeBackForEver) {
    Story story;
    story.feed(listed());
    for (const auto& set : {&Story::forward_to, &Story::tombstone_to}) {
        (story.*set)("xyz9@old.example.org");
        const auto refused = rename(story.person(), "xyz9", story.policy);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
        EXPECT_EQ(
            refused.error().text,
            "abc1 cannot be called xyz9: \"xyz9@old.example.org\" is an address of xyz9 himself: mail to it "
            "would come back for ever. Set another address first");
        (story.*set)("");
    }
    EXPECT_EQ(story.rename_to("xyz9"), Kinds{renamed});
}

TEST(Renames, AreRefusedToWhatIsNoUsernameThatMailReaches) {
    Story story;
    story.feed(listed());
    for (const char* to : {"", "a b", " xyz9", "-x", "xyz9@cam.example.org", "xyz+9", "a\r\nb"}) {
        const auto refused = rename(story.person(), to, story.policy);
        ASSERT_FALSE(refused) << to;
        EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
    }
    const auto refused = rename(story.person(), "xyz+9", story.policy);
    EXPECT_EQ(refused.error().text, "the username \"xyz+9\" holds one of the subaddress delimiters \"+\"");
}

TEST(Renames, LC_28_BringNobodyBackWhoIsCancelled) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("abc1@hermes.example.org", ""));
    story.gone_from_feed();
    story.rename_to("xyz9");
    EXPECT_EQ(story.mail(), departed);
    EXPECT_EQ(story.gone_from_feed(), Kinds{});
    EXPECT_EQ(story.mail(), departed);
}

} // namespace
} // namespace columbarium::tombstone
