// SPDX-License-Identifier: LGPL-2.1-or-later
// What was set here reaches the directory, whatever happens on the way.
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "feed/synchronise.hpp"
#include "file_directory_fixture.hpp"
#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using tombstone::Account;

constexpr tombstone::Date today{std::chrono::days(20'000)};

// Those of a set; nobody can tell where it is missing.
class KnownAccounts : public feed::Accounts {
  public:
    Account ask(const std::string& username) override {
        return names.contains(username) ? Account::yes : Account::no;
    }
    [[nodiscard]] const std::string& trouble() const override { return trouble_; }
    std::set<std::string> names;

  private:
    std::string trouble_;
};

class WriteBackOfASync : public ::testing::Test {
  protected:
    void SetUp() override {
        policy.domains = {"cam.example.org", "alumni.example.org"};
        policy.account_domain = "hermes.example.org";
        accounts.names = {"abc1", "def2", "ghi3"};
        directory.set({{"abc1", {}}, {"def2", {}}, {"ghi3", {}}, {"set4", {"s@example.com", "", {}}}});
    }

    feed::SyncReport sync(tombstone::Date date = today) {
        auto store = site.open_store();
        auto report = feed::synchronise(
            *store, directory, accounts, &directory, policy,
            {.dry_run = false, .forced = {}, .accepted_date = {}, .today = date, .author = author});
        EXPECT_TRUE(report) << (report ? "" : report.error().text);
        return report ? std::move(*report) : feed::SyncReport();
    }

    [[nodiscard]] tombstone::Person person(const std::string& username) const {
        return site.open_store()->find(username).value().value_or(tombstone::Person());
    }

    // Somebody sets his forwarding address here.
    void set_forwarding(const std::string& username, const std::string& address) const {
        auto store = site.open_store();
        const auto known = store->find(username).value();
        const auto step = tombstone::set_forwarding(*known, address, "test", policy);
        const store::Write write{&step->person, step->changes};
        ASSERT_TRUE(store->write({&write, 1}, author));
    }

    void set_tombstone(const std::string& username, const std::string& address) const {
        auto store = site.open_store();
        const auto known = store->find(username).value();
        const auto step = tombstone::set_tombstone(*known, address, "test", policy);
        const store::Write write{&step->person, step->changes};
        ASSERT_TRUE(store->write({&write, 1}, author));
    }

    // The process dies when the directory has taken the first change.
    void sync_that_dies_behind_a_write() {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            directory.after_write = [](const feed::DirectoryChange&) { ::raise(SIGKILL); };
            sync();
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
    }

    // Nothing waits, and another run has nothing to do.
    void expect_settled() {
        const auto store_before = everybody(*site.open_store());
        const auto directory_before = directory.entries();
        const feed::SyncReport report = sync();
        EXPECT_TRUE(report.is_clean());
        EXPECT_THAT(report.plan.steps, IsEmpty());
        EXPECT_EQ(report.written_back, 0);
        EXPECT_EQ(everybody(*site.open_store()), store_before);
        EXPECT_EQ(directory.entries(), directory_before);
    }

    PeopleSite site;
    config::PeoplePolicy policy;
    KnownAccounts accounts;
    store::Author author{"test", std::chrono::sys_seconds(today)};
    FileDirectory directory{site.path("directory.json")};
};

TEST_F(WriteBackOfASync, LC_5_LC_16_LC_18_WhatWasSetUpIsInTheStoreAndInTheDirectory) {
    const feed::SyncReport report = sync();
    EXPECT_TRUE(report.is_clean());
    EXPECT_EQ(report.written_back, 3);
    const auto entries = directory.entries();
    EXPECT_EQ(entries.at("abc1"), (Entry{"abc1@hermes.example.org", "", {"abc1@cam.example.org"}}));
    EXPECT_EQ(entries.at("set4"), (Entry{"s@example.com", "", {}})) << "was not set up";
    const tombstone::Person abc1 = person("abc1");
    EXPECT_EQ(abc1.forwarding_address, "abc1@hermes.example.org");
    EXPECT_EQ(abc1.listed_forwarding_address, abc1.forwarding_address);
    EXPECT_FALSE(abc1.is_mail_attribute_due);
    expect_settled();
}

TEST_F(WriteBackOfASync, WhatIsSetAndUnsetByHandReachesTheDirectory) {
    sync();
    set_forwarding("abc1", "mine@example.com");
    set_forwarding("set4", "");
    EXPECT_EQ(sync().written_back, 2);
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "mine@example.com");
    EXPECT_EQ(directory.entries().at("set4").forwarding_address, "");
    expect_settled();
}

TEST_F(WriteBackOfASync, WhatTheDirectoryRefusesWaitsAndIsReported) {
    directory.before_write = [](const feed::DirectoryChange& change) -> Expected<void> {
        if (change.username == "def2")
            return permanent_failure("def2: the directory says no");
        return {};
    };
    const feed::SyncReport report = sync();
    EXPECT_FALSE(report.is_clean());
    EXPECT_EQ(report.written_back, 2);
    EXPECT_THAT(report.not_written_back, ElementsAre("def2: the directory says no"));
    EXPECT_EQ(person("def2").forwarding_address, "def2@hermes.example.org") << "the store has it";
    directory.before_write = nullptr;
    const feed::SyncReport next = sync();
    EXPECT_TRUE(next.is_clean());
    EXPECT_EQ(next.written_back, 1);
    EXPECT_EQ(directory.entries().at("def2").mail, std::vector<std::string>{"def2@cam.example.org"});
    expect_settled();
}

TEST_F(WriteBackOfASync, ADirectoryThatDoesNotAnswerIsNotAskedForEver) {
    std::map<std::string, Entry> entries;
    for (int i = 100; i < 200; ++i) {
        entries["n" + std::to_string(i)] = {};
        accounts.names.insert("n" + std::to_string(i));
    }
    directory.set(entries);
    int asked = 0;
    directory.before_write = [&](const feed::DirectoryChange& change) -> Expected<void> {
        ++asked;
        return temporary_failure(change.username + ": nobody there");
    };
    const feed::SyncReport report = sync();
    EXPECT_EQ(asked, 3);
    EXPECT_FALSE(report.is_clean());
    EXPECT_EQ(report.people_written, 100);
    EXPECT_THAT(report.not_written_back, SizeIs(4));
    EXPECT_THAT(report.not_written_back.back(), HasSubstr("the others wait for the next run"));
    directory.before_write = nullptr;
    EXPECT_EQ(sync().written_back, 100);
    expect_settled();
}

TEST_F(WriteBackOfASync, TheDirectorysOwnChangeWins) {
    sync();
    set_forwarding("abc1", "mine@example.com");
    // Somebody changes it there between the reading and the writing.
    directory.before_write = [&](const feed::DirectoryChange& change) -> Expected<void> {
        auto entries = directory.entries();
        entries.at(change.username).forwarding_address = "there@example.com";
        directory.set(entries);
        return {};
    };
    const feed::SyncReport report = sync();
    EXPECT_THAT(report.not_written_back, ElementsAre(HasSubstr("abc1: the directory has another address")));
    EXPECT_EQ(person("abc1").forwarding_address, "mine@example.com");
    directory.before_write = nullptr;
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "there@example.com");
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "there@example.com");
    expect_settled();
}

