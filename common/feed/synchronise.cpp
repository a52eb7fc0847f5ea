// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/synchronise.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "feed/directory_round.hpp"

namespace columbarium::feed {

namespace {

// How many steps there are between two calls of the progress function.
constexpr std::size_t stride = 256;

class Run {
  public:
    Run(store::Store& store, const config::PeoplePolicy& policy, const SyncOptions& options,
        const Progress& progress)
        : store_(store), policy_(policy), options_(options), progress_(progress), roster_(policy) {}

    Expected<SyncReport> go(Source& source, Accounts& accounts, WriteBack* write_back,
                            const std::function<void(const SyncReport&)>& plan_ready) {
        // The feed is read under it too: what an older reading of it says is not to be written over a newer.
        std::optional<store::RunLock> lock;
        if (!options_.dry_run) {
            auto locked = store_.lock_run();
            if (!locked)
                return tl::make_unexpected(locked.error());
            lock.emplace(std::move(*locked));
        }
        const auto last_run = store_.last_run();
        if (!last_run)
            return tl::make_unexpected(last_run.error());
        if (auto fault = tombstone::clock_fault(options_.today, *last_run, options_.accepted_date)) {
            report_.stopped = std::move(*fault);
            return std::move(report_);
        }
        if (auto read = read_feed(source); !read)
            return tl::make_unexpected(read.error());
        if (auto planned = plan(accounts); !planned)
            return tl::make_unexpected(planned.error());
        if (auto fault = tombstone::brake(report_.plan, options_.forced, policy_))
            report_.stopped = std::move(*fault);
        if (plan_ready)
            plan_ready(report_);
        if (!report_.stopped.empty() || options_.dry_run)
            return std::move(report_);
        if (auto applied = apply(day_of_run(*last_run)); !applied)
            return tl::make_unexpected(applied.error());
        if (write_back != nullptr) {
            tell(Stage::writing_back, 0);
            write_back_all(
                store_, *write_back, roster_, policy_, options_.author,
                [&](std::size_t done) { tell(Stage::writing_back, done); }, report_);
        }
        return std::move(report_);
    }

  private:
    // A clock that goes back a day at each run must not go back for ever: a day back is allowed, not kept.
    [[nodiscard]] tombstone::Date day_of_run(std::optional<tombstone::Date> last_run) const {
        if (!last_run || options_.accepted_date == options_.today)
            return options_.today;
        return std::max(options_.today, *last_run);
    }

    void tell(Stage stage, std::size_t done) const {
        if (progress_)
            progress_(stage, done);
    }

    Expected<void> read_feed(Source& source) {
        tell(Stage::reading_feed, 0);
        std::size_t rows = 0;
        return source.read([&](tombstone::Row row) {
            roster_.add(std::move(row));
            if (++rows % stride == 0)
                tell(Stage::reading_feed, rows);
        });
    }

    Expected<void> plan(Accounts& accounts) {
        tell(Stage::reading_store, 0);
        tombstone::Planner planner(roster_, options_.today, policy_,
                                   [&](const std::string& username) { return accounts.ask(username); });
        std::size_t people = 0;
        const auto read = store_.each([&](const tombstone::Person& person) {
            planner.take(person);
            if (++people % stride == 0)
                tell(Stage::reading_store, people);
            return true;
        });
        if (!read)
            return tl::make_unexpected(read.error());
        report_.plan = planner.finish();
        report_.faults = roster_.faults();
        report_.fault_count = roster_.fault_count();
        report_.is_complete = roster_.is_complete();
        report_.account_trouble = accounts.trouble();
        return {};
    }

    Expected<void> apply(tombstone::Date day) {
        tell(Stage::applying, 0);
        std::vector<store::Write> writes;
        writes.reserve(report_.plan.steps.size());
        for (const tombstone::PlannedStep& planned : report_.plan.steps)
            writes.push_back({&planned.step.person, planned.step.changes});
        auto written = store_.write(writes, options_.author, day,
                                    [&](std::size_t done) { tell(Stage::applying, done); });
        if (!written)
            return tl::make_unexpected(written.error());
        report_.people_written = written->people;
        report_.outdated = std::move(written->outdated);
        return {};
    }

    store::Store& store_;
    const config::PeoplePolicy& policy_;
    const SyncOptions& options_;
    const Progress& progress_;
    tombstone::Roster roster_;
    SyncReport report_;
};

} // namespace

bool SyncReport::is_clean() const {
    return stopped.empty() && fault_count == 0 && is_complete && account_trouble.empty() &&
           outdated.empty() && not_written_back_count == 0;
}

Expected<SyncReport> synchronise(store::Store& store, Source& source, Accounts& accounts,
                                 WriteBack* write_back, const config::PeoplePolicy& policy,
                                 const SyncOptions& options, const Progress& progress,
                                 const std::function<void(const SyncReport&)>& plan_ready) {
    return Run(store, policy, options, progress).go(source, accounts, write_back, plan_ready);
}

} // namespace columbarium::feed
