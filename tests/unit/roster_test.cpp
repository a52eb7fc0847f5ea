// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/listing.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace std::string_literals;

Row row(std::string username, std::string id = "") {
    Row made;
    made.where = "people.csv:17";
    made.username = std::move(username);
    made.id = std::move(id);
    made.full_name = "Ann Other";
    return made;
}

class Rosters : public testing::Test {
  protected:
    [[nodiscard]] std::string fault(std::size_t number = 0) const {
        return number < roster.faults().size() ? roster.faults()[number].text : "no such fault";
    }

    config::PeoplePolicy policy = test::people_policy();
    Roster roster{policy};
};

TEST_F(Rosters, PrepareWhatTheRowsSay) {
    Row made = row(" ABC1 ", " 4711 ");
    made.full_name = " Ann \"A\" Other ";
    made.affiliation = "Maths";
    made.forwarding_address = " Ann@EXAMPLE.org";
    made.tombstone_address = "";
    roster.add(made);
    EXPECT_EQ(roster.size(), 1U);
    EXPECT_TRUE(roster.is_complete());
    EXPECT_EQ(roster.fault_count(), 0U) << fault();
    const Listed expected{"abc1", "4711", "Ann \"A\" Other", "Maths", "Ann@example.org", ""};
    ASSERT_NE(roster.find("abc1"), nullptr);
    EXPECT_EQ(*roster.find("abc1"), expected);
    EXPECT_EQ(roster.username_of_id("4711"), "abc1");
    EXPECT_EQ(roster.username_of_id(""), "");
    EXPECT_EQ(roster.find("abc2"), nullptr);
    EXPECT_FALSE(roster.is_withheld("abc1"));
}

TEST_F(Rosters, LC_30_AreIncompleteWhereARowNamesNobody) {
    for (const std::string& username :
         {""s, "  "s, "a b"s, "-x"s, "ann@example.org"s, std::string(65, 'a'), "\xff"s, "a\r\nb"s}) {
        Roster one(policy);
        one.add(row("abc1"));
        one.add(row(username));
        EXPECT_FALSE(one.is_complete()) << username;
        EXPECT_EQ(one.size(), 1U);
        ASSERT_EQ(one.fault_count(), 1U);
        EXPECT_EQ(one.faults()[0].username, "");
        EXPECT_TRUE(one.faults()[0].text.starts_with("people.csv:17: ")) << one.faults()[0].text;
        EXPECT_FALSE(has_control(one.faults()[0].text));
    }
}

TEST_F(Rosters, WithholdWhoseRowCannotBeUsed) {
    std::vector<Row> rows(8, row("abc1"));
    rows[0].full_name = "Ann\r\nBcc: x@example.org";
    rows[1].full_name = "\xe4nn";
    rows[2].affiliation = std::string(1'001, 'x');
    rows[3].id = "a\nb";
    rows[4].forwarding_address = "ann";
    rows[5].tombstone_address = "ann@example.com\nx";
    rows[6].forwarding_address = "abc1@cam.example.org";
    rows[7].fault = "is not UTF-8";
    for (const Row& bad : rows) {
        Roster one(policy);
        one.add(bad);
        EXPECT_TRUE(one.is_complete());
        EXPECT_EQ(one.size(), 0U);
        EXPECT_EQ(one.find("abc1"), nullptr);
        EXPECT_TRUE(one.is_withheld("abc1"));
        ASSERT_EQ(one.fault_count(), 1U);
        EXPECT_EQ(one.faults()[0].username, "abc1");
        EXPECT_TRUE(one.faults()[0].text.starts_with("people.csv:17: abc1: ")) << one.faults()[0].text;
        EXPECT_FALSE(has_control(one.faults()[0].text));
    }
}

TEST_F(Rosters, LC_30_AreIncompleteWhereARowMayHideOthers) {
    for (const char* fault_of_source : {"a quote is never closed", ""}) {
        Roster one(policy);
        Row made = row("abc1");
        made.fault = fault_of_source;
        made.may_hide_others = true;
        one.add(made);
        EXPECT_FALSE(one.is_complete());
        EXPECT_TRUE(one.is_withheld("abc1"));
        EXPECT_EQ(one.find("abc1"), nullptr);
        ASSERT_EQ(one.fault_count(), 1U);
        EXPECT_TRUE(one.faults()[0].text.starts_with("people.csv:17: abc1: ")) << one.faults()[0].text;
        EXPECT_NE(one.faults()[0].text.find("nobody is cancelled until"), std::string::npos)
            << one.faults()[0].text;
    }
}

TEST_F(Rosters, WithholdWhomMailCouldNeverReach) {
    roster.add(row("abc+1"));
    EXPECT_TRUE(roster.is_withheld("abc+1"));
    EXPECT_NE(fault().find("subaddress"), std::string::npos) << fault();
}

TEST_F(Rosters, TakeARowThatIsThereTwiceOnce) {
    roster.add(row("abc1", "1"));
    roster.add(row("ABC1", "1"));
    EXPECT_EQ(roster.size(), 1U);
    EXPECT_EQ(roster.fault_count(), 1U);
    EXPECT_NE(roster.find("abc1"), nullptr);
    EXPECT_EQ(fault(), "people.csv:17: abc1 is there twice");
}

TEST_F(Rosters, WithholdTwoPeopleOfOneName) {
    roster.add(row("abc1"));
    Row other = row("abc1");
    other.full_name = "Bob Other";
    roster.add(other);
    EXPECT_EQ(roster.find("abc1"), nullptr);
    EXPECT_TRUE(roster.is_withheld("abc1"));
    EXPECT_TRUE(roster.is_complete());
    roster.add(row("abc1"));
    EXPECT_EQ(roster.find("abc1"), nullptr) << "a third row does not decide it";
    EXPECT_EQ(roster.fault_count(), 2U);
}

TEST_F(Rosters, WithholdAllWhoHaveOneId) {
    for (const char* username : {"abc1", "abc2", "abc3", "abc4"})
        roster.add(row(username, username == "abc4"s ? "8" : "7"));
    for (const char* username : {"abc1", "abc2", "abc3"}) {
        EXPECT_EQ(roster.find(username), nullptr) << username;
        EXPECT_TRUE(roster.is_withheld(username)) << username;
    }
    EXPECT_NE(roster.find("abc4"), nullptr);
    EXPECT_EQ(roster.username_of_id("7"), "abc1");
    EXPECT_NE(fault().find("same id"), std::string::npos) << fault();
}

TEST_F(Rosters, KnowTheIdsOfRowsThatCannotBeUsed) {
    Row bad = row("abc1", "7");
    bad.forwarding_address = "ann";
    roster.add(bad);
    EXPECT_EQ(roster.username_of_id("7"), "abc1") << "his old name is not gone";
}

TEST_F(Rosters, KeepTheFirst10000Faults) {
    for (int i = 0; i < 10'005; ++i)
        roster.add(row("a b"));
    EXPECT_EQ(roster.fault_count(), 10'005U);
    EXPECT_EQ(roster.faults().size(), 10'000U);
}

TEST_F(Rosters, GiveEachPersonOnce) {
    for (const char* username : {"c", "a", "b", "a"})
        roster.add(row(username));
    roster.withhold("b", "not now");
    std::vector<std::string> usernames;
    roster.each([&](const Listed& person) { usernames.push_back(person.username); });
    std::sort(usernames.begin(), usernames.end());
    EXPECT_EQ(usernames, (std::vector<std::string>{"a", "c"}));
}

} // namespace
} // namespace columbarium::tombstone
