// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/directory_round.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tombstone/site.hpp"

namespace columbarium::feed {

namespace {

constexpr std::size_t people_at_once = 500;
constexpr std::size_t most_lines = 1'000;
// The directory is given up after so many people in a row whom it does not answer about.
constexpr std::size_t patience = 3;
// A person may be changed by others again and again while we note what the directory has of him.
constexpr int tries = 5;

using tombstone::Person;

std::optional<DirectoryChange::Value> value_of(const std::string& listed, const std::string& wanted) {
    if (listed == wanted)
        return std::nullopt;
    return DirectoryChange::Value{listed, wanted};
}

// What has no place in the directory goes on waiting: there may be one some day, and what is unset there then
// is nobody's wish. Nor is anything written where it is open what has become of an earlier change: the next
// run looks at the feed first.
DirectoryChange change_of(const Person& person, DirectoryParts parts, const config::PeoplePolicy& policy) {
    DirectoryChange change;
    change.username = person.username;
    if (parts.forwarding_address && !person.written_forwarding_address)
        change.forwarding_address = value_of(person.listed_forwarding_address, person.forwarding_address);
    if (parts.tombstone_address && !person.written_tombstone_address)
        change.tombstone_address = value_of(person.listed_tombstone_address, person.tombstone_address);
    if (parts.mail && person.is_mail_attribute_due)
        change.mail = tombstone::main_address(person.username, policy);
    return change;
}

bool is_empty(const DirectoryChange& change) {
    return !change.forwarding_address && !change.tombstone_address && change.mail.empty();
}

// What is known of a change.
enum class Outcome {
    open,    // the directory may have it or not: the next sync sees
    taken,   // the directory has it
    refused, // the directory does not have it
};

void note_address(const std::optional<DirectoryChange::Value>& change, Outcome outcome, std::string& listed,
                  std::optional<std::string>& written) {
    if (!change)
        return;
    written.reset();
    if (outcome == Outcome::open)
        written = change->after;
    if (outcome == Outcome::taken)
        listed = change->after;
}

// Notes it. What the person has set meanwhile stays, and waits for the next run.
void note(Person& person, const DirectoryChange& change, Outcome outcome) {
    note_address(change.forwarding_address, outcome, person.listed_forwarding_address,
                 person.written_forwarding_address);
    note_address(change.tombstone_address, outcome, person.listed_tombstone_address,
                 person.written_tombstone_address);
    if (outcome == Outcome::taken && !change.mail.empty())
        person.is_mail_attribute_due = false;
}

class Round {
  public:
    Round(store::Store& store, WriteBack& directory, const tombstone::Roster& roster,
          const config::PeoplePolicy& policy, const store::Author& author,
          const std::function<void(std::size_t)>& progress, SyncReport& report)
        : store_(store), directory_(directory), parts_(directory.parts()), roster_(roster), policy_(policy),
          author_(author), progress_(progress), report_(report) {}

    void run() {
        std::string after;
        while (!is_given_up_) {
            auto due = store_.due_to_be_written_back(after, people_at_once);
            if (!due)
                return left_over(due.error().text);
            if (due->empty())
                return;
            after = due->back().username;
            auto batch = batch_of(std::move(*due));
            if (!announce(batch))
                return;
            write(batch);
            keep(batch);
        }
    }

  private:
    struct Task {
        Person person;
        DirectoryChange change;
        Outcome outcome = Outcome::refused;
    };

    void left_over(std::string line) {
        ++report_.not_written_back_count;
        if (report_.not_written_back.size() < most_lines)
            report_.not_written_back.push_back(std::move(line));
    }

    [[nodiscard]] std::vector<Task> batch_of(std::vector<Person> due) const {
        std::vector<Task> batch;
        for (Person& person : due) {
            // Who is not in the feed is not in the directory, or it is not known what it has of him.
            if (roster_.find(person.username) == nullptr)
                continue;
            DirectoryChange change = change_of(person, parts_, policy_);
            if (!is_empty(change))
                batch.push_back({std::move(person), std::move(change)});
        }
        return batch;
    }

