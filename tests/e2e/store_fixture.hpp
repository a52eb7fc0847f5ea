// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests of the store that run on SQLite and on a private PostgreSQL, one as the other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <gtest/gtest.h>

#include "reply/claim.hpp"
#include "rig/directory.hpp"
#include "rig/postgresql.hpp"
#include "store/store.hpp"

namespace columbarium::e2e {

using Kind = config::StorePlace::Kind;

// Some seconds since 1970.
[[nodiscard]] std::chrono::sys_seconds at(long long seconds);

[[nodiscard]] tombstone::Date day(const char* text);

[[nodiscard]] store::Author author(std::string_view who = "sync");

// A person of whom every field differs from its default.
[[nodiscard]] tombstone::Person full_person(const std::string& username);

// A person of whom only the username does.
[[nodiscard]] tombstone::Person plain_person(const std::string& username);

// A claim that no cap is near to.
[[nodiscard]] reply::Claim claim_for(const std::string& sender, std::vector<std::string> people,
                                     long long now, long long until);

// "user000042"
[[nodiscard]] std::string numbered(std::size_t number);

// Writes people, each with one change of this kind; fails the test where that fails. Returns who is outdated.
std::vector<std::string> write(store::Store& store, const std::vector<tombstone::Person>& people,
                               tombstone::ChangeKind kind = tombstone::ChangeKind::created,
                               const store::Author& by = author());

// All usernames of the store, in its order.
[[nodiscard]] std::vector<std::string> usernames(store::Store& store);

// All lines of a person's history.
[[nodiscard]] std::vector<store::HistoryEntry> history(store::Store& store, std::string_view username);

// A process of its own, forked from the test. What `body` returns goes to standard output of the test's
// end of a pipe.
class Child {
  public:
    // `as_server`: as the account of the rig's servers, which is no root.
    explicit Child(const std::function<std::string()>& body, bool as_server = false);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    void kill();                              // SIGKILL, and waits for its end
    [[nodiscard]] std::string result();       // waits until it has ended by itself
    void wait_for_output(std::size_t octets); // until it has written so many, see say()

    // For bodies: writes to the test at once.
    static void say(std::string_view text);

  private:
    void read_more();

    pid_t pid_ = -1;
    int reading_ = -1;
    std::string output_;
};

// A fresh store of one kind.
class StoreTest : public ::testing::TestWithParam<Kind> {
  protected:
    StoreTest();
    static void TearDownTestSuite();

    [[nodiscard]] const config::StorePlace& place() const { return place_; }
    [[nodiscard]] bool is_sqlite() const { return place_.kind == Kind::sqlite; }
    [[nodiscard]] const std::string& path() const { return place_.path; } // of SQLite
    [[nodiscard]] static rig::Postgresql& server();                       // of PostgreSQL
    [[nodiscard]] const std::string& database() const { return database_; }

    // Opens it; throws where that fails.
    [[nodiscard]] std::unique_ptr<store::Store> open(store::Waiting waiting = {}) const;

    // Why opening it fails; "" where it does not.
    [[nodiscard]] std::string open_fault(store::Waiting waiting = {std::chrono::milliseconds(100)}) const;

    // Runs SQL past the store.
    std::string run_sql(const std::string& sql) const;

    rig::TemporaryDirectory folder_;

  private:
    config::StorePlace place_;
    std::string database_;
};

[[nodiscard]] std::string name_of(const ::testing::TestParamInfo<Kind>& kind);

} // namespace columbarium::e2e

#define COLUMBARIUM_FOR_EACH_STORE(fixture)                                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                                                \
        On, fixture, ::testing::Values(columbarium::e2e::Kind::sqlite, columbarium::e2e::Kind::postgresql),  \
        columbarium::e2e::name_of)