TEST_F(WriteBackOfASync, WhoHasLeftTheDirectoryMeanwhileIsReported) {
    directory.before_write = [&](const feed::DirectoryChange& change) -> Expected<void> {
        if (change.username == "def2") {
            auto entries = directory.entries();
            entries.erase("def2");
            directory.set(entries);
        }
        return {};
    };
    EXPECT_THAT(sync().not_written_back, ElementsAre(HasSubstr("def2: not in the directory any more")));
}

TEST_F(WriteBackOfASync, WhatAPersonSetsWhileItIsWrittenBackIsNotLost) {
    sync();
    set_forwarding("abc1", "first@example.com");
    directory.after_write = [&](const feed::DirectoryChange&) {
        set_forwarding("abc1", "second@example.com");
    };
    sync();
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "first@example.com");
    EXPECT_EQ(person("abc1").forwarding_address, "second@example.com");
    directory.after_write = nullptr;
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "second@example.com")
        << "the directory has not changed itself";
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "second@example.com");
    expect_settled();
}

// A directory may get a place for addresses when the site has had people for a year.
TEST_F(WriteBackOfASync, WhatTheDirectoryHasNoPlaceForWaitsUntilItHasOne) {
    directory.carried = {.forwarding_address = false, .tombstone_address = true, .mail = false};
    EXPECT_TRUE(sync().is_clean());
    set_forwarding("abc1", "mine@example.com");
    set_tombstone("def2", "tomb@example.com");
    const feed::SyncReport without = sync();
    EXPECT_TRUE(without.is_clean());
    EXPECT_EQ(without.written_back, 1) << "def2's tombstone address";
    EXPECT_EQ(directory.entries().at("def2"), (Entry{"", "tomb@example.com", {}}));
    expect_settled();
    directory.carried = {.forwarding_address = true, .tombstone_address = true, .mail = true};
    const feed::SyncReport with = sync();
    EXPECT_TRUE(with.is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "mine@example.com") << "nothing is taken away";
    EXPECT_EQ(person("def2").forwarding_address, "def2@hermes.example.org");
    EXPECT_EQ(directory.entries().at("abc1"), (Entry{"mine@example.com", "", {"abc1@cam.example.org"}}));
    EXPECT_EQ(directory.entries().at("def2"),
              (Entry{"def2@hermes.example.org", "tomb@example.com", {"def2@cam.example.org"}}));
    expect_settled();
}

