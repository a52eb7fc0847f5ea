// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium lists, lookup and members.
#include <sstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "doveadm_fixture.hpp"
#include "rig/eventually.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* staff = "tag:example.org,2026:staff";
constexpr const char* down = "tag:example.org,2026:down";

class DoveadmLists : public DoveadmTest {
  protected:
    // The row of a list, or an empty object.
    static nlohmann::json row_of(const nlohmann::json& all, const std::string& name) {
        for (const auto& row : all)
            if (row.at("name") == name)
                return row;
        ADD_FAILURE() << "no list " << name << " in " << all;
        return nlohmann::json::object();
    }
};

TEST_F(DoveadmLists, ShowsNameKindPlaceSizeAndAge) {
    write_card("alice", "1", "Fred Foobar", "fred@example.org");
    write_card("alice", "2", "Wilma", "wilma@example.org");
    const auto result = columbarium({"lists", "-u", "alice"});
    const auto row = row_of(rows(result), ":addrbook:default");
    EXPECT_EQ(row.at("kind"), "vdir");
    EXPECT_EQ(row.at("place"), (home("alice") / "contacts").string());
    EXPECT_EQ(row.at("members"), "2");
    EXPECT_EQ(row.at("state"), "ok");
    EXPECT_THAT(row.at("changed").get<std::string>(),
                MatchesRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
    EXPECT_THAT(row.at("age").get<std::string>(), MatchesRegex("[0-9]+s"));
}

TEST_F(DoveadmLists, SaysWhichListCannotBeAskedAndFailsTemporarily) {
    const std::string file = (dovecot().directory() / "staff").string();
    const auto result = columbarium({"lists", "-u", "alice"});
    EXPECT_EQ(result.status, status_temporary) << to_string(result);
    const auto missing = row_of(rows(result), staff);
    EXPECT_EQ(missing.at("kind"), "file");
    EXPECT_EQ(missing.at("place"), file);
    EXPECT_THAT(missing.at("state").get<std::string>(), HasSubstr(file));
    const auto dead = row_of(rows(result), down);
    EXPECT_EQ(dead.at("kind"), "dict");
    EXPECT_THAT(dead.at("place").get<std::string>(), HasSubstr("redis:host=127.0.0.1:port=1"));
    EXPECT_THAT(dead.at("state").get<std::string>(), HasSubstr("redis"));
    EXPECT_EQ(row_of(rows(result), ":addrbook:default").at("state"), "ok");
}

TEST_F(DoveadmLists, SucceedsWhereEveryListCanBeAsked) {
    options.site_config.replace(options.site_config.find("redis:"), std::string::npos,
                                "file:@directory@/answers.dict\"\n");
    dovecot().write_file("staff", "fred@example.org\n");
    const auto result = columbarium({"lists", "-u", "alice"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    for (const auto& row : rows(result))
        EXPECT_EQ(row.at("state"), "ok") << row;
}

TEST_F(DoveadmLists, ShowsNoPasswordOfADict) {
    const auto result = columbarium({"lists", "-u", "alice"}, "tab");
    EXPECT_THAT(result.output, HasSubstr("redis:host=127.0.0.1"));
    EXPECT_THAT(result.output + result.errors, Not(HasSubstr("hidden")));
}

TEST_F(DoveadmLists, PrintsATableForPeople) {
    const auto result = columbarium({"lists", "-u", "alice"}, "table");
    EXPECT_THAT(result.output, AllOf(HasSubstr("name"), HasSubstr(":addrbook:default"), HasSubstr(staff)));
}

using DoveadmLookup = DoveadmTest;

TEST_F(DoveadmLookup, PrintsTheStoredValueTheNameAndTheList) {
    write_card("alice", "1", "Fred Foobar", "Fred@Example.org");
    const auto result = columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@EXAMPLE.org"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    const auto found = rows(result);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].at("value"), "Fred@Example.org");
    EXPECT_EQ(found[0].at("name"), "Fred Foobar");
    EXPECT_EQ(found[0].at("list"), ":addrbook:default");
}

TEST_F(DoveadmLookup, SaysNothingOfAValueThatIsNoMemberAndAnswersNotFound) {
    write_card("alice", "1", "Fred Foobar", "fred@example.org");
    const auto result = columbarium({"lookup", "-u", "alice", ":addrbook:default", "wilma@example.org"});
    EXPECT_EQ(result.status, status_not_found);
    EXPECT_THAT(result.errors, IsEmpty());
    EXPECT_THAT(result.output, Not(HasSubstr("wilma")));
}

TEST_F(DoveadmLookup, FindsANewCardAtTheNextCall) {
    write_card("alice", "1", "Fred Foobar", "fred@example.org");
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "wilma@example.org"}).status,
              status_not_found);
    write_card("alice", "2", "Wilma", "wilma@example.org");
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "wilma@example.org"}).status, 0);
}

