// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/groups.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/book_index.hpp"
#include "scratch_folder.hpp"

namespace columbarium::lists {
namespace {

using testing::ElementsAre;
using Numbers = std::vector<std::uint32_t>;

Card person(const std::string& uid, std::vector<std::string> categories = {}) {
    Card card;
    card.uid = uid;
    card.name = "person " + uid;
    card.categories = std::move(categories);
    return card;
}

Card group(const std::string& uid, const std::string& name, std::vector<std::string> members) {
    Card card;
    card.uid = uid;
    card.name = name;
    card.is_group = true;
    card.member_uids = std::move(members);
    return card;
}

std::vector<Group> resolved(const std::vector<Card>& cards, std::size_t steps = group_step_limit) {
    GroupResolver resolver(steps);
    for (std::uint32_t i = 0; i < cards.size(); ++i)
        resolver.note(i, cards[i]);
    if (resolver.wants_references())
        for (std::uint32_t i = 0; i < cards.size(); ++i)
            resolver.refer(i, cards[i]);
    std::vector<Group> groups;
    resolver.resolve([&groups](Group&& found) { groups.push_back(std::move(found)); });
    return groups;
}

TEST(Groups, VC_9_FindMembersByUidInAnyCase) {
    const auto groups =
        resolved({group("g", "friends", {"AbC", "def"}), person("DEF"), person("aBc"), person("x")});
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].name, "friends");
    EXPECT_THAT(groups[0].cards, ElementsAre(0, 1, 2));
    EXPECT_TRUE(groups[0].complete);
}

TEST(Groups, VC_9_IgnoreMembersThatAreNotThere) {
    const auto groups =
        resolved({group("g", "friends", {"gone", "", "a"}), person(""), person("a"), person("a")});
    EXPECT_THAT(groups.at(0).cards, ElementsAre(0, 2));
}

TEST(Groups, VC_9_HoldTheMembersOfNestedGroupsAndEndInCircles) {
    const auto groups = resolved({group("g1", "one", {"g2", "a"}), group("g2", "two", {"g3", "g2"}),
                                  group("g3", "three", {"g1", "b"}), person("a"), person("b")});
    ASSERT_EQ(groups.size(), 3U);
    for (const Group& found : groups)
        EXPECT_THAT(found.cards, ElementsAre(0, 1, 2, 3, 4)) << found.name;
    const auto self = resolved({group("g", "self", {"g"})});
    EXPECT_THAT(self.at(0).cards, ElementsAre(0));
}

TEST(Groups, VC_9_MayBeNestedAsDeepAsTheyLike) {
    std::vector<Card> cards;
    constexpr std::size_t depth = 1000;
    for (std::size_t i = 0; i < depth; ++i)
        cards.push_back(
            group("g" + std::to_string(i), "n" + std::to_string(i), {"g" + std::to_string(i + 1)}));
    cards.push_back(person("g" + std::to_string(depth)));
    const auto groups = resolved(cards);
    EXPECT_EQ(groups.at(0).cards.size(), depth + 1);
    EXPECT_THAT(groups.at(depth - 1).cards, ElementsAre(depth - 1, depth));
}

TEST(Groups, VC_10_AreCategoriesToo) {
    const auto groups =
        resolved({person("a", {"friends", "family"}), person("b", {"family"}), group("g", "friends", {"b"}),
                  person("c", {"Friends", "friends", "friends"})});
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].name, "friends"); // the card and the category are one
    EXPECT_THAT(groups[0].cards, ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(groups[1].name, "family");
    EXPECT_THAT(groups[1].cards, ElementsAre(0, 1));
    EXPECT_EQ(groups[2].name, "Friends");
    EXPECT_THAT(groups[2].cards, ElementsAre(3));
}

TEST(Groups, WithoutAUsableNameAreNone) {
    EXPECT_TRUE(
        resolved({group("g", "", {"a"}), person("a", {"", std::string(group_name_limit + 1, 'x')})}).empty());
}

// Each group holds all others: steps grow with the square of their number for each.
std::vector<Card> entangled(std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(std::to_string(i));
    std::vector<Card> cards;
    for (const std::string& uid : all)
        cards.push_back(group(uid, "n" + uid, all));
    return cards;
}

