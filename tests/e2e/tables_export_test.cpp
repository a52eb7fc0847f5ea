// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium tables export`, and what Postfix and tinycdb find in its files.
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TablesExport : public ::testing::Test {
  protected:
    void SetUp() override {
        site.accounts({"here1"});
        std::vector<std::string> lines{"abc1,,Alice Baker,Physics,alice@Example.COM,alice@tomb.example",
                                       "here1,,Hermes User,Physics,,",
                                       "tomb1,,Tom B,Physics,,tom@tomb.example", "new1,,Nora New,Physics,,",
                                       "o'hara{x}|y,,Odd Name,Physics,odd+x/y=z@example.com,"};
        for (int i = 0; i < 20; ++i)
            lines.push_back("p" + std::to_string(100 + i) + ",,A Person,Physics,,");
        site.feed(lines);
        ASSERT_EQ(site.people({"sync"}).status, 0);
        ASSERT_EQ(site.people({"set-tombstone", "p100", "left@tomb.example"}).status, 0);
        ASSERT_EQ(site.people({"set-forwarding", "p100", "left@example.com"}).status, 0);
        ASSERT_EQ(site.people({"cancel", "p100"}).status, 0);
        site.folder().write("main.cf", "compatibility_level = 3.6\n");
    }

    [[nodiscard]] rig::RunResult export_to(const std::string& format, const std::string& file,
                                           const std::string& table,
                                           std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"tables", "export", "--format", format, "--output", file, table});
        return site.run(more);
    }

    // A table that is expected to be made.
    std::string made(const std::string& format, const std::string& name, const std::string& table) const {
        const rig::RunResult result = export_to(format, site.path(name), table);
        EXPECT_EQ(result.status, 0) << to_string(result);
        EXPECT_THAT(result.errors, IsEmpty());
        return site.path(name);
    }

    // What Postfix finds; "" for nothing.
    [[nodiscard]] std::string postmap(const std::string& table, const std::string& key) const {
        const rig::RunResult result =
            rig::run({"/usr/sbin/postmap", "-c", site.folder().path().string(), "-q", key, table},
                     {.account = site.account()});
        EXPECT_THAT(result.errors, IsEmpty()) << table << ' ' << key;
        return result.output;
    }

    // What a reader of constant databases finds.
    [[nodiscard]] static std::string cdb(const std::string& file, const std::string& key) {
        return rig::run({"/usr/bin/cdb", "-q", file, key}).output;
    }

    PeopleSite site;
};

TEST_F(TablesExport, PostfixFindsForwardingAddressesInBothOfItsFormats) {
    const std::string text = "texthash:" + made("postfix-texthash", "forwarding", "forwarding");
    made("postfix-cdb", "forwarding.cdb", "forwarding");
    for (const std::string& table : {text, "cdb:" + site.path("forwarding")}) {
        EXPECT_EQ(postmap(table, "abc1@cam.example.org"), "alice@example.com\n");
        EXPECT_EQ(postmap(table, "ABC1@Alumni.Example.Org"), "alice@example.com\n");
        EXPECT_EQ(postmap(table, "here1@cam.example.org"), "here1@hermes.example.org\n");
        EXPECT_EQ(postmap(table, "o'hara{x}|y@cam.example.org"), "odd+x/y=z@example.com\n");
        for (const char* none : {"new1", "tomb1", "p100", "p101", "nobody"})
            EXPECT_EQ(postmap(table, std::string(none) + "@cam.example.org"), "") << none;
    }
}

TEST_F(TablesExport, LC_8_LC_9_LC_26_LC_28_TombstoneAddressesAreOfWhoIsNotForwarded) {
    const std::string text = "texthash:" + made("postfix-texthash", "tombstone", "tombstone");
    EXPECT_EQ(postmap(text, "tomb1@cam.example.org"), "tom@tomb.example\n");
    EXPECT_EQ(postmap(text, "p100@alumni.example.org"), "left@tomb.example\n");
    for (const char* none : {"abc1", "here1", "new1", "p101"})
        EXPECT_EQ(postmap(text, std::string(none) + "@cam.example.org"), "") << none;
    EXPECT_THAT(rig::read_file(made("exim-lsearch", "forwarding", "forwarding")),
                testing::Not(HasSubstr("p100")));
}

TEST_F(TablesExport, EximsFormatsHoldTheSame) {
    const std::string database = made("exim-cdb", "forwarding.cdb", "forwarding");
    EXPECT_EQ(cdb(database, "abc1@cam.example.org"), "alice@example.com");
    EXPECT_EQ(cdb(database, "here1@alumni.example.org"), "here1@hermes.example.org");
    EXPECT_EQ(cdb(database, "new1@cam.example.org"), "");
    EXPECT_EQ(rig::read_file(made("exim-lsearch", "tombstone", "tombstone")),
              "p100@cam.example.org: left@tomb.example\np100@alumni.example.org: left@tomb.example\n"
              "tomb1@cam.example.org: tom@tomb.example\ntomb1@alumni.example.org: tom@tomb.example\n");
}