TEST_F(DoveadmLookup, RefusesAListThatIsUnknownOrNoName) {
    const auto unknown = columbarium({"lookup", "-u", "alice", "tag:example.org,2026:nobody", "x"});
    EXPECT_EQ(unknown.status, status_usage);
    EXPECT_THAT(unknown.errors, HasSubstr("tag:example.org,2026:nobody"));
    const auto malformed = columbarium({"lookup", "-u", "alice", "../../etc/passwd", "x"});
    EXPECT_EQ(malformed.status, status_usage);
    EXPECT_THAT(malformed.errors, HasSubstr("../../etc/passwd"));
}

TEST_F(DoveadmLookup, RefusesAnUnknownListEvenWhereScriptsMayNameOne) {
    options.site_config = "[lists]\nunknown_list = \"no-match\"\n\n" + options.site_config;
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", "tag:example.org,2026:nobody", "x"}).status,
              status_usage);
}

TEST_F(DoveadmLookup, FailsTemporarilyWhereTheListCannotBeAsked) {
    const auto result = columbarium({"lookup", "-u", "alice", down, "fred@example.org"});
    EXPECT_EQ(result.status, status_temporary);
    EXPECT_THAT(result.errors, HasSubstr("redis"));
    EXPECT_THAT(result.errors, AllOf(Not(HasSubstr("fred@example.org")), Not(HasSubstr("hidden"))));
}

TEST_F(DoveadmLookup, WantsAListAndAValue) {
    const auto result = columbarium({"lookup", "-u", "alice", ":addrbook:default"});
    EXPECT_EQ(result.status, status_usage);
    EXPECT_THAT(result.errors, HasSubstr("<list> <value>"));
}

TEST_F(DoveadmLookup, AnswersNoUserForAUserWhoIsNotThere) {
    EXPECT_EQ(columbarium({"lookup", "-u", "nobody-here", ":addrbook:default", "x@y"}).status,
              status_no_user);
}

TEST_F(DoveadmLookup, EL_72_AsksEachUsersOwnBook) {
    write_card("alice", "1", "Fred of Alice", "fred@example.org");
    write_card("bob", "1", "Wilma of Bob", "wilma@example.org");
    const auto fred = columbarium({"lookup", "-A", ":addrbook:default", "fred@example.org"});
    ASSERT_THAT(rows(fred), SizeIs(1)) << to_string(fred);
    EXPECT_EQ(rows(fred)[0].at("username"), "alice");
    EXPECT_EQ(rows(fred)[0].at("name"), "Fred of Alice");
    EXPECT_EQ(fred.status, status_not_found) << "bob does not know fred";
}

TEST_F(DoveadmLookup, EL_72_KeepsWhatItReadsForTheUserAlone) {
    write_card("alice", "1", "Fred Foobar", "fred@example.org");
    ASSERT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status, 0);
    const auto folder = home("alice") / "columbarium";
    struct stat status {};
    ASSERT_EQ(stat(folder.c_str(), &status), 0) << folder;
    EXPECT_EQ(status.st_mode & 07777, 0700U);
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        ASSERT_EQ(lstat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777, entry.is_directory() ? 0700U : 0600U) << entry.path();
        EXPECT_EQ(status.st_uid, dovecot().layout().account.uid) << entry.path();
        files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_GE(files, 1);
}

TEST_F(DoveadmLookup, MakesTheHomeOfANewUser) {
    ASSERT_FALSE(std::filesystem::exists(home("alice")));
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status,
              status_not_found);
    EXPECT_TRUE(std::filesystem::exists(home("alice")));
}

TEST_F(DoveadmLookup, FailsTemporarilyForAUserWithoutAHome) {
    options.users["alice"] = "userdb_home=";
    options.extra_conf = "mail_home =\nmail_location = maildir:@directory@/mail/%u\n";
    const auto result = columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"});
    EXPECT_EQ(result.status, status_temporary) << to_string(result);
    EXPECT_THAT(result.errors, HasSubstr("home"));
}

