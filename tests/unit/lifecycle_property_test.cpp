// SPDX-License-Identifier: LGPL-2.1-or-later
// Random histories: what has to hold after each step, whatever has happened before.
#include <array>
#include <iterator>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"
#include "tombstone/own_settings.hpp"
#include "tombstone/plan.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;

class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}

    // 0 to sides - 1.
    int roll(int sides) { return std::uniform_int_distribution<>(0, sides - 1)(random_); }

    template <class List>
    const auto& one_of(const List& list) {
        return list[static_cast<std::size_t>(roll(static_cast<int>(std::size(list))))];
    }

  private:
    std::mt19937 random_;
};

constexpr const char* addresses[] = {
    "", "", "ann@example.org", "ann@example.net", "abc1@hermes.example.org", "abc2@cam.example.org"};

Account random_account(Dice& dice) {
    return dice.one_of(std::array{Account::yes, Account::no, Account::unknown});
}

// A directory whose entry of the person changes now and then, and what the feed makes of it: its columns come
// and go, and what it does not carry is not told from it.
class Directory {
  public:
    void change(Dice& dice) {
        if (dice.roll(5) == 0)
            entry_.forwarding_address = dice.one_of(addresses);
        if (dice.roll(5) == 0)
            entry_.tombstone_address = dice.one_of(addresses);
        if (dice.roll(5) == 0)
            entry_.affiliation = dice.one_of(std::array{"", "Maths", "Medical School"});
        for (bool* has_column : {&has_forwarding_, &has_tombstone_})
            if (dice.roll(*has_column ? 20 : 3) == 0)
                *has_column = !*has_column;
    }

    // Somebody writes an address back. It may never arrive, and he may never come to note that it did.
    void write_back(Dice& dice, Person& person) {
        write_back(dice, person.forwarding_address, person.listed_forwarding_address,
                   person.written_forwarding_address, entry_.forwarding_address);
        write_back(dice, person.tombstone_address, person.listed_tombstone_address,
                   person.written_tombstone_address, entry_.tombstone_address);
    }

    [[nodiscard]] Listed row() const {
        Listed row = entry_;
        if (!has_forwarding_)
            row.forwarding_address.reset();
        if (!has_tombstone_)
            row.tombstone_address.reset();
        return row;
    }

  private:
    static void write_back(Dice& dice, const std::string& kept, std::string& listed,
                           std::optional<std::string>& written, std::optional<std::string>& entry) {
        if (kept == listed)
            return;
        written = kept;
        if (dice.roll(3) == 0)
            return;
        entry = kept;
        if (dice.roll(2) == 0)
            return;
        listed = kept;
        written.reset();
    }

    Listed entry_ = listed_with("", "");
    bool has_forwarding_ = true;
    bool has_tombstone_ = true;
};

// Who is cancelled, by what happened and by no clock. It knows of no Person.
class Presence {
  public:
    void sync(Listing listing, Date today) {
        if (leaves_on_ && *leaves_on_ <= today) {
            leaves_on_.reset();
            is_gone_ = is_desks_ = true;
        }
        const bool agrees =
            listing != Listing::withheld && !leaves_on_ && is_gone_ == (listing == Listing::absent);
        const bool is_feeds = listing != Listing::withheld && !leaves_on_ && !is_desks_;
        if (is_feeds)
            is_gone_ = listing == Listing::absent;
        if (agrees)
            is_desks_ = false;
    }
    void cancel(Date from, Date today) {
        leaves_on_.reset();
        is_gone_ = is_desks_ = from <= today;
        if (from > today)
            leaves_on_ = from;
    }
    void restore() {
        leaves_on_.reset();
        is_gone_ = false;
        is_desks_ = true;
    }

    // Whether mail may be forwarded for him by a clock that says this.
    [[nodiscard]] bool is_here(Date date) const { return !is_gone_ && (!leaves_on_ || date < *leaves_on_); }

  private:
    bool is_gone_ = false;
    bool is_desks_ = false; // the desk's decision, against the feed
    std::optional<Date> leaves_on_;
};

