// SPDX-License-Identifier: LGPL-2.1-or-later
// The plan of a sync: what will be changed for whom, and whether it may be.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/listing.hpp"

namespace columbarium::tombstone {

// One person whom the sync changes.
struct PlannedStep {
    bool is_known = false; // in the store already
    Step step;
};

struct Plan {
    std::vector<PlannedStep> steps; // of people who differ afterwards; the store's first, then new ones, each
                                    // by username
    std::size_t present = 0;        // people of the store who had not departed before the run
    // What a broken feed does to many at once; see brake().
    std::size_t vanishing = 0;    // of those present: who are cancelled, because the feed lists them no more
    std::size_t unset = 0;        // people of whom the feed takes a forwarding or tombstone address away
    std::size_t account_gone = 0; // who forward to their account, which has gone
    std::size_t restored = 0;     // who had departed and are back, as they were or as new
    std::size_t listed = 0;
    std::size_t unknown_accounts = 0; // people whose account nobody could tell about
};

// Makes a plan, person by person, without asking for more of the store than one at a time.
//   Planner planner(roster, today, policy, account);
//   for each person of the store: planner.take(person);
//   Plan plan = planner.finish();
class Planner {
  public:
    using AskAccount = std::function<Account(const std::string& username)>;

    // Roster and policy have to outlive the planner. `account` is asked only about those whom step() wants to
    // know it of.
    COLUMBARIUM_API Planner(Roster& roster, Date today, const config::PeoplePolicy& policy,
                            AskAccount account);

    // One person of the store. Two checks need the store: a known id with another username (the name was
    // changed), and a known username with another id (two people for one name); both withhold the people in
    // question, and the roster's faults say how to go on ("columbarium people rename OLD NEW"). Who is to be
    // withheld may have been taken before: finish() takes their steps out again.
    COLUMBARIUM_API void take(const Person& person);

    // The plan, with the people who are in the feed only.
    [[nodiscard]] COLUMBARIUM_API Plan finish();

  private:
    // A known person whose id the feed has under another username.
    struct Rename {
        std::string from;
        std::string to;
    };
    // A person of the roster who is known, and whether by the same id.
    struct Known {
        const Listed* listed;
        bool is_same_id;
    };

    [[nodiscard]] const Listed* find_listed(const Person& person);
    void add_step(const Person* known, const Listed* listed, Listing listing);
    [[nodiscard]] const Known* find_known(const Listed* listed) const;
    void withhold_renamed();
    void add_new_people();
    void take_out(std::vector<std::string> usernames);

    Roster& roster_;
    Date today_;
    const config::PeoplePolicy& policy_;
    AskAccount account_;
    Plan plan_;
    std::vector<Known> known_; // sorted by the pointer at the end
    std::vector<Rename> renames_;
};

// The brake: of one of the four kinds that Plan counts there are more than vanishing_percent of those
// present, and more than one person. Says of each kind that is too many how many of how many, and what to do
// ("--force 123"); nothing where the run may go on. `forced` is the number that the administrator has named:
// it releases the brake only where it is exactly the sum of the kinds that are too many.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string>
brake(const Plan& plan, std::optional<std::size_t> forced, const config::PeoplePolicy& policy);

// The clock: a run is refused that comes more than a day before the last one (clock_tolerance), or more than
// 40 days after it, because dates of absence would be wrong for ever. `accepted` is the date that the
// administrator has named.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string> clock_fault(Date today, std::optional<Date> last_run,
                                                                     std::optional<Date> accepted);

// The plan for a person to read: a heading for each kind of change with its number, below it a line for each
// person, at most `most` of them and then how many more.
[[nodiscard]] COLUMBARIUM_API std::string to_text(const Plan& plan, std::size_t most);

} // namespace columbarium::tombstone
