// SPDX-License-Identifier: LGPL-2.1-or-later
// What a broken feed does to many at once, and the brake that it meets: by whole plans.
#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"
#include "tombstone/plan.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;

class BrakeOfPlans : public testing::Test {
  protected:
    BrakeOfPlans() {
        for (int i = 0; i < 100; ++i) {
            Person& person = known.emplace_back();
            person.username = "u" + std::to_string(100 + i);
            person.forwarding_address = person.listed_forwarding_address = person.username + "@example.org";
            person.tombstone_address = person.listed_tombstone_address = person.username + "@example.com";
        }
    }

    // The feed's row of somebody, as it was yesterday.
    static Row row_of(const Person& person) {
        Row row;
        row.where = "feed";
        row.username = person.username;
        row.forwarding_address = person.listed_forwarding_address;
        row.tombstone_address = person.listed_tombstone_address;
        return row;
    }

    // Each of the first `count` people takes part in what goes wrong.
    template <class Change>
    void spoil(std::size_t count, const Change& change) {
        for (std::size_t i = 0; i < count; ++i)
            change(known[i]);
    }

    template <class Change>
    Plan plan(std::size_t count, const Change& change) {
        Roster roster(policy);
        std::size_t number = 0;
        for (const Person& person : known) {
            std::optional<Row> row = row_of(person);
            if (number++ < count)
                change(row);
            if (row)
                roster.add(std::move(*row));
        }
        Planner planner(roster, today, policy, [this](const std::string&) { return account; });
        for (const Person& person : known)
            planner.take(person);
        return planner.finish();
    }
    Plan plan() {
        return plan(0, [](std::optional<Row>&) {});
    }

    void expect_stopped(const Plan& made, const std::string& text, std::size_t force) const {
        const auto stopped = brake(made, {}, policy);
        ASSERT_TRUE(stopped);
        EXPECT_NE(stopped->find(text), std::string::npos) << *stopped;
        EXPECT_TRUE(stopped->ends_with("--force " + std::to_string(force))) << *stopped;
        EXPECT_EQ(brake(made, force, policy), std::nullopt);
        EXPECT_TRUE(brake(made, force - 1, policy));
        EXPECT_TRUE(brake(made, force + 1, policy));
        config::PeoplePolicy without = policy;
        without.vanishing_percent = 100;
        EXPECT_EQ(brake(made, {}, without), std::nullopt) << "100 is no brake";
    }

    Date today = day("2026-01-01");
    config::PeoplePolicy policy = people_policy();
    std::vector<Person> known;
    Account account = Account::no;
};

void vanish(std::optional<Row>& row) {
    row.reset();
}
void lose_forwarding(std::optional<Row>& row) {
    row->forwarding_address = "";
}
void lose_tombstone(std::optional<Row>& row) {
    row->tombstone_address = "";
}

TEST_F(BrakeOfPlans, LC_31_StopsWhereManyVanish) {
    EXPECT_EQ(brake(plan(5, vanish), {}, policy), std::nullopt);
    const Plan made = plan(6, vanish);
    EXPECT_EQ(made.vanishing, 6U);
    expect_stopped(made, "6 of 100 people (6.0 %) would be cancelled", 6);
}

TEST_F(BrakeOfPlans, LC_31_StopsWhereTheFeedTakesManyAddressesAway) {
    for (const auto& lose : {lose_forwarding, lose_tombstone}) {
        EXPECT_EQ(brake(plan(5, lose), {}, policy), std::nullopt);
        const Plan made = plan(6, lose);
        EXPECT_EQ(made.unset, 6U);
        EXPECT_EQ(made.vanishing, 0U);
        expect_stopped(made, "6 of 100 people (6.0 %) would lose an address", 6);
    }
    EXPECT_EQ(plan(6,
                   [](std::optional<Row>& row) {
                       lose_forwarding(row);
                       lose_tombstone(row);
                   })
                  .unset,
              6U)
        << "people, not addresses";
    const Plan changed =
        plan(50, [](std::optional<Row>& row) { row->forwarding_address = "help@example.net"; });
    EXPECT_EQ(changed.unset, 0U) << "another address is no loss";
    EXPECT_EQ(plan(50, [](std::optional<Row>& row) { row->forwarding_address.reset(); }).unset, 0U)
        << "nor is a feed that does not carry it";
}