// The directory has it, and nobody came to note that.
TEST_F(WriteBackOfASync, LC_5_WhatIsSetBehindALostNoteWins) {
    sync();
    set_forwarding("abc1", "first@example.com");
    set_tombstone("abc1", "tomb-first@example.com");
    ASSERT_NO_FATAL_FAILURE(sync_that_dies_behind_a_write());
    ASSERT_EQ(directory.entries().at("abc1").forwarding_address, "first@example.com");
    set_forwarding("abc1", "second@example.com");
    set_tombstone("abc1", "");
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "second@example.com");
    EXPECT_EQ(person("abc1").tombstone_address, "");
    EXPECT_EQ(directory.entries().at("abc1"), (Entry{"second@example.com", "", {"abc1@cam.example.org"}}));
    expect_settled();
}

// The sync behind a lost note does not get to it: the person is changed while it runs.
TEST_F(WriteBackOfASync, LC_5_WhatIsSetBehindALostNoteWinsTwoSyncsLater) {
    sync();
    set_forwarding("abc1", "first@example.com");
    ASSERT_NO_FATAL_FAILURE(sync_that_dies_behind_a_write());
    auto store = site.open_store();
    const auto report = feed::synchronise(
        *store, directory, accounts, &directory, policy,
        {.dry_run = false, .forced = {}, .accepted_date = {}, .today = today, .author = author}, {},
        [&](const feed::SyncReport&) { set_forwarding("abc1", "second@example.com"); });
    ASSERT_TRUE(report);
    EXPECT_THAT(report->outdated, ElementsAre("abc1"));
    EXPECT_THAT(report->not_written_back, IsEmpty());
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "second@example.com");
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "second@example.com");
    expect_settled();
}

// The modify arrives, its answer does not.
TEST_F(WriteBackOfASync, LC_5_WhatIsSetBehindALostAnswerWins) {
    sync();
    set_forwarding("abc1", "first@example.com");
    directory.before_write = [&](const feed::DirectoryChange& change) -> Expected<void> {
        auto entries = directory.entries();
        entries.at(change.username).forwarding_address = change.forwarding_address->after;
        directory.set(entries);
        return temporary_failure(change.username + ": no answer");
    };
    EXPECT_FALSE(sync().is_clean());
    directory.before_write = nullptr;
    set_forwarding("abc1", "second@example.com");
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "second@example.com");
    EXPECT_EQ(directory.entries().at("abc1").forwarding_address, "second@example.com");
    expect_settled();
}

