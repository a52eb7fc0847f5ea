// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium sync: what it says and how it ends. What it does with servers is in
// carddav_delivery_test.cpp.
#include <filesystem>

#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class DoveadmSync : public DoveadmTest {
  protected:
    // A book for everybody on a server that is not there.
    void use_book_on_a_dead_server() {
        const auto port = std::to_string(rig::listen_on_loopback().port);
        options.site_config =
            "[lists.\":addrbook:default\"]\ntype = \"carddav\"\nurl = \"https://127.0.0.1:" + port +
            "/%u/book/\"\nuser = \"%u\"\npassword_file = \"~/.dav\"\n";
    }
};

TEST_F(DoveadmSync, HasNothingToDoWithoutBooksOnServers) {
    const auto result = columbarium({"sync", "-u", "alice"}, "tab");
    EXPECT_EQ(result.status, 0) << to_string(result);
}

TEST_F(DoveadmSync, TellsWhatFailedForEachUserAndGoesOn) {
    use_book_on_a_dead_server();
    write_private_file("home/alice/.dav", "secret of alice\n");
    write_private_file("home/bob/.dav", "secret of bob\n");
    const auto result = columbarium({"sync", "-A"});
    EXPECT_EQ(result.status, status_temporary);
    const auto all = rows(result);
    ASSERT_THAT(all, SizeIs(2)) << to_string(result);
    for (const auto& row : all) {
        EXPECT_EQ(row.at("list"), ":addrbook:default");
        EXPECT_EQ(row.at("total"), 0);
        EXPECT_THAT(row.at("result").get<std::string>(), HasSubstr("https://127.0.0.1:"));
    }
    EXPECT_NE(all[0].at("username"), all[1].at("username"));
    EXPECT_THAT(result.output + result.errors, Not(HasSubstr("secret")));
}

TEST_F(DoveadmSync, RefusesAPasswordFileThatOthersCanRead) {
    use_book_on_a_dead_server();
    const auto path = write_private_file("home/alice/.dav", "secret\n");
    std::filesystem::permissions(path, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const auto result = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(result.status, status_not_possible);
    EXPECT_THAT(rows(result)[0].at("result").get<std::string>(),
                AllOf(HasSubstr(path), HasSubstr("0604"), HasSubstr("chmod 600")));
}

TEST_F(DoveadmSync, RefusesAPasswordFileThatIsMissingEmptyOrNoFile) {
    use_book_on_a_dead_server();
    EXPECT_EQ(columbarium({"sync", "-u", "alice"}).status, status_not_possible);
    write_private_file("home/alice/.dav", "\nsecret on the second line\n");
    EXPECT_EQ(columbarium({"sync", "-u", "alice"}).status, status_not_possible);
    std::filesystem::remove(home("alice") / ".dav");
    std::filesystem::create_directory(home("alice") / ".dav");
    const auto folder = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(folder.status, status_not_possible);
    EXPECT_THAT(rows(folder)[0].at("result").get<std::string>(), HasSubstr(".dav"));
}

TEST_F(DoveadmSync, WritesNoProgressWhereNobodyWatches) {
    use_book_on_a_dead_server();
    write_private_file("home/alice/.dav", "secret\n");
    const auto result = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(result.errors.find('\r'), std::string::npos) << to_string(result);
}

} // namespace
} // namespace columbarium::e2e
