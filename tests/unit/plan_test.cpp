// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/plan.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using Usernames = std::vector<std::string>;

class Plans : public testing::Test {
  protected:
    void list(const std::string& username, const std::string& id = "") {
        Row row;
        row.where = "feed";
        row.username = username;
        row.id = id;
        row.forwarding_address = username + "@example.org";
        roster.add(row);
    }

    void know(const std::string& username, const std::string& id = "") {
        Person person;
        person.username = username;
        person.id = id;
        person.forwarding_address = person.listed_forwarding_address = username + "@example.org";
        known.push_back(person);
    }

    Plan plan() {
        Planner planner(roster, today, policy, [this](const std::string& username) {
            asked.push_back(username);
            return account;
        });
        for (const Person& person : known)
            planner.take(person);
        return planner.finish();
    }

    static Usernames changed(const Plan& plan) {
        Usernames usernames;
        for (const PlannedStep& step : plan.steps)
            usernames.push_back((step.is_known ? "" : "+") + step.step.person.username);
        return usernames;
    }

    Date today = day("2026-01-01");
    config::PeoplePolicy policy = people_policy();
    Roster roster{policy};
    std::vector<Person> known;
    Account account = Account::no;
    Usernames asked;
};

TEST_F(Plans, HoldThoseWhoChangeTheStoresFirstThenNewOnesByUsername) {
    for (const char* username : {"d", "b", "a", "c"})
        list(username);
    know("b");
    know("x");
    know("z");
    const Plan made = plan();
    EXPECT_EQ(changed(made), (Usernames{"x", "z", "+a", "+c", "+d"}));
    EXPECT_EQ(made.present, 3U);
    EXPECT_EQ(made.vanishing, 2U);
    EXPECT_EQ(made.listed, 4U);
    EXPECT_EQ(made.steps[0].step.person.cancelled, today);
}

TEST_F(Plans, OfTheSameFeedAreEmpty) {
    list("a");
    list("b", "1");
    for (const PlannedStep& step : plan().steps)
        known.push_back(step.step.person);
    EXPECT_EQ(known.size(), 2U);
    EXPECT_EQ(changed(plan()), Usernames{});
}

TEST_F(Plans, AskForTheAccountsOfThoseOnlyWhoNeedThem) {
    list("a");
    know("a");
    Row row;
    row.username = "new";
    roster.add(row);
    account = Account::unknown;
    EXPECT_EQ(plan().unknown_accounts, 1U);
    EXPECT_EQ(asked, Usernames{"new"});
}

TEST_F(Plans, LC_30_OfAnIncompleteFeedCancelNobody) {
    list("a");
    list("a b");
    know("a");
    know("x");
    list("new");
    const Plan made = plan();
    EXPECT_EQ(changed(made), Usernames{"+new"}) << "who is there is there";
    EXPECT_EQ(made.vanishing, 0U);
}

TEST_F(Plans, LC_30_CancelNobodyWhoseRowCannotBeUsed) {
    Row row;
    row.username = "a";
    row.full_name = "\xff";
    roster.add(row);
    know("a");
    EXPECT_EQ(changed(plan()), Usernames{});
}

TEST_F(Plans, DoNotTakeAChangedNameForTwoPeople) {
    list("new", "7");
    know("old", "7");
    const Plan made = plan();
    EXPECT_EQ(changed(made), Usernames{}) << "nobody is cancelled, nobody created";
    EXPECT_EQ(made.vanishing, 0U);
    ASSERT_EQ(roster.fault_count(), 2U);
    EXPECT_NE(roster.faults()[0].text.find("columbarium people rename old new"), std::string::npos)
        << roster.faults()[0].text;
    EXPECT_TRUE(roster.is_withheld("old") && roster.is_withheld("new"));
}

TEST_F(Plans, DoNotTakeAChangedNameForTwoPeopleWhoeverIsTakenFirst) {
    list("a", "7"); // was z
    list("z", "8"); // was y
    know("a", "");
    know("y", "8");
    know("z", "7");
    known[0].full_name = "would change";
    EXPECT_EQ(changed(plan()), Usernames{});
}

TEST_F(Plans, LetTheOldNameOfSomebodyGoWhoIsKnownByTheNewOne) {
    list("new", "7");
    know("new", "7");
    know("old", "7");
    const Plan made = plan();
    EXPECT_EQ(changed(made), Usernames{"old"});
    EXPECT_EQ(made.vanishing, 1U);
    EXPECT_EQ(roster.fault_count(), 0U);
}

TEST_F(Plans, DoNotGiveOnePersonsAddressesToAnother) {
    list("a", "8");
    know("a", "7");
    EXPECT_EQ(changed(plan()), Usernames{});
    ASSERT_EQ(roster.fault_count(), 1U);
    EXPECT_NE(roster.faults()[0].text.find("columbarium people rename a NEW"), std::string::npos)
        << roster.faults()[0].text;
}

TEST_F(Plans, TakeIdsOverWhereTheStoreHasNone) {
    list("a", "8");
    know("a");
    const Plan made = plan();
    ASSERT_EQ(changed(made), Usernames{"a"});
    EXPECT_EQ(made.steps[0].step.person.id, "8");
}

