// SPDX-License-Identifier: LGPL-2.1-or-later
// What replies may tell of a person: set by the help desk, by himself and by the feed.
#include <gmock/gmock.h>

#include "feed_rows.hpp"
#include "lifecycle_fixture.hpp"
#include "tombstone/listing.hpp"
#include "tombstone/own_recipient.hpp"
#include "tombstone/own_settings.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using config::Disclosure;
using ::testing::HasSubstr;
using Own = std::optional<Disclosure>;

// As the roster makes it of a feed's text.
Listed listed_as(const std::optional<std::string>& disclosure) {
    const config::PeoplePolicy policy = people_policy();
    Roster roster(policy);
    Row row;
    row.where = "people.csv:2";
    row.username = "abc1";
    row.disclosure = disclosure;
    roster.add(row);
    const Listed* found = roster.find("abc1");
    return found == nullptr ? Listed{} : *found;
}

TEST(Disclosure, IsTheSitesUntilSomebodySaysOtherwise) {
    Story story;
    story.feed(listed());
    EXPECT_EQ(story.person().disclosure, std::nullopt);
    EXPECT_EQ(own_setting(story.person(), OwnSetting::disclosure), "");
}

TEST(Disclosure, IsSetByTheHelpDeskAndComesIntoTheHistory) {
    Story story;
    story.feed(listed());
    const auto step = set_disclosure(story.person(), "nothing", "asked for it");
    ASSERT_TRUE(step) << step.error().text;
    EXPECT_EQ(step->person.disclosure, Own(Disclosure::nothing));
    EXPECT_EQ(step->changes, (std::vector{Change{ChangeKind::disclosure, "", "nothing", "asked for it"}}));
    EXPECT_TRUE(set_disclosure(step->person, "nothing", "again")->changes.empty());

    const auto more = set_disclosure(step->person, "address-and-name", "");
    ASSERT_TRUE(more);
    EXPECT_EQ(more->person.disclosure, Own(Disclosure::address_and_name));
    const auto back = set_disclosure(more->person, "", "as the site");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->person.disclosure, std::nullopt);
    EXPECT_EQ(back->changes,
              (std::vector{Change{ChangeKind::disclosure, "address-and-name", "", "as the site"}}));
    EXPECT_EQ(back->person, story.person());
}

TEST(Disclosure, IsOneOfThreeWords) {
    Story story;
    story.feed(listed());
    for (const char* word : {"all", "Nothing", "address_and_name", "site", "nothing address", "\xff"}) {
        const auto refused = set_disclosure(story.person(), word, "");
        ASSERT_FALSE(refused) << word;
        EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
        EXPECT_THAT(refused.error().text, HasSubstr("address-and-name"));
    }
}

TEST(Disclosure, HasItsNameInTheHistory) {
    EXPECT_EQ(name_of(ChangeKind::disclosure), "disclosure");
    EXPECT_EQ(change_kind_of_name("disclosure"), ChangeKind::disclosure);
}

TEST(Disclosure, IsSetByHimselfAlsoWhenHeHasDeparted) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    const auto step = set_own(story.person(), OwnSetting::disclosure, "address", story.today, story.policy);
    ASSERT_TRUE(step) << step.error().text;
    EXPECT_EQ(own_setting(step->person, OwnSetting::disclosure), "address");
    const auto unset = set_own(step->person, OwnSetting::disclosure, "", story.today, story.policy);
    ASSERT_TRUE(unset);
    EXPECT_EQ(unset->person.disclosure, std::nullopt);
    const auto refused =
        set_own(story.person(), OwnSetting::disclosure, "\xff everything", story.today, story.policy);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, ::testing::MatchesRegex("[ -~]{1,200}"));
    EXPECT_EQ(own_setting_of_name("disclosure"), OwnSetting::disclosure);
}

TEST(Disclosure, OfTheFeedIsTakenOverWhereTheFeedHasChangedIt) {
    Story story;
    EXPECT_EQ(story.feed(listed_as("address")), (Kinds{ChangeKind::created, ChangeKind::disclosure}));
    EXPECT_EQ(story.person().disclosure, Own(Disclosure::address));
    EXPECT_EQ(story.feed(listed_as("address")), Kinds{});
    story.known = set_disclosure(story.person(), "nothing", "asked for it")->person;
    EXPECT_EQ(story.feed(listed_as("address")), Kinds{}) << "the feed has said nothing new";
    EXPECT_EQ(story.person().disclosure, Own(Disclosure::nothing));
    EXPECT_EQ(story.feed(listed_as("address-and-name")), Kinds{ChangeKind::disclosure});
    EXPECT_EQ(story.feed(listed_as("")), Kinds{ChangeKind::disclosure});
    EXPECT_EQ(story.person().disclosure, std::nullopt);
}

TEST(Disclosure, OfAFeedThatDoesNotCarryItIsKept) {
    Story story;
    story.feed(listed_as("nothing"));
    story.feed(listed_as({}));
    EXPECT_EQ(story.person().disclosure, Own(Disclosure::nothing));
    story.gone_from_feed();
    EXPECT_EQ(story.person().disclosure, Own(Disclosure::nothing));
}

TEST(Disclosure, OfWhoIsBackIsNotTakenAwayByAnEntryThatWasMadeAnew) {
    Story story;
    story.feed(listed_as("nothing"));
    story.gone_from_feed();
    story.after_days(30).feed(listed_as(""));
    EXPECT_EQ(story.person().disclosure, Own(Disclosure::nothing));
}

TEST(Disclosure, OfARowThatIsNoneWithholdsItsPerson) {
    const config::PeoplePolicy policy = people_policy();
    Roster roster(policy);
    Row row;
    row.where = "people.csv:2";
    row.username = "abc1";
    row.disclosure = "everything";
    roster.add(row);
    EXPECT_EQ(roster.find("abc1"), nullptr);
    EXPECT_TRUE(roster.is_withheld("abc1"));
    ASSERT_EQ(roster.faults().size(), 1U);
    EXPECT_THAT(roster.faults()[0].text, HasSubstr("people.csv:2: abc1: the disclosure \"everything\""));
}

TEST(OwnRecipients, AreReadAsTheyAreWritten) {
    const OwnRecipient recipient{"o\"b\\c", "abc1@cam.example.org"};
    const auto again = read_own_recipient(to_key(recipient));
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(*again, recipient);
    EXPECT_EQ(to_key({"abc1", "a@b"}), R"({"user":"abc1","address":"a@b"})");
}

TEST(OwnRecipients, AreNothingElse) {
    for (const std::string& key :
         {std::string(), std::string("abc1"), std::string("[]"), std::string("{}"),
          std::string(R"({"user": "abc1"})"), std::string(R"({"address": "a@b"})"),
          std::string(R"({"user": "", "address": "a@b"})"), std::string(R"({"user": "a", "address": ""})"),
          std::string(R"({"user": "a", "address": ["a@b"]})"),
          std::string(R"({"user": "a\nb", "address": "a@b"})"),
          R"({"user": ")" + std::string(1'001, 'x') + R"(", "address": "a@b"})", std::string(20'000, ' ')}) {
        const auto read = read_own_recipient(key);
        ASSERT_FALSE(read) << key;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
    }
}

} // namespace
} // namespace columbarium::tombstone