TEST_F(DoveadmLookup, TakesTheUsersOwnBookFromTheUserdb) {
    options.users["alice"] = "userdb_columbarium_addrbook=vdir:~/private";
    dovecot().write_file("home/alice/private/1.vcf", vcard("1", "Fred", "fred@example.org"));
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status, 0);
    EXPECT_EQ(columbarium({"lookup", "-u", "bob", ":addrbook:default", "fred@example.org"}).status,
              status_not_found);
}

TEST_F(DoveadmLookup, KnowsTheUsersOwnAddresses) {
    options.users["alice"] = "userdb_columbarium_addresses=alice@example.org,a.lice@example.net";
    for (const char* address : {"ALICE@example.org", "a.lice@example.net"})
        EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:myself", address}).status, 0) << address;
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:myself", "bob@example.org"}).status,
              status_not_found);
}

TEST_F(DoveadmLookup, NamesTheSettingThatIsWrong) {
    options.users["alice"] = "userdb_columbarium_addrbook=floppy:~/contacts";
    const auto result = columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"});
    EXPECT_EQ(result.status, status_temporary);
    EXPECT_THAT(result.errors, HasSubstr("columbarium_addrbook"));
}

TEST_F(DoveadmLookup, EL_76_PutsNoValueIntoALogBehindTheDoveadmServer) {
    write_card("alice", "1", "Fred Foobar", "fred@example.org");
    const std::string socket = (dovecot().directory() / "run" / "doveadm-server").string();
    const auto found = dovecot().tool("doveadm", {"-f", "tab", "columbarium", "lookup", "-S", socket, "-u",
                                                  "alice", ":addrbook:default", "fred@example.org"});
    EXPECT_EQ(found.status, 0) << to_string(found);
    EXPECT_THAT(found.output, HasSubstr("Fred Foobar"));
    EXPECT_EQ(
        columbarium({"lookup", "-S", socket, "-u", "alice", ":addrbook:default", "x@example.org"}).status,
        status_not_found);
    EXPECT_EQ(columbarium({"lookup", "-S", socket, "-u", "alice", down, "fred@example.org"}).status,
              status_temporary);
    const bool came = rig::eventually(rig::default_deadline,
                                      [&] { return dovecot().log().find("redis") != std::string::npos; });
    EXPECT_TRUE(came);
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("fred@example.org")));
}

using DoveadmMembers = DoveadmTest;

TEST_F(DoveadmMembers, PrintsOneRowForEachMember) {
    dovecot().write_file("staff", "Fred Foobar <fred@example.org>\n# a comment\nwilma@example.org\n");
    const auto result = columbarium({"members", "-u", "alice", staff});
    EXPECT_EQ(result.status, 0) << to_string(result);
    const auto found = rows(result);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].at("value"), "fred@example.org");
    EXPECT_EQ(found[0].at("name"), "Fred Foobar");
    EXPECT_EQ(found[1].at("value"), "wilma@example.org");
    EXPECT_EQ(found[1].at("name"), "");
}

TEST_F(DoveadmMembers, GivesTheMembersOfAGroup) {
    const std::string card = vcard("1", "Fred", "fred@example.org");
    const std::string tagged = card.substr(0, card.find("END:")) + "CATEGORIES:Friends\r\nEND:VCARD\r\n";
    dovecot().write_file("home/alice/contacts/1.vcf", tagged);
    write_card("alice", "2", "Wilma", "wilma@example.org");
    const auto result = columbarium({"members", "-u", "alice", ":addrbook:Friends"});
    const auto found = rows(result);
    ASSERT_THAT(found, SizeIs(1)) << to_string(result);
    EXPECT_EQ(found[0].at("value"), "fred@example.org");
}

TEST_F(DoveadmMembers, LetsNoControlCharacterOfADictReachATerminal) {
    options.site_config.replace(options.site_config.find("redis:"), std::string::npos,
                                "file:@directory@/answers.dict\"\n");
    dovecot().write_file("answers.dict", "priv/sieve/extlists/one\nt\x1b]0;owned\x07wo\n");
    for (const char* format : {"table", "tab", "pager"}) {
        const auto result = columbarium({"members", "-u", "alice", down}, format);
        EXPECT_THAT(result.output, AllOf(HasSubstr("one"), HasSubstr("owned"))) << format;
        EXPECT_THAT(result.output, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\x07")))) << format;
    }
}

} // namespace
} // namespace columbarium::e2e
