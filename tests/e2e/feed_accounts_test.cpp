// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has an account, asked of a real Dovecot.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "feed/accounts.hpp"
#include "rig/dovecot.hpp"
#include "wire/userdb_client.hpp"

namespace columbarium::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using tombstone::Account;

class FeedAccounts : public ::testing::Test {
  protected:
    FeedAccounts() {
        options.extra_conf = "service auth {\n  unix_listener accounts-userdb {\n    mode = 0600\n  }\n}\n";
    }

    rig::Dovecot& start() {
        server = std::make_unique<rig::Dovecot>(options);
        return *server;
    }

    [[nodiscard]] std::string socket() const {
        return (server->directory() / "run/accounts-userdb").string();
    }

    [[nodiscard]] std::unique_ptr<feed::Accounts>
    accounts(const std::string& account_name = "{username}") const {
        config::PeoplePolicy policy;
        policy.accounts = "userdb:" + socket();
        policy.account_name = account_name;
        auto opened = feed::open_accounts(policy);
        if (!opened) {
            throw std::runtime_error(opened.error().text);
        }
        return std::move(*opened);
    }

    static wire::Clock::time_point in_good_time() { return wire::Clock::now() + 20s; }

    rig::DovecotOptions options;
    std::unique_ptr<rig::Dovecot> server;
};

TEST_F(FeedAccounts, AreThoseOfTheUserdb) {
    options.users = {{"abc1", ""}, {"abc2", ""}};
    start();
    const auto known = accounts();
    EXPECT_EQ(known->ask("abc1"), Account::yes);
    EXPECT_EQ(known->ask("abc2"), Account::yes);
    EXPECT_EQ(known->ask("abc3"), Account::no);
    EXPECT_EQ(known->trouble(), "");
}

TEST_F(FeedAccounts, AreAskedByTheirOwnNames) {
    options.users = {{"abc1", ""}};
    start();
    // The rig's Dovecot takes the local part for the name.
    EXPECT_EQ(accounts("{username}@hermes.example.org")->ask("abc1"), Account::yes);
    EXPECT_EQ(accounts("hermes-{username}")->ask("abc1"), Account::no);
}

// All users are listed once; who is not in the list is looked up.
TEST_F(FeedAccounts, AreListedWhereManyAreAskedAbout) {
    for (int i = 0; i < 200; ++i) {
        options.users["user" + std::to_string(i)] = "";
    }
    options.extra_conf += "auth_debug = yes\n";
    start();
    const auto known = accounts();
    for (int i = 0; i < 220; ++i) {
        EXPECT_EQ(known->ask("user" + std::to_string(i)), i < 200 ? Account::yes : Account::no) << i;
    }
    EXPECT_EQ(known->trouble(), "");
    const std::string log = server->log();
    EXPECT_THAT(log, HasSubstr("master in: LIST"));
    EXPECT_THAT(log, HasSubstr("\tuser5\t"));
    EXPECT_THAT(log, Not(HasSubstr("\tuser150\tservice")));
    EXPECT_THAT(log, HasSubstr("\tuser210\t"));
}

// The rig's userdb without users is one that knows everybody, and cannot list them.
TEST_F(FeedAccounts, AreAskedOneByOneWhereTheUserdbHasNoList) {
    start();
    const auto known = accounts();
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(known->ask("user" + std::to_string(i)), Account::yes);
    }
    EXPECT_EQ(known->trouble(), "");
}

TEST_F(FeedAccounts, LC_21_AreUnknownWhileDovecotIsDown) {
    options.users = {{"abc1", ""}};
    start();
    EXPECT_EQ(accounts()->ask("abc1"), Account::yes);
    const std::string path = socket();
    const auto known = accounts();
    server->stop();
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(known->ask("abc2"), Account::unknown);
    }
    EXPECT_THAT(known->trouble(), HasSubstr(path));
}

TEST_F(FeedAccounts, LC_21_AreUnknownWhereNobodyListens) {
    config::PeoplePolicy policy;
    policy.accounts = "userdb:/nowhere/userdb";
    const auto opened = feed::open_accounts(policy);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->ask("abc1"), Account::unknown);
    EXPECT_THAT((*opened)->trouble(), HasSubstr("/nowhere/userdb: nobody listens there"));
}

TEST_F(FeedAccounts, HaveTheUidOfTheirUser) {
    options.users = {{"abc1", "uid=4711"}};
    start();
    wire::UserdbClient client(socket());
    const auto user = client.look_up("abc1", in_good_time());
    ASSERT_TRUE(user) << user.error().text;
    ASSERT_TRUE(*user);
    EXPECT_EQ((*user)->name, "abc1");
    std::vector<std::string> names;
    ASSERT_TRUE(client.list([&](std::string_view name) { names.emplace_back(name); }, in_good_time()));
    EXPECT_THAT(names, Contains("abc1"));
}

} // namespace
} // namespace columbarium::e2e
