// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/plan.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tombstone {

namespace {

constexpr auto longest_pause = std::chrono::days(40); // between two runs

bool has(const Step& step, ChangeKind kind) {
    return std::ranges::any_of(step.changes, [kind](const Change& change) { return change.kind == kind; });
}

// Somebody is back after a long absence without his forwarding address: the feed has not taken that away.
bool is_unset_by_feed(const Change& change) {
    return (change.kind == ChangeKind::forwarding || change.kind == ChangeKind::tombstone) &&
           change.after.empty();
}

void count(Plan& plan) {
    for (const PlannedStep& planned : plan.steps) {
        if (!planned.is_known)
            continue;
        const Step& step = planned.step;
        const bool is_back = has(step, ChangeKind::restored) || has(step, ChangeKind::restored_as_new);
        plan.vanishing += has(step, ChangeKind::cancelled) ? 1 : 0;
        plan.restored += is_back ? 1 : 0;
        plan.unset += !is_back && std::ranges::any_of(step.changes, is_unset_by_feed) ? 1 : 0;
        plan.account_gone += !is_back && has(step, ChangeKind::account_gone) ? 1 : 0;
    }
}

double percent_of(std::size_t part, std::size_t whole) {
    return part >= whole ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

Planner::Planner(Roster& roster, Date today, const config::PeoplePolicy& policy, AskAccount account)
    : roster_(roster), today_(today), policy_(policy), account_(std::move(account)) {}

void Planner::take(const Person& person) {
    if (!has_departed(person, today_))
        ++plan_.present;
    const Listed* listed = find_listed(person);
    if (listed != nullptr) {
        add_step(&person, listed, Listing::listed);
        return;
    }
    const bool is_absent = roster_.is_complete() && !roster_.is_withheld(person.username);
    add_step(&person, nullptr, is_absent ? Listing::absent : Listing::withheld);
}

// The person's entry in the feed, where it can be used. The ids are compared by the way.
const Listed* Planner::find_listed(const Person& person) {
    if (!person.id.empty())
        if (const std::string_view now = roster_.username_of_id(person.id);
            !now.empty() && now != person.username)
            renames_.push_back({person.username, std::string(now)});
    const Listed* listed = roster_.find(person.username);
    if (listed == nullptr)
        return nullptr;
    const bool has_ids = !person.id.empty() && !listed->id.empty();
    known_.push_back({listed, has_ids && person.id == listed->id});
    if (!has_ids || person.id == listed->id)
        return listed;
    roster_.withhold(person.username,
                     fmt::format("{} has the id \"{}\" in the feed and \"{}\" here: are these two people? "
                                 "Where the name was given to somebody else, rename the first one with "
                                 "\"columbarium people rename {} NEW\"",
                                 person.username, printable(listed->id), printable(person.id),
                                 person.username));
    return nullptr;
}

void Planner::add_step(const Person* known, const Listed* listed, Listing listing) {
    const std::string& username = known != nullptr ? known->username : listed->username;
    Account account = Account::unknown;
    if (needs_account(known, listed, today_, policy_)) {
        account = account_(username);
        if (account == Account::unknown)
            ++plan_.unknown_accounts;
    }
    Step made = step(known, listed, listing, today_, account, policy_);
    if (known == nullptr || made.person != *known)
        plan_.steps.push_back({known != nullptr, std::move(made)});
}

const Planner::Known* Planner::find_known(const Listed* listed) const {
    const auto found = std::ranges::lower_bound(known_, listed, std::less<>(), &Known::listed);
    return found != known_.end() && found->listed == listed ? &*found : nullptr;
}

// Two people of the store may have one id, where an old name was not given up: then the one whom the feed
// lists is meant, and the other one is gone.
void Planner::withhold_renamed() {
    std::vector<std::string> withheld;
    for (const Rename& rename : renames_) {
        const Listed* listed = roster_.find(rename.to);
        const Known* known = listed == nullptr ? nullptr : find_known(listed);
        if (known != nullptr && known->is_same_id)
            continue;
        const std::string text = fmt::format("{0} has the id of {1} in the feed: was the name changed? Then "
                                             "run \"columbarium people rename {1} {0}\"",
                                             rename.to, rename.from);
        for (const std::string& username : {rename.from, rename.to}) {
            roster_.withhold(username, text);
            withheld.push_back(username);
        }
    }
    if (!withheld.empty())
        take_out(std::move(withheld));
}

void Planner::take_out(std::vector<std::string> usernames) {
    std::ranges::sort(usernames);
    std::erase_if(plan_.steps, [&](const PlannedStep& planned) {
        return std::ranges::binary_search(usernames, planned.step.person.username);
    });
}

void Planner::add_new_people() {
    std::vector<const Listed*> added;
    roster_.each([&](const Listed& listed) {
        if (find_known(&listed) == nullptr)
            added.push_back(&listed);
    });
    std::ranges::sort(added, std::less<>(),
                      [](const Listed* listed) { return std::string_view(listed->username); });
    for (const Listed* listed : added)
        add_step(nullptr, listed, Listing::listed);
}

Plan Planner::finish() {
    std::ranges::sort(known_, std::less<>(), &Known::listed);
    withhold_renamed();
    plan_.listed = roster_.size();
    add_new_people();
    count(plan_);
    return std::move(plan_);
}

std::optional<std::string> brake(const Plan& plan, std::optional<std::size_t> forced,
                                 const config::PeoplePolicy& policy) {
    std::string kinds;
    std::size_t sum = 0;
    const auto look_at = [&](std::size_t number, std::string_view text) {
        const double percent = percent_of(number, plan.present);
        if (number <= 1 || percent <= policy.vanishing_percent)
            return;
        kinds += kinds.empty() ? "" : ", ";
        kinds += fmt::format(fmt::runtime(text), number, plan.present, percent);
        sum += number;
    };
    look_at(plan.vanishing, "{} of {} people ({:.1f} %) would be cancelled");
    look_at(plan.unset, "{} of {} people ({:.1f} %) would lose an address that the feed has no longer");
    look_at(plan.account_gone, "{} of {} people ({:.1f} %) would be without the account they forward to");
    look_at(plan.restored, "{} people would be restored, while {} are here ({:.1f} %)");
    if (sum == 0 || forced == sum)
        return std::nullopt;
    std::string text = fmt::format("{}, more than the {} % of vanishing_percent; nothing was changed. Where "
                                   "this is right, say so with --force {}",
                                   kinds, policy.vanishing_percent, sum);
    if (forced)
        text += fmt::format(" (not {})", *forced);
    return text;
}

std::optional<std::string> clock_fault(Date today, std::optional<Date> last_run,
                                       std::optional<Date> accepted) {
    if (!last_run || accepted == today ||
        (today + clock_tolerance >= *last_run && today <= *last_run + longest_pause))
        return std::nullopt;
    return fmt::format("the clock says {}, and the last run was on {}: dates of absence could be wrong for "
                       "ever, nothing was changed. Where the clock is right, say so with --accept-date {}",
                       to_text(today), to_text(*last_run), to_text(today));
}

} // namespace columbarium::tombstone
