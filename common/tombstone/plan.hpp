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
    std::size_t vanishing = 0; // of them: who are cancelled by this run, because the feed lists them no more
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
    Roster& roster_;
    Date today_;
    const config::PeoplePolicy& policy_;
    AskAccount account_;
    Plan plan_;
    std::vector<std::string> taken_; // sorted at the end: who of the roster is known
};

// The brake: more than vanishing_percent of those present would be cancelled, and more than one person. Says
// how many of how many, and what to do ("--force 123"); nothing where the run may go on. `forced` is the
// number that the administrator has named: it releases the brake only where it is exactly plan.vanishing.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string>
brake(const Plan& plan, std::optional<std::size_t> forced, const config::PeoplePolicy& policy);

// The clock: a run is refused that comes before the last one, or more than 40 days after it, because dates of
// absence would be wrong for ever. `accepted` is the date that the administrator has named.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string> clock_fault(Date today, std::optional<Date> last_run,
                                                                     std::optional<Date> accepted);

// The plan for a person to read: a heading for each kind of change with its number, below it a line for each
// person, at most `most` of them and then how many more.
[[nodiscard]] COLUMBARIUM_API std::string to_text(const Plan& plan, std::size_t most);

} // namespace columbarium::tombstone
