// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium import.
#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using DoveadmImport = DoveadmTest;

TEST_F(DoveadmImport, PutsTheCardsOfAFileIntoTheUsersBook) {
    const auto file = dovecot().write_file("cards.vcf", vcard("1", "Fred", "fred@example.org") +
                                                            vcard("2", "Wilma", "wilma@example.org"));
    const auto first = columbarium({"import", "-u", "alice", file.string()});
    EXPECT_EQ(first.status, 0) << to_string(first);
    ASSERT_THAT(rows(first), SizeIs(1));
    EXPECT_EQ(rows(first)[0].at("added"), 2);
    EXPECT_EQ(rows(first)[0].at("replaced"), 0);
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "wilma@example.org"}).status, 0);
    EXPECT_EQ(columbarium({"lookup", "-u", "bob", ":addrbook:default", "wilma@example.org"}).status,
              status_not_found);

    const auto second = columbarium({"import", "-u", "alice", file.string()});
    EXPECT_EQ(rows(second)[0].at("added"), 0);
    EXPECT_EQ(rows(second)[0].at("replaced"), 2);
}

TEST_F(DoveadmImport, FindsAFileByARelativePath) {
    dovecot().write_file("cards.vcf", vcard("1", "Fred", "fred@example.org"));
    // The rig starts doveadm in the server's directory; doveadm itself changes to the user's home.
    const auto result = columbarium({"import", "-u", "alice", "cards.vcf"});
    EXPECT_EQ(result.status, 0) << to_string(result);
}

TEST_F(DoveadmImport, WantsAnAbsolutePathWhereTheServerReadsTheFile) {
    const auto file = dovecot().write_file("cards.vcf", vcard("1", "Fred", "fred@example.org"));
    // Where doveadm-server starts, which is not where the caller is.
    dovecot().write_file("run/cards.vcf", vcard("2", "Wilma", "wilma@example.org"));
    const std::string socket = (dovecot().directory() / "run" / "doveadm-server").string();
    const auto relative = columbarium({"import", "-S", socket, "-u", "alice", "cards.vcf"}, "tab");
    EXPECT_EQ(relative.status, status_usage) << to_string(relative);
    EXPECT_THAT(relative.errors, HasSubstr("absolute path"));
    for (const char* address : {"fred@example.org", "wilma@example.org"})
        EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", address}).status,
                  status_not_found);

    const auto absolute = columbarium({"import", "-S", socket, "-u", "alice", file.string()}, "tab");
    EXPECT_EQ(absolute.status, 0) << to_string(absolute);
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status, 0);
}

TEST_F(DoveadmImport, TellsOfCardsThatCannotBeRead) {
    const auto file = dovecot().write_file("cards.vcf", vcard("1", "Fred", "fred@example.org") +
                                                            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Half\r\n");
    const auto result = columbarium({"import", "-u", "alice", file.string()});
    EXPECT_EQ(result.status, status_not_possible) << to_string(result);
    EXPECT_EQ(rows(result)[0].at("added"), 1);
    EXPECT_EQ(rows(result)[0].at("unreadable"), 1);
    EXPECT_THAT(result.errors, HasSubstr("cards.vcf"));
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status, 0);
}

TEST_F(DoveadmImport, SaysThatTheFileIsNotThere) {
    const auto result = columbarium({"import", "-u", "alice", "/nowhere/cards.vcf"});
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.errors, HasSubstr("/nowhere/cards.vcf"));
}

TEST_F(DoveadmImport, RefusesABookThatIsNoFolder) {
    options.users["alice"] = "userdb_columbarium_addrbook=file:~/friends";
    const auto file = dovecot().write_file("cards.vcf", vcard("1", "Fred", "fred@example.org"));
    const auto result = columbarium({"import", "-u", "alice", file.string()});
    EXPECT_EQ(result.status, status_not_possible) << to_string(result);
}

} // namespace
} // namespace columbarium::e2e
