// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/groups.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Groups, SayWhereTheStepsWereUsedUp) {
    // Each group holds all others: steps grow with the square of their number.
    std::vector<std::string> all;
    for (int i = 0; i < 100; ++i)
        all.push_back(std::to_string(i));
    std::vector<Card> cards;
    for (const std::string& uid : all)
        cards.push_back(group(uid, "n" + uid, all));
    const auto bounded = resolved(cards, 25'000);
    ASSERT_EQ(bounded.size(), 100U);
    EXPECT_TRUE(bounded.front().complete);
    EXPECT_EQ(bounded.front().cards.size(), 100U);
    EXPECT_FALSE(bounded.back().complete);
    std::size_t members = 0;
    for (const Group& found : bounded)
        members += found.cards.size();
    EXPECT_LE(members, 25'000U);
    for (const Group& found : resolved(cards))
        EXPECT_TRUE(found.complete);
}

} // namespace
} // namespace columbarium::lists