// What has certainly not been written does not hide that the directory changes itself.
TEST_F(WriteBackOfASync, WhatTheDirectoryDidNotTakeIsNoOwnWrite) {
    sync();
    set_forwarding("abc1", "mine@example.com");
    directory.before_write = [&](const feed::DirectoryChange& change) -> Expected<void> {
        EXPECT_EQ(person(change.username).written_forwarding_address, "mine@example.com");
        auto entries = directory.entries();
        entries.at(change.username).forwarding_address = "there@example.com";
        directory.set(entries);
        return {};
    };
    sync();
    EXPECT_EQ(person("abc1").written_forwarding_address, std::nullopt);
}

TEST_F(WriteBackOfASync, WhatAPersonSetsWhileTheFeedIsReadIsNotLost) {
    sync();
    auto entries = directory.entries();
    entries.at("abc1").tombstone_address = "tomb@example.com";
    directory.set(entries);
    auto store = site.open_store();
    const auto report = feed::synchronise(
        *store, directory, accounts, &directory, policy,
        {.dry_run = false, .forced = {}, .accepted_date = {}, .today = today, .author = author}, {},
        [&](const feed::SyncReport&) { set_forwarding("abc1", "mine@example.com"); });
    ASSERT_TRUE(report);
    EXPECT_THAT(report->outdated, ElementsAre("abc1"));
    EXPECT_FALSE(report->is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "mine@example.com");
    EXPECT_TRUE(sync().is_clean());
    EXPECT_EQ(person("abc1").forwarding_address, "mine@example.com");
    EXPECT_EQ(person("abc1").tombstone_address, "tomb@example.com");
    expect_settled();
}

TEST_F(WriteBackOfASync, NobodyWhoHasLeftIsWrittenBack) {
    sync();
    auto entries = directory.entries();
    entries.erase("abc1");
    directory.set(entries);
    policy.vanishing_percent = 100;
    sync();
    auto store = site.open_store();
    const auto gone = store->find("abc1").value();
    ASSERT_TRUE(gone->cancelled);
    const auto step = tombstone::set_tombstone(*gone, "tomb@example.com", "test", policy);
    const store::Write write{&step->person, step->changes};
    ASSERT_TRUE(store->write({&write, 1}, author));
    EXPECT_TRUE(sync().is_clean()) << "that is no fault";
}

// The process dies in front of or behind the nth write to the directory: the next sync completes it.
TEST_F(WriteBackOfASync, KilledAtAnyWriteTheNextSyncCompletesIt) {
    const auto start = directory.entries();
    const std::map<std::string, Entry> expected{
        {"abc1", {"abc1@hermes.example.org", "", {"abc1@cam.example.org"}}},
        {"def2", {"def2@hermes.example.org", "", {"def2@cam.example.org"}}},
        {"ghi3", {"ghi3@hermes.example.org", "", {"ghi3@cam.example.org"}}},
        {"set4", {"s@example.com", "", {}}}};
    for (int death = 0; death < 6; ++death) {
        std::filesystem::remove_all(site.path("store"));
        site.folder().make_directory("store");
        directory.set(start);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            int writes = 0;
            directory.before_write = [&](const feed::DirectoryChange&) -> Expected<void> {
                if (writes++ == death)
                    ::raise(SIGKILL);
                return {};
            };
            directory.after_write = [&](const feed::DirectoryChange&) {
                if (writes + 2 == death) // 3, 4, 5: behind the first, second, third
                    ::raise(SIGKILL);
            };
            sync();
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << death;
        EXPECT_TRUE(sync().is_clean());
        EXPECT_EQ(directory.entries(), expected) << death;
        EXPECT_THAT(site.history("abc1"), ElementsAre("set-up", "created"));
        expect_settled();
    }
}

} // namespace
} // namespace columbarium::e2e
