// SPDX-License-Identifier: LGPL-2.1-or-later
// kill -9 at random moments of a sync, a hundred of the command's and a hundred of one that writes back: the
// next sync ends in the state that an undisturbed one ends in, with the same history.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <map>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "feed/synchronise.hpp"
#include "file_directory_fixture.hpp"
#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

constexpr int quarters = 4;
constexpr int moments = 25; // in each quarter of a run

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct State {
    std::vector<tombstone::Person> people;
    std::map<std::string, std::vector<tombstone::Change>> history;
    std::optional<tombstone::Date> last_run;
    std::map<std::string, Entry> directory;

    friend bool operator==(const State&, const State&) = default;
};

std::string number(int i) {
    return std::to_string(10'000 + i);
}

// Its parameter is the quarter of a run in which it is killed.
class KilledSync : public ::testing::TestWithParam<int> {
  protected:
    // Brings the site to the state that the sync starts from.
    virtual void prepare() = 0;
    // Brings what is not in the store back to it.
    virtual void reset() {}
    virtual void sync() = 0;
    // Whether it was killed: it may have been done before.
    [[nodiscard]] virtual bool sync_and_kill(Seconds after) = 0;
    [[nodiscard]] virtual std::map<std::string, Entry> directory() const { return {}; }

    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(prepare());
        copy("store", "base");
        before = state();
        for (int i = 0; i < 3; ++i) {
            start_again();
            const auto begin = Clock::now();
            ASSERT_NO_FATAL_FAILURE(sync());
            shortest_run = std::min<Seconds>(shortest_run, Clock::now() - begin);
        }
        expected = state();
        ASSERT_NE(expected, before);
    }

    void start_again() {
        copy("base", "store");
        reset();
    }

    void copy(const char* from, const char* to) const {
        std::filesystem::remove_all(site.path(to));
        site.folder().make_directory(to);
        for (const auto& entry : std::filesystem::directory_iterator(site.path(from))) {
            const auto target = std::filesystem::path(site.path(to)) / entry.path().filename();
            std::filesystem::copy_file(entry.path(), target);
            rig::hand_over(target.string(), site.account());
        }
    }

    // A test may run over midnight: the days behind it count as the first one.
    [[nodiscard]] tombstone::Date day(tombstone::Date date) const { return std::min(date, first_day); }

    [[nodiscard]] State state() const {
        const auto store = site.open_store();
        State state{everybody(*store), {}, store->last_run().value(), directory()};
        if (state.last_run)
            state.last_run = day(*state.last_run);
        for (tombstone::Person& person : state.people) {
            if (person.cancelled)
                person.cancelled = day(*person.cancelled);
            const auto take = [&](const store::HistoryEntry& entry) {
                tombstone::Change change = entry.change;
                if (const auto date = tombstone::read_date(change.after))
                    change.after = tombstone::to_text(day(*date));
                state.history[person.username].push_back(std::move(change));
            };
            if (const auto read = store->history(person.username, 100, take); !read)
                throw std::runtime_error(read.error().text);
        }
        return state;
    }

    // What is in the store without what the directory is known to have.
    static State as_applied(State state) {
        state.directory.clear();
        for (tombstone::Person& person : state.people) {
            person.listed_forwarding_address.clear();
            person.listed_tombstone_address.clear();
            person.written_forwarding_address.reset();
            person.written_tombstone_address.reset();
            person.is_mail_attribute_due = false;
        }
        return state;
    }

    void kill_at_random_moments() {
        const State applied_before = as_applied(before);
        const State applied = as_applied(expected);
        std::mt19937 random(static_cast<unsigned>(GetParam()));
        std::uniform_real_distribution<double> moment(GetParam(), GetParam() + 1);
        int killed = 0;
        for (int i = 0; killed < moments && i < 10 * moments; ++i) {
            start_again();
            const Seconds after = shortest_run * moment(random) / quarters;
            SCOPED_TRACE("killed after " + std::to_string(after.count()) + " s");
            const auto begin = Clock::now();
            if (!sync_and_kill(after)) {
                shortest_run = std::min<Seconds>(shortest_run, Clock::now() - begin);
                ASSERT_TRUE(state() == expected);
                continue;
            }
            ++killed;
            const State left = as_applied(state());
            EXPECT_TRUE(left == applied_before || left == applied) << "all of it, or nothing";
            ASSERT_NO_FATAL_FAILURE(sync());
            ASSERT_TRUE(state() == expected);
        }
        EXPECT_EQ(killed, moments);
    }

    PeopleSite site;
    const tombstone::Date first_day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    Seconds shortest_run = std::chrono::hours(1);
    State before;
    State expected;
};

// The command, with a feed that nothing is written back to.
class KilledSyncCommand : public KilledSync {
  protected:
    static constexpr int people = 2'000;