TEST_F(Plans, CountWhoHasDepartedAmongNobody) {
    know("x");
    known[0].cancelled = today;
    list("a");
    const Plan made = plan();
    EXPECT_EQ(made.present, 0U);
    EXPECT_EQ(made.vanishing, 0U);
    EXPECT_EQ(brake(made, {}, policy), std::nullopt);
}

Plan vanishing(std::size_t count, std::size_t present) {
    Plan plan;
    plan.vanishing = count;
    plan.present = present;
    return plan;
}

TEST(Brake, LC_31_StopsTheRunWhereMoreThanFivePercentVanish) {
    const config::PeoplePolicy policy;
    EXPECT_EQ(brake(vanishing(0, 0), {}, policy), std::nullopt);
    EXPECT_EQ(brake(vanishing(50, 1'000), {}, policy), std::nullopt);
    const auto stopped = brake(vanishing(51, 1'000), {}, policy);
    ASSERT_TRUE(stopped);
    EXPECT_NE(stopped->find("51 of 1000"), std::string::npos) << *stopped;
    EXPECT_NE(stopped->find("--force 51"), std::string::npos) << *stopped;
    EXPECT_EQ(brake(vanishing(1, 1), {}, policy), std::nullopt) << "one person may go";
    EXPECT_TRUE(brake(vanishing(2, 2), {}, policy));
    EXPECT_TRUE(brake(vanishing(1'000'000, 1'000'000), {}, policy));
}

TEST(Brake, LC_31_IsReleasedByTheVeryNumberOnly) {
    const config::PeoplePolicy policy;
    EXPECT_EQ(brake(vanishing(51, 1'000), 51, policy), std::nullopt);
    for (const std::size_t forced : {0U, 50U, 52U, 1'000U})
        EXPECT_TRUE(brake(vanishing(51, 1'000), forced, policy)) << forced;
    EXPECT_EQ(brake(vanishing(10, 1'000), 51, policy), std::nullopt) << "nothing is to be released";
}

TEST(Brake, LC_31_HasAPercentageThatCanBeConfigured) {
    config::PeoplePolicy policy;
    policy.vanishing_percent = 0;
    EXPECT_TRUE(brake(vanishing(2, 1'000'000), {}, policy));
    policy.vanishing_percent = 0.5;
    EXPECT_EQ(brake(vanishing(5, 1'000), {}, policy), std::nullopt);
    EXPECT_TRUE(brake(vanishing(6, 1'000), {}, policy));
    policy.vanishing_percent = 100;
    EXPECT_EQ(brake(vanishing(9, 9), {}, policy), std::nullopt);
}

TEST(Clock, LC_33_ThatJumpsStopsTheRun) {
    const Date last = day("2026-06-15");
    EXPECT_EQ(clock_fault(last, {}, {}), std::nullopt) << "the first run";
    EXPECT_EQ(clock_fault(last, last, {}), std::nullopt);
    EXPECT_EQ(clock_fault(day("2026-07-25"), last, {}), std::nullopt);
    EXPECT_EQ(clock_fault(day("2026-06-14"), last, {}), std::nullopt) << "two hosts around midnight";
    for (const char* today : {"2026-07-26", "2026-06-13", "1970-01-01", "2038-01-20"}) {
        const auto fault = clock_fault(day(today), last, {});
        ASSERT_TRUE(fault) << today;
        EXPECT_NE(fault->find(std::string("--accept-date ") + today), std::string::npos) << *fault;
        EXPECT_EQ(clock_fault(day(today), last, day(today)), std::nullopt);
        EXPECT_TRUE(clock_fault(day(today), last, last)) << "another date is none for today";
    }
}

TEST_F(Plans, AreTextsGroupedByKindOfChange) {
    list("a");
    list("b");
    know("x");
    know("y");
    known[1].hold = Hold::present;
    known[1].full_name = "Yves";
    know("z");
    EXPECT_EQ(to_text(plan(), 10), "created: 2\n"
                                   "  a: a (new in the feed)\n"
                                   "  b: b (new in the feed)\n"
                                   "forwarding: 2\n"
                                   "  a: a@example.org (set in the feed)\n"
                                   "  b: b@example.org (set in the feed)\n"
                                   "cancelled: 2\n"
                                   "  x: 2026-01-01 (not in the feed any more)\n"
                                   "  z: 2026-01-01 (not in the feed any more)\n");
    EXPECT_EQ(to_text(plan(), 1), "created: 2\n"
                                  "  a: a (new in the feed)\n"
                                  "  and 1 more\n"
                                  "forwarding: 2\n"
                                  "  a: a@example.org (set in the feed)\n"
                                  "  and 1 more\n"
                                  "cancelled: 2\n"
                                  "  x: 2026-01-01 (not in the feed any more)\n"
                                  "  and 1 more\n");
    EXPECT_EQ(to_text(Plan(), 10), "");
}

} // namespace
} // namespace columbarium::tombstone
