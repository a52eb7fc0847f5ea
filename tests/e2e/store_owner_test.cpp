// SPDX-License-Identifier: LGPL-2.1-or-later
// Commands about people that root runs: in the folder of the service's user, root is that user.
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "people_site_fixture.hpp"

namespace columbarium::e2e {

namespace {

using ::testing::HasSubstr;

class RootsCommand : public ::testing::Test {
  protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "only root can become somebody else";
        folder.write("people.csv", "username,id,full_name,affiliation,forwarding_address,tombstone_address\n"
                                   "abc1,,Alice Baker,Physics,,\n");
    }

    [[nodiscard]] rig::RunResult run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {COLUMBARIUM_COMMAND, "people"});
        arguments.insert(arguments.end(), {"--config", site.config()});
        return rig::run(arguments);
    }

    // Says who runs it, in a place that everybody may write to.
    rig::TemporaryDirectory folder{rig::server_account()};
    PeopleSite site{"kind = \"csv\"\ncommand = [\"/bin/sh\", \"-c\", \"{ id -u; id -g; id -G; } > " +
                    (folder.path() / "who").string() + "; cat " + (folder.path() / "people.csv").string() +
                    "\"]\n"};
};

TEST_F(RootsCommand, ReadsTheFeedAndWritesTheStoreAsTheOwnerOfItsFolder) {
    const rig::RunResult result = run({"sync"});
    ASSERT_EQ(result.status, 0) << to_string(result);
    const std::string who = rig::read_file(folder.path() / "who");
    EXPECT_EQ(who, rig::run({"/bin/sh", "-c", "id -u; id -g; id -G"}, {.account = site.account()}).output);
    EXPECT_THAT(who, HasSubstr(std::to_string(site.account().uid) + "\n"));
    for (const auto& entry : std::filesystem::directory_iterator(site.path("store"))) {
        struct stat status {};
        ASSERT_EQ(lstat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_uid, site.account().uid) << entry.path();
    }
    EXPECT_EQ(site.people({"show", "abc1"}).status, 0) << "the service cannot read it";
}

TEST_F(RootsCommand, OpensNothingThatTheOwnerCannotOpen) {
    ASSERT_EQ(run({"sync"}).status, 0);
    std::filesystem::permissions(site.path("store/store.sqlite"), std::filesystem::perms::none);
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"sync"}, {"show", "abc1"}, {"cancel", "abc1"}, {"history", "abc1"}, {"rename", "abc1", "b"}}) {
        const rig::RunResult result = run(command);
        EXPECT_EQ(result.status, 1) << command.front();
        EXPECT_THAT(result.errors, HasSubstr("store.sqlite"));
    }
}

TEST_F(RootsCommand, NamesRootInTheHistoryWhereNobodyHasLoggedIn) {
    ASSERT_EQ(run({"sync"}).status, 0);
    ASSERT_EQ(run({"set-forwarding", "abc1", "alice@example.com", "--by", "helpdesk"}).status, 0);
    ASSERT_EQ(run({"set-tombstone", "abc1", "alice@tomb.example"}).status, 0);
    const auto lines = json_lines(run({"history", "abc1", "--json"}).output);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].at("who"), site.account().user) << "the user that the command became";
    EXPECT_EQ(lines[1].at("who"), "helpdesk");
}

TEST_F(RootsCommand, RefusesAFolderOfRootThatOthersMayWriteTo) {
    ASSERT_EQ(chown(site.path("store").c_str(), 0, 0), 0);
    std::filesystem::permissions(site.path("store"), std::filesystem::perms(0777));
    const rig::RunResult result = run({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, HasSubstr("others may write to it"));
    EXPECT_TRUE(std::filesystem::is_empty(site.path("store")));
}

// Where the folder is root's, or the store a PostgreSQL, nobody is there to become.
TEST_F(RootsCommand, NeverRunsTheFeedsProgramAsRoot) {
    ASSERT_EQ(chown(site.path("store").c_str(), 0, 0), 0);
    const rig::RunResult result = run({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, HasSubstr("must not run as root"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "who"));
}

} // namespace

} // namespace columbarium::e2e