    // The feed before and after the changes of a day: names, addresses, people who come and who leave.
    static std::vector<std::string> lines(bool is_later) {
        std::vector<std::string> all;
        for (int i = 0; i < people; ++i) {
            if (is_later && i % 50 == 0)
                continue;
            const std::string name = is_later && i % 10 == 1 ? "Another Name " : "Person ";
            const std::string host = is_later && i % 20 == 2 ? "@post.example.com" : "@mail.example.com";
            const std::string username = "p" + number(i);
            all.push_back(username + ',' + number(i) + ',' + name + number(i) + ",Physics," +
                          (i % 3 == 0 ? "" : username + host) + ',' + username + "@tomb.example.net");
        }
        for (int i = 0; is_later && i < people / 20; ++i)
            all.push_back("n" + number(i) + ",9" + number(i) + ",New Person,Physics,,");
        return all;
    }

    void prepare() override {
        std::vector<std::string> accounts;
        for (int i = 0; i < people / 40; ++i)
            accounts.push_back("n" + number(i));
        site.accounts(accounts);
        site.feed(lines(false));
        sync();
        site.feed(lines(true));
    }

    void sync() override {
        const rig::RunResult result = site.people({"sync"});
        ASSERT_EQ(result.status, 0) << to_string(result);
    }

    bool sync_and_kill(Seconds after) override {
        const rig::RunResult result =
            rig::run({"/usr/bin/timeout", "--signal=KILL", std::to_string(after.count()), COLUMBARIUM_COMMAND,
                      "people", "sync", "--config", site.config()},
                     {.account = site.account()});
        return result.status == 128 + SIGKILL;
    }
};

TEST_P(KilledSyncCommand, IsCompletedByTheNextOne) {
    kill_at_random_moments();
}

INSTANTIATE_TEST_SUITE_P(AQuarterOfTheRun, KilledSyncCommand, ::testing::Range(0, quarters));

class AccountsOfNewPeople : public feed::Accounts {
  public:
    tombstone::Account ask(const std::string& username) override {
        return username.starts_with('n') ? tombstone::Account::yes : tombstone::Account::no;
    }
    [[nodiscard]] const std::string& trouble() const override { return trouble_; }

  private:
    std::string trouble_;
};

// A sync whose feed is a directory: most of its time goes to what it writes there.
class KilledWriteBack : public KilledSync {
  protected:
    static constexpr int people = 150;

    void prepare() override {
        policy.domains = {"cam.example.org"};
        policy.account_domain = "hermes.example.org";
        for (int i = 0; i < people; ++i)
            entries["p" + number(i)] = {number(i) + "@mail.example.com", number(i) + "@tomb.example.net", {}};
        reset();
        sync();
        auto store = site.open_store();
        for (int i = 0; i < people; i += 10) {
            // He sets one address here, and takes the other one away.
            const auto known = store->find("p" + number(i)).value();
            const auto first = tombstone::set_forwarding(*known, "mine@example.com", "test", policy).value();
            const auto second = tombstone::set_tombstone(first.person, "", "test", policy).value();
            const store::Write write{&second.person, first.changes};
            ASSERT_TRUE(store->write({&write, 1}, author));
        }
        for (int i = 5; i < people; i += 50)
            entries.erase("p" + number(i));
        for (int i = 6; i < people; i += 50)
            entries["p" + number(i)].forwarding_address = "there@example.com";
        for (int i = 0; i < people / 20; ++i)
            entries["n" + number(i)] = {};
        reset();
    }

    void reset() override { file.set(entries); }

    void sync() override {
        auto store = site.open_store();
        const auto report = feed::synchronise(
            *store, file, accounts, &file, policy,
            {.dry_run = false, .forced = {}, .accepted_date = {}, .today = first_day, .author = author});
        ASSERT_TRUE(report) << report.error().text;
        ASSERT_TRUE(report->is_clean());
    }

    bool sync_and_kill(Seconds after) override {
        const pid_t child = ::fork();
        if (child == 0) {
            sigevent event{};
            event.sigev_notify = SIGEV_SIGNAL;
            event.sigev_signo = SIGKILL;
            timer_t timer{};
            const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(after).count() + 1;
            itimerspec time{};
            time.it_value.tv_sec = nanoseconds / 1'000'000'000;
            time.it_value.tv_nsec = nanoseconds % 1'000'000'000;
            if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
                ::timer_settime(timer, 0, &time, nullptr) != 0)
                ::_exit(1);
            sync();
            ::_exit(HasFailure() ? 1 : 0);
        }
        int status = 0;
        if (child < 0 || ::waitpid(child, &status, 0) != child || (WIFEXITED(status) && status != 0))
            throw std::runtime_error("the sync that is to be killed has failed");
        return WIFSIGNALED(status);
    }

    [[nodiscard]] std::map<std::string, Entry> directory() const override { return file.entries(); }

    config::PeoplePolicy policy;
    AccountsOfNewPeople accounts;
    store::Author author{"test", std::chrono::sys_seconds(first_day)};
    std::map<std::string, Entry> entries; // what the directory has before the sync
    FileDirectory file{site.path("directory.json")};
};

TEST_P(KilledWriteBack, LC_5_IsCompletedByTheNextSync) {
    kill_at_random_moments();
}

INSTANTIATE_TEST_SUITE_P(AQuarterOfTheRun, KilledWriteBack, ::testing::Range(0, quarters));

} // namespace
} // namespace columbarium::e2e