    // Notes in the store what is going to be written. Nobody may come to note that it was: who finds it in
    // the directory then has to know that it came from here. Whom somebody changes meanwhile is left out.
    [[nodiscard]] bool announce(std::vector<Task>& batch) {
        std::vector<store::Write> writes;
        writes.reserve(batch.size());
        for (Task& task : batch) {
            note(task.person, task.change, Outcome::open);
            writes.push_back({&task.person, {}});
        }
        if (writes.empty())
            return true;
        auto written = store_.write(writes, author_);
        if (!written) {
            give_up(written.error().text);
            return false;
        }
        const auto is_outdated = [&](const Task& task) {
            return std::ranges::find(written->outdated, task.person.username) != written->outdated.end();
        };
        if (!written->outdated.empty())
            std::erase_if(batch, is_outdated);
        for (Task& task : batch)
            ++task.person.revision;
        std::ranges::move(written->outdated, std::back_inserter(report_.outdated));
        return true;
    }

    void write(std::vector<Task>& batch) {
        for (Task& task : batch) {
            task.outcome = write(task.change);
            if (is_given_up_)
                return;
        }
    }

    [[nodiscard]] Outcome write(const DirectoryChange& change) {
        const auto result = directory_.write(change);
        if (!result) {
            left_over(result.error().text);
            if (result.error().kind != ErrorKind::temporary) {
                unanswered_ = 0;
            } else if (++unanswered_ == patience) {
                is_given_up_ = true;
                left_over(fmt::format("the directory has failed for {} people in a row: the others wait for "
                                      "the next run",
                                      patience));
            }
            return Outcome::open;
        }
        unanswered_ = 0;
        switch (*result) {
        case WriteResult::written:
            return Outcome::taken;
        case WriteResult::differs:
            left_over(fmt::format("{}: the directory has another address by now; the next run looks at it",
                                  change.username));
            break;
        case WriteResult::absent:
            left_over(fmt::format("{}: not in the directory any more", change.username));
            break;
        }
        return Outcome::refused;
    }

    // Notes in the store what has become of the changes.
    void keep(std::vector<Task>& batch) {
        std::vector<store::Write> writes;
        writes.reserve(batch.size());
        std::size_t taken = 0;
        for (Task& task : batch) {
            if (task.outcome == Outcome::open)
                continue;
            note(task.person, task.change, task.outcome);
            writes.push_back({&task.person, {}});
            taken += task.outcome == Outcome::taken ? 1 : 0;
        }
        if (writes.empty())
            return;
        const auto written = store_.write(writes, author_);
        if (!written)
            return give_up(written.error().text);
        report_.written_back += taken;
        for (const std::string& username : written->outdated)
            for (const Task& task : batch)
                if (task.person.username == username)
                    keep_anew(task);
        if (progress_)
            progress_(report_.written_back);
    }

    // Somebody has changed the person meanwhile. What has become of the change is true all the same.
    void keep_anew(const Task& task) {
        const DirectoryChange& change = task.change;
        for (int i = 0; i < tries; ++i) {
            auto person = store_.find(change.username);
            if (!person)
                return give_up(person.error().text);
            if (!*person)
                return;
            note(**person, change, task.outcome);
            const store::Write write{&**person, {}};
            const auto written = store_.write({&write, 1}, author_);
            if (!written)
                return give_up(written.error().text);
            if (written->outdated.empty())
                return;
        }
        left_over(fmt::format("{}: changed by somebody else all the time", change.username));
    }

    void give_up(const std::string& text) {
        is_given_up_ = true;
        left_over(text);
    }

    store::Store& store_;
    WriteBack& directory_;
    const DirectoryParts parts_;
    const tombstone::Roster& roster_;
    const config::PeoplePolicy& policy_;
    const store::Author& author_;
    const std::function<void(std::size_t)>& progress_;
    SyncReport& report_;
    std::size_t unanswered_ = 0; // people in a row
    bool is_given_up_ = false;
};

} // namespace

void write_back_all(store::Store& store, WriteBack& directory, const tombstone::Roster& roster,
                    const config::PeoplePolicy& policy, const store::Author& author,
                    const std::function<void(std::size_t)>& progress, SyncReport& report) {
    Round(store, directory, roster, policy, author, progress, report).run();
}

} // namespace columbarium::feed