TEST(Groups, SayWhereTheStepsWereUsedUp) {
    const auto bounded = resolved(entangled(100), 25'000);
    ASSERT_EQ(bounded.size(), 100U);
    for (const Group& found : bounded)
        EXPECT_FALSE(found.complete);
    for (const Group& found : resolved(entangled(100))) {
        EXPECT_TRUE(found.complete);
        EXPECT_EQ(found.cards.size(), 100U);
    }
}

TEST(Groups, ThatAreTooLargeCostOnlyThemselves) {
    std::vector<Card> cards = entangled(100);
    cards.push_back(person("fred", {"Friends"}));
    cards.push_back(group("team", "Team", {"fred", "inner"}));
    cards.push_back(group("inner", "Inner", {"gina"}));
    cards.push_back(person("gina"));
    const auto groups = resolved(cards, 1000);
    ASSERT_EQ(groups.size(), 103U);
    EXPECT_FALSE(groups[0].complete);
    EXPECT_FALSE(groups[99].complete);
    EXPECT_TRUE(groups[100].complete) << groups[100].name;
    EXPECT_THAT(groups[100].cards, ElementsAre(100));
    EXPECT_TRUE(groups[101].complete) << "it has a share of the steps, too";
    EXPECT_THAT(groups[101].cards, ElementsAre(100, 101, 102, 103));
    EXPECT_TRUE(groups[102].complete);
}

TEST(Groups, NeedNoStepsForWhatTheyNameThemselves) {
    const auto groups = resolved({group("g", "one", {"a", "b"}), person("a", {"two"}), person("b", {"two"}),
                                  group("h", "three", {"g"})},
                                 0);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_THAT(groups[0].cards, ElementsAre(0, 1, 2));
    EXPECT_TRUE(groups[0].complete);
    EXPECT_THAT(groups[1].cards, ElementsAre(1, 2));
    EXPECT_TRUE(groups[1].complete);
    EXPECT_THAT(groups[2].cards, ElementsAre(0, 3));
    EXPECT_FALSE(groups[2].complete) << "what is in \"one\" costs steps";
}

TEST(Groups, OfACategoryWithAGroupCardHoldItsMembers) {
    Card inner = group("g", "inner", {"a"});
    inner.categories = {"outer"};
    const auto groups = resolved({inner, person("a")});
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].name, "outer");
    EXPECT_THAT(groups[1].cards, ElementsAre(0, 1));
}

// A card of a few hundred kilobytes in thousands of categories: all pairs would be a hundred million.
TEST(GroupsOfAnIndex, StayInProportionToTheBook) {
    const test::ScratchFolder folder;
    const std::string path = folder / "index";
    auto writer = BookIndexWriter::create(path, "test");
    ASSERT_TRUE(writer.has_value());
    Card hostile = person("a");
    for (std::size_t i = 0; i < 9999; ++i) {
        hostile.addresses.push_back("a" + std::to_string(i) + "@example.org");
        hostile.categories.push_back(std::to_string(i));
    }
    Card fred = person("f", {"Friends"});
    fred.name = std::string(255, 'x') + "é" + std::string(60'000, 'x');
    fred.addresses = {"fred@example.org"};
    writer->add({"a.vcf", "", {hostile}});
    writer->add({"f.vcf", "", {fred}});
    ASSERT_TRUE(writer->commit(std::chrono::system_clock::now()).has_value());
    EXPECT_LT(std::filesystem::file_size(path), 64U * 1024 * 1024);

    const auto index = BookIndex::open(path, "test");
    ASSERT_TRUE(index.has_value() && index->has_value());
    const auto member = (*index)->find_in_group("Friends", "fred@example.org");
    ASSERT_TRUE(member.has_value() && member->has_value());
    EXPECT_EQ((*member)->display_name, std::string(255, 'x')) << "cut where a character ends";
    const auto stranger = (*index)->find_in_group("Friends", "stranger@example.org");
    ASSERT_TRUE(stranger.has_value()) << stranger.error().text;
    EXPECT_FALSE(stranger->has_value());
    EXPECT_TRUE((*index)->find_in_group("0", "a9998@example.org").value().has_value());
    const auto beyond = (*index)->find_in_group("9998", "stranger@example.org");
    ASSERT_FALSE(beyond.has_value());
    EXPECT_EQ(beyond.error().kind, ErrorKind::permanent);
}

} // namespace
} // namespace columbarium::lists
