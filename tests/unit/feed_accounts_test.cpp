// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists of accounts. The userdb is asked in tests with a real one.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <gmock/gmock.h>

#include "feed/accounts.hpp"
#include "rig/eventually.hpp"
#include "scratch_folder.hpp"

namespace columbarium::feed {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using tombstone::Account;

class ListOfAccounts : public ::testing::Test {
  protected:
    std::unique_ptr<Accounts> open() const {
        config::PeoplePolicy policy;
        policy.accounts = "list:" + path;
        auto accounts = open_accounts(policy);
        EXPECT_TRUE(accounts);
        return std::move(*accounts);
    }
    std::unique_ptr<Accounts> open(const std::string& text) const {
        test::write_file(path, text);
        return open();
    }

    test::ScratchFolder folder;
    const std::string path = folder / "accounts";
};

TEST_F(ListOfAccounts, TellsWhoHasAnAccount) {
    const auto accounts = open("# of hermes\nabc1\r\n  ABC2 \n\nabc3\n");
    for (const char* username : {"abc1", "abc2", "abc3"})
        EXPECT_EQ(accounts->ask(username), Account::yes) << username;
    EXPECT_EQ(accounts->ask("abc4"), Account::no);
    EXPECT_EQ(accounts->trouble(), "");
}

TEST_F(ListOfAccounts, LC_21_KnowsNobodyWhereItCannotBeRead) {
    const auto accounts = open();
    EXPECT_EQ(accounts->ask("abc1"), Account::unknown);
    EXPECT_THAT(accounts->trouble(), AllOf(HasSubstr(path), HasSubstr("No such file")));
}

TEST_F(ListOfAccounts, LC_21_KnowsNobodyWhereItIsEmpty) {
    for (const char* text : {"", "\n", "# nobody yet\n"}) {
        const auto accounts = open(text);
        EXPECT_EQ(accounts->ask("abc1"), Account::unknown) << text;
        EXPECT_THAT(accounts->trouble(), HasSubstr("is empty")) << text;
    }
}

// Who is missing may be what could not be read.
TEST_F(ListOfAccounts, DoesNotSayNoWhereItIsDamaged) {
    for (const char* text : {"abc1\nabc2", "abc1\nA B\n", "abc1\n\xff\xfe\n", "abc1\nabc2@example.org\n"}) {
        const auto accounts = open(text);
        EXPECT_EQ(accounts->ask("abc1"), Account::yes) << text;
        EXPECT_EQ(accounts->ask("abc3"), Account::unknown) << text;
        EXPECT_THAT(accounts->trouble(), HasSubstr(path)) << text;
    }
    const auto accounts = open("abc1\n" + std::string(10'000'000, 'x') + "\nabc2\n");
    EXPECT_EQ(accounts->ask("abc3"), Account::unknown);
}

// Somebody still writes it: who is missing may come, and who is there may go.
TEST_F(ListOfAccounts, LC_21_KnowsNobodyWhereItChangesWhileItIsRead) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += "abc" + std::to_string(i) + "\n";
    test::write_file(path, text);
    std::atomic<bool> is_over = false;
    std::thread writer([&] {
        for (auto time = std::filesystem::last_write_time(path); !is_over; time += std::chrono::seconds(1))
            std::filesystem::last_write_time(path, time);
    });
    std::unique_ptr<Accounts> accounts;
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        accounts = open();
        return accounts->trouble().find("changed while it was read") != std::string::npos;
    }));
    is_over = true;
    writer.join();
    EXPECT_THAT(accounts->trouble(), HasSubstr(path));
    EXPECT_EQ(accounts->ask("abc1"), Account::unknown) << "though it was in what was read";
    EXPECT_EQ(accounts->ask("xyz1"), Account::unknown);
    EXPECT_EQ(open()->ask("abc1"), Account::yes);
}

TEST(AccountsOfNothing, AreUnknownWithoutTrouble) {
    const auto accounts = open_accounts({});
    ASSERT_TRUE(accounts);
    EXPECT_EQ((*accounts)->ask("abc1"), Account::unknown);
    EXPECT_EQ((*accounts)->trouble(), "");
}

TEST(AccountsOfSomethingElse, AreAFailure) {
    config::PeoplePolicy policy;
    policy.accounts = "file:/etc/passwd";
    const auto accounts = open_accounts(policy);
    ASSERT_FALSE(accounts);
    EXPECT_EQ(accounts.error().kind, ErrorKind::permanent);
}

} // namespace
} // namespace columbarium::feed