TEST_F(BrakeOfPlans, LC_31_StopsWhereManyAccountsAreGone) {
    const auto use_account = [this](Person& person) {
        person.forwarding_address = person.listed_forwarding_address =
            person.username + "@" + policy.account_domain;
    };
    spoil(5, use_account);
    EXPECT_EQ(brake(plan(), {}, policy), std::nullopt);
    spoil(6, use_account);
    const Plan made = plan();
    EXPECT_EQ(made.account_gone, 6U);
    expect_stopped(made, "6 of 100 people (6.0 %) would be without the account", 6);
    account = Account::unknown;
    EXPECT_EQ(plan().account_gone, 0U);
}

TEST_F(BrakeOfPlans, LC_31_StopsWhereManyAreRestored) {
    const std::vector<Person> everybody = known;
    for (const char* left : {"2025-12-01", "2020-01-01"}) {
        known = everybody;
        const auto leave = [left](Person& person) { person.cancelled = day(left); };
        spoil(4, leave);
        EXPECT_EQ(brake(plan(), {}, policy), std::nullopt);
        spoil(20, leave);
        const Plan made = plan();
        EXPECT_EQ(made.restored, 20U);
        EXPECT_EQ(made.unset, 0U) << "to be new again is no loss by the feed";
        expect_stopped(made, "20 people would be restored, while 80 are here (25.0 %)", 20);
    }
    spoil(100, [](Person& person) { person.cancelled = day("2025-12-01"); });
    expect_stopped(plan(), "100 people would be restored, while 0 are here", 100);
}

TEST_F(BrakeOfPlans, LC_31_NamesEachKindThatIsTooManyAndTheirSum) {
    spoil(3, [](Person& person) { person.cancelled = day("2025-12-01"); });
    std::size_t number = 0;
    const Plan made = plan(40, [&number](std::optional<Row>& row) {
        ++number;
        if (number > 3)
            number % 2 == 0 ? vanish(row) : lose_forwarding(row);
    });
    EXPECT_EQ(made.vanishing, 19U);
    EXPECT_EQ(made.unset, 18U);
    EXPECT_EQ(made.restored, 3U);
    expect_stopped(made,
                   "19 of 97 people (19.6 %) would be cancelled, 18 of 97 people (18.6 %) would lose an "
                   "address that the feed has no longer, more than the 5 % of vanishing_percent; nothing was "
                   "changed",
                   37);
}

TEST_F(BrakeOfPlans, LC_31_DoesNotStopTheFirstRun) {
    std::vector<Person> people;
    std::swap(people, known);
    Roster roster(policy);
    for (const Person& person : people) {
        Row row = row_of(person);
        row.forwarding_address = person.username + "@" + policy.account_domain;
        roster.add(std::move(row));
    }
    Planner planner(roster, today, policy, [](const std::string&) { return Account::no; });
    const Plan made = planner.finish();
    EXPECT_EQ(made.steps.size(), 100U);
    EXPECT_EQ(made.account_gone, 0U) << "who is new loses nothing";
    EXPECT_EQ(brake(made, {}, policy), std::nullopt);
}

TEST_F(BrakeOfPlans, LC_31_LeavesWhoGoesOnTheDayThatTheDeskHasSaidAlone) {
    spoil(50, [this](Person& person) {
        person.cancelled = today;
        person.hold = Hold::leaving;
    });
    const Plan made = plan();
    EXPECT_EQ(made.steps.size(), 50U);
    EXPECT_EQ(brake(made, {}, policy), std::nullopt);
}

} // namespace
} // namespace columbarium::tombstone