TEST_F(TablesExport, WhatALineCannotHoldIsNamedAndAllOthersAreThere) {
    ASSERT_EQ(site.people({"rename", "p101", "#p101"}).status, 0);
    ASSERT_EQ(site.people({"set-forwarding", "#p101", "hash@example.com"}).status, 0);
    const rig::RunResult result = export_to("postfix-texthash", site.path("forwarding"), "forwarding");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("#p101@cam.example.org"), HasSubstr("comment")));
    EXPECT_EQ(postmap("texthash:" + site.path("forwarding"), "abc1@cam.example.org"), "alice@example.com\n");
    EXPECT_THAT(rig::read_file(made("exim-lsearch", "lsearch", "forwarding")),
                HasSubstr("\"#p101@cam.example.org\": hash@example.com\n"));
    made("postfix-cdb", "forwarding.cdb", "forwarding");
    EXPECT_EQ(postmap("cdb:" + site.path("forwarding"), "#p101@cam.example.org"), "hash@example.com\n");
}

TEST_F(TablesExport, TheFileHasTheModeThatWasAskedForAndNothingElseIsLeft) {
    const std::string file = made("postfix-texthash", "forwarding", "forwarding");
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms(0640));
    EXPECT_EQ(export_to("postfix-texthash", file, "forwarding", {"--mode", "0600"}).status, 0);
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms(0600));
    made("postfix-texthash", "forwarding", "forwarding");
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms(0600)) << "the old file's were lost";
    for (const auto& entry : std::filesystem::directory_iterator(site.folder().path()))
        EXPECT_EQ(entry.path().filename().string().find(".forwarding"), std::string::npos) << entry.path();
}

TEST_F(TablesExport, RootWritesTheTableAndLeavesTheStoreToItsOwner) {
    if (geteuid() != 0)
        GTEST_SKIP() << "only root can become somebody else";
    site.folder().make_directory("mta");
    rig::hand_over(site.path("mta"), {0, 0, "root", "root"}); // nobody else can write there
    std::filesystem::permissions(site.path("mta"), std::filesystem::perms(0700));
    const std::string file = site.path("mta/forwarding");
    const std::vector<std::string> command = {COLUMBARIUM_COMMAND, "tables",     "export", "--format",
                                              "exim-lsearch",      "--output",   file,     "forwarding",
                                              "--config",          site.config()};
    const auto owner = [](const std::string& path) {
        struct stat status {};
        EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
        return std::pair(status.st_uid, status.st_gid);
    };
    const rig::RunResult result = rig::run(command);
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(rig::read_file(file), HasSubstr("abc1@cam.example.org: alice@example.com\n"));
    EXPECT_EQ(owner(file), std::pair(uid_t{0}, gid_t{0}));
    // Whom an administrator has given it to keeps it.
    ASSERT_EQ(chown(file.c_str(), 0, site.account().gid), 0);
    EXPECT_EQ(rig::run(command).status, 0);
    EXPECT_EQ(owner(file), std::pair(uid_t{0}, site.account().gid));
    // What the store's owner cannot open, root does not open for him.
    std::filesystem::permissions(site.path("store/store.sqlite"), std::filesystem::perms::none);
    const rig::RunResult closed = rig::run(command);
    EXPECT_EQ(closed.status, 1);
    EXPECT_THAT(closed.errors, HasSubstr("store.sqlite"));
}

TEST_F(TablesExport, ReportsAsJson) {
    const rig::RunResult result = export_to("exim-cdb", site.path("x"), "tombstone", {"--json"});
    const auto lines = json_lines(result.output);
    ASSERT_EQ(lines.size(), 1);
    EXPECT_EQ(lines[0].at("table"), "tombstone");
    EXPECT_EQ(lines[0].at("entries"), 4);
    EXPECT_EQ(lines[0].at("people"), 25);
}

TEST_F(TablesExport, AFailureLeavesTheOldFile) {
    const std::string file = made("postfix-texthash", "forwarding", "forwarding");
    const std::string before = rig::read_file(file);
    // A store that is none.
    site.folder().write("store/store.sqlite", std::string(8192, 'x'));
    const rig::RunResult damaged = export_to("postfix-texthash", file, "forwarding");
    EXPECT_EQ(damaged.status, 1);
    EXPECT_THAT(damaged.errors, HasSubstr("store.sqlite"));
    EXPECT_EQ(rig::read_file(file), before);
}

TEST_F(TablesExport, WhatIsNoFileIsNotReplaced) {
    std::filesystem::create_symlink("/dev/null", site.path("link"));
    for (const std::string& path :
         {site.path("store"), site.path("link"), std::string("/nowhere/forwarding")}) {
        const rig::RunResult result = export_to("exim-lsearch", path, "forwarding");
        EXPECT_EQ(result.status, 1) << path;
        EXPECT_THAT(result.errors, HasSubstr(path));
    }
    EXPECT_TRUE(std::filesystem::is_symlink(site.path("link")));
}

TEST_F(TablesExport, WrongArgumentsAreExitStatus2) {
    EXPECT_EQ(export_to("postfix-hash", site.path("x"), "forwarding").status, 2);
    EXPECT_EQ(export_to("exim-cdb", site.path("x"), "resolve").status, 2);
    EXPECT_EQ(export_to("exim-cdb", site.path("x"), "forwarding", {"--mode", "9"}).status, 2);
    EXPECT_EQ(export_to("exim-cdb", site.path("x"), "forwarding", {"--mode", "01777"}).status, 2);
    const rig::RunResult name = export_to("postfix-cdb", site.path("x"), "forwarding");
    EXPECT_EQ(name.status, 2);
    EXPECT_THAT(name.errors, HasSubstr(".cdb"));
    EXPECT_FALSE(std::filesystem::exists(site.path("x")));
}

} // namespace
} // namespace columbarium::e2e
