// SPDX-License-Identifier: LGPL-2.1-or-later
// One run of `columbarium people sync`: pulls the feed, plans, applies the plan in one transaction, writes
// back.
//
// Whatever it is interrupted by leaves a state that the next run completes: the store changes at once or not
// at all, and what waits to be written back is part of it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "config/people_policy.hpp"
#include "feed/accounts.hpp"
#include "feed/source.hpp"
#include "feed/write_back.hpp"
#include "store/store.hpp"
#include "tombstone/plan.hpp"

namespace columbarium::feed {

struct SyncOptions {
    bool dry_run = false;                         // plans, changes nothing
    std::optional<std::size_t> forced;            // see tombstone::brake()
    std::optional<tombstone::Date> accepted_date; // see tombstone::clock_fault()
    tombstone::Date today;
    store::Author author;
};

// Where a run is, for a person who waits.
enum class Stage { reading_feed, reading_store, applying, writing_back };
using Progress = std::function<void(Stage stage, std::size_t done)>;

// What a run did.
struct SyncReport {
    tombstone::Plan plan;
    std::vector<tombstone::RowFault> faults; // rows that could not be used, at most 10,000
    std::size_t fault_count = 0;
    bool is_complete = true;     // nobody was cancelled where it is false
    std::string stopped;         // why nothing was changed: the brake, the clock; "" where it was
    std::string account_trouble; // why accounts were unknown; "" where none was
    std::size_t people_written = 0;
    std::vector<std::string> outdated; // changed by somebody else meanwhile: the next run looks at them
    std::size_t written_back = 0;
    std::vector<std::string> not_written_back; // one line each, at most 1,000: who, and why not
    std::size_t not_written_back_count = 0;

    // Whether all went as it should: nothing stopped it, no faults, nothing left over, all accounts known.
    [[nodiscard]] bool is_clean() const;
};

// A failure means that nothing was changed: the feed is broken, or the store failed. Write-back that fails is
// reported, not a failure: the next run tries again. `plan_ready` is called when the plan is made and before
// anything is changed.
[[nodiscard]] Expected<SyncReport> synchronise(store::Store& store, Source& source, Accounts& accounts,
                                               WriteBack* write_back, const config::PeoplePolicy& policy,
                                               const SyncOptions& options, const Progress& progress = {},
                                               const std::function<void(const SyncReport&)>& plan_ready = {});

} // namespace columbarium::feed