// Clocks that say something else than that of the sync, back and ahead.
void expect_forwarding_by(const Presence& presence, const Person& person, Date today, Dice& dice) {
    for (const int ahead :
         {0, -1, 1, -dice.roll(60), -dice.roll(2'000), dice.roll(60), dice.roll(2'000), -20'000}) {
        const Date date = today + std::chrono::days(ahead);
        const bool is_forwarded = std::holds_alternative<Forward>(resolve(person, date));
        EXPECT_FALSE(is_forwarded && !presence.is_here(date)) << "forwarded on " << to_text(date);
        EXPECT_EQ(has_departed(person, date), !presence.is_here(date)) << to_text(date);
    }
}

bool has(const Step& step, ChangeKind kind) {
    return std::ranges::any_of(step.changes, [kind](const Change& change) { return change.kind == kind; });
}

// What holds for everybody at any time.
void expect_sound(const Person& person, Date today, const config::PeoplePolicy& policy) {
    const Resolution resolution = resolve(person, today);
    const bool is_forwarded = std::holds_alternative<Forward>(resolution);
    EXPECT_FALSE(is_forwarded && person.is_account_missing);
    EXPECT_FALSE(person.is_new && !person.forwarding_address.empty());
    EXPECT_FALSE(person.is_account_missing &&
                 !is_own_account(person.forwarding_address, person.username, policy));
    EXPECT_FALSE(person.hold == Hold::present && person.cancelled);
    if (!is_forwarded && !person.tombstone_address.empty()) {
        EXPECT_TRUE(std::holds_alternative<ChangeOfAddress>(resolution)) << "a tombstone address is lost";
    }
    for (const std::string& address : {person.forwarding_address, person.tombstone_address})
        EXPECT_NE(username_of(address, policy), person.username) << "a loop";
    EXPECT_EQ(read_resolution(to_value(resolution)).value(), resolution);
}

// What differs has to have a reason.
void expect_reasons(const Person& before, const Step& step) {
    using enum ChangeKind;
    const Person& after = step.person;
    if (before.forwarding_address != after.forwarding_address) {
        EXPECT_TRUE(has(step, forwarding) || has(step, set_up));
    }
    if (before.tombstone_address != after.tombstone_address) {
        EXPECT_TRUE(has(step, ChangeKind::tombstone));
    }
    if (before.cancelled != after.cancelled) {
        EXPECT_TRUE(has(step, cancelled) || has(step, restored) || has(step, restored_as_new) ||
                    has(step, date_corrected));
    }
    if (before.hold != after.hold && after.hold == Hold::none) {
        EXPECT_TRUE(has(step, hold_ended));
    }
    if (!before.is_new && after.is_new) {
        EXPECT_TRUE(has(step, restored_as_new));
    }
    for (const Change& change : step.changes)
        EXPECT_FALSE(change.reason.empty());
}

// A sync's step of somebody who is known.
void expect_step_holds(const Person& before, const Step& made, const Listed* row, Listing listing,
                       Account account) {
    expect_reasons(before, made);
    if (row != nullptr && before.written_forwarding_address &&
        row->forwarding_address == before.written_forwarding_address) {
        EXPECT_FALSE(has(made, ChangeKind::forwarding) && !has(made, ChangeKind::restored_as_new))
            << "what was written from here is taken for the feed's wish";
    }
    const bool is_unset_in_feed =
        row != nullptr && row->tombstone_address == "" && !before.listed_tombstone_address.empty();
    if (made.person.tombstone_address.empty() && !before.tombstone_address.empty()) {
        EXPECT_TRUE(is_unset_in_feed) << "a tombstone address is lost";
        EXPECT_FALSE(before.cancelled && before.hold == Hold::none) << "when he came back";
    }
    if (row == nullptr && made.person.forwarding_address != before.forwarding_address) {
        EXPECT_TRUE(has(made, ChangeKind::set_up));
    }
    if (listing == Listing::withheld) {
        EXPECT_EQ(made.person.cancelled, before.cancelled);
        EXPECT_TRUE(made.person.hold == before.hold ||
                    (before.hold == Hold::leaving && made.person.hold == Hold::cancelled));
        EXPECT_FALSE(made.person.forwarding_address.empty() && !before.forwarding_address.empty());
    }
    if (account == Account::unknown) {
        EXPECT_FALSE(has(made, ChangeKind::account_gone) || has(made, ChangeKind::account_back));
        EXPECT_FALSE(made.person.is_account_missing && !before.is_account_missing);
    }
    if (has(made, ChangeKind::set_up)) {
        EXPECT_TRUE(made.person.is_mail_attribute_due && !made.person.is_new);
        EXPECT_TRUE(before.is_new || has(made, ChangeKind::restored_as_new));
    }
}

// What the help desk or he himself does. Nothing changes where it is refused.
void decide(Dice& dice, Person& person, Presence& presence, Date today, const config::PeoplePolicy& policy) {
    const char* address = dice.one_of(addresses);
    const Date from = today + std::chrono::days(dice.roll(60) - 20);
    const int decision = dice.roll(5);
    const auto decided = [&]() -> Expected<Step> {
        switch (decision) {
        case 0:
            return set_forwarding(person, address, "wish", policy);
        case 1:
            return set_tombstone(person, address, "wish", policy);
        case 2:
            return cancel(person, from, today, "desk");
        case 3:
            return restore(person, today, "desk", policy);
        default:
            return set_own(person, dice.one_of(std::array{OwnSetting::forwarding, OwnSetting::tombstone}),
                           address, today, policy);
        }
    }();
    if (!decided)
        return;
    expect_reasons(person, *decided);
    person = decided->person;
    if (decision == 2)
        presence.cancel(from, today);
    if (decision == 3)
        presence.restore();
}

// The time between two events. Hosts differ by a day around midnight.
std::chrono::days pause(Dice& dice) {
    if (dice.roll(10) == 0)
        return -clock_tolerance;
    return std::chrono::days(dice.roll(dice.roll(10) == 0 ? 400 : 30));
}

// One history, of 120 days on which something happens.
void live(unsigned seed) {
    Dice dice(seed);
    const config::PeoplePolicy policy = people_policy();
    Date today = day("2026-01-01");
    Directory directory;
    Presence presence;
    std::optional<Person> person;
    for (int event = 0; event < 120 && !testing::Test::HasFailure(); ++event) {
        today += pause(dice);
        if (person && dice.roll(4) == 0) {
            decide(dice, *person, presence, today, policy);
            expect_sound(*person, today, policy);
            expect_forwarding_by(presence, *person, today, dice);
            continue;
        }
        if (person && dice.roll(3) == 0)
            directory.write_back(dice, *person);
        directory.change(dice);
        const Listed row = directory.row();
        const Account account = random_account(dice);
        const Listing listing = !person ? Listing::listed
                                        : dice.one_of(std::array{Listing::listed, Listing::listed,
                                                                 Listing::absent, Listing::withheld});
        const Listed* listed = listing == Listing::listed ? &row : nullptr;
        const std::optional<Person> before = person;
        const Step made = step(before ? &*before : nullptr, listed, listing, today, account, policy);
        person = made.person;
        presence.sync(listing, today);
        expect_sound(*person, today, policy);
        expect_forwarding_by(presence, *person, today, dice);
        if (before)
            expect_step_holds(*before, made, listed, listing, account);
        const Step again = step(&*person, listed, listing, today, account, policy);
        EXPECT_EQ(again.person, *person) << "the same step twice changes something";
        EXPECT_EQ(again.changes.size(), 0U);
    }
}

TEST(RandomHistories, LC_32_KeepWhatHasToHold) {
    for (unsigned seed = 0; seed < 3'000 && !HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        live(seed);
    }
}

using People = std::map<std::string, Person>;

// A feed of up to twelve people; some rows are wrong, some there twice, some have another's id.
void fill(Dice& dice, Roster& roster) {
    for (int i = 0; i < 12; ++i) {
        if (dice.roll(6) == 0)
            continue;
        Row row;
        row.where = "feed";
        row.username = "u" + std::to_string(dice.roll(12));
        if (dice.roll(40) == 0)
            row.username = "no username";
        if (dice.roll(2) == 0)
            row.id = std::to_string(dice.roll(8) == 0 ? dice.roll(12) : i);
        row.full_name = dice.roll(20) == 0 ? "\xff" : "Ann Other";
        if (dice.roll(2) == 0)
            row.forwarding_address = dice.roll(20) == 0 ? "no address" : dice.one_of(addresses);
        roster.add(row);
    }
}

Plan plan_of(const People& people, Roster& roster, Date today, const config::PeoplePolicy& policy,
             const std::map<std::string, Account>& accounts) {
    Planner planner(roster, today, policy,
                    [&](const std::string& username) { return accounts.at(username); });
    for (const auto& [username, person] : people)
        planner.take(person);
    return planner.finish();
}

void expect_plan_holds(const People& people, const Plan& plan, const Roster& roster) {
    std::size_t vanishing = 0;
    for (const PlannedStep& planned : plan.steps) {
        const Person& after = planned.step.person;
        EXPECT_EQ(planned.is_known, people.contains(after.username));
        if (has(planned.step, ChangeKind::cancelled)) {
            ++vanishing;
            EXPECT_TRUE(roster.is_complete()) << "cancelled by an incomplete feed";
            EXPECT_FALSE(roster.is_withheld(after.username)) << after.username;
            EXPECT_EQ(roster.find(after.username), nullptr);
        }
        if (!planned.is_known) {
            EXPECT_NE(roster.find(after.username), nullptr);
        }
    }
    EXPECT_EQ(plan.vanishing, vanishing);
    EXPECT_LE(plan.vanishing, plan.present);
}

void live_together(unsigned seed) {
    Dice dice(seed);
    const config::PeoplePolicy policy = people_policy();
    Date today = day("2026-01-01");
    People people;
    for (int run = 0; run < 20 && !testing::Test::HasFailure(); ++run) {
        today += std::chrono::days(dice.roll(100));
        std::map<std::string, Account> accounts;
        for (int i = 0; i < 12; ++i)
            accounts["u" + std::to_string(i)] = random_account(dice);
        const int seed_of_feed = dice.roll(1'000'000);
        // The second run reads the same feed again.
        for (const bool is_first : {true, false}) {
            Roster roster(policy);
            Dice feed(static_cast<unsigned>(seed_of_feed));
            fill(feed, roster);
            const Plan plan = plan_of(people, roster, today, policy, accounts);
            expect_plan_holds(people, plan, roster);
            EXPECT_TRUE(is_first || plan.steps.empty()) << "the same feed twice changes something";
            for (const PlannedStep& planned : plan.steps) {
                people[planned.step.person.username] = planned.step.person;
                expect_sound(planned.step.person, today, policy);
            }
        }
    }
}

TEST(RandomHistories, LC_32_OfManyPeopleKeepWhatHasToHold) {
    for (unsigned seed = 0; seed < 1'000 && !HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        live_together(seed);
    }
}

} // namespace
} // namespace columbarium::tombstone
