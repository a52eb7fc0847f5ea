// SPDX-License-Identifier: LGPL-2.1-or-later
// People out of a real directory.
#include <algorithm>
#include <string>
#include <vector>

#include "feed_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using ::testing::SizeIs;
using ::testing::StartsWith;

using FeedLdap = FeedTest;

std::vector<std::string> numbered(std::size_t count) {
    std::vector<std::string> usernames;
    for (std::size_t i = 0; i < count; ++i) {
        usernames.push_back("user" + std::to_string(10'000 + i));
    }
    return usernames;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

TEST_F(FeedLdap, MakesARowOfEachEntry) {
    const rig::Slapd directory;
    directory.add_person("abc1", {{"cn", "Ada B. Cee"},
                                  {"employeeNumber", "4711"},
                                  {"ou", "Medical School"},
                                  {"forwardingAddress", "abc1@hermes.example.org"},
                                  {"tombstoneAddress", "ada@example.com"}});
    const tombstone::Row row = only_row(source_of(directory));
    EXPECT_EQ(row.username, "abc1");
    EXPECT_EQ(row.id, "4711");
    EXPECT_EQ(row.full_name, "Ada B. Cee");
    EXPECT_EQ(row.affiliation, "Medical School");
    EXPECT_THAT(row.forwarding_address, Optional(Eq("abc1@hermes.example.org")));
    EXPECT_THAT(row.tombstone_address, Optional(Eq("ada@example.com")));
    EXPECT_EQ(row.where, "uid=abc1,ou=people,dc=example,dc=org");
}

TEST_F(FeedLdap, TellsAnUnsetAddressFromOneThatTheFeedDoesNotCarry) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    config::FeedSource source = source_of(directory);
    source.columns.tombstone_address = "";
    const tombstone::Row row = only_row(source);
    EXPECT_THAT(row.forwarding_address, Optional(Eq("")));
    EXPECT_EQ(row.tombstone_address, std::nullopt);
    EXPECT_EQ(row.id, "");
}

TEST_F(FeedLdap, ReadsPageByPage) {
    const std::vector<std::string> usernames = numbered(1'050);
    const rig::Slapd directory({.usernames = usernames});
    config::FeedSource source = source_of(directory);
    source.page_size = 100;
    const Read all = read(source);
    EXPECT_EQ(all.failure, "");
    ASSERT_THAT(all.rows, SizeIs(usernames.size()));
    for (std::size_t i = 0; i < usernames.size(); ++i) {
        ASSERT_EQ(all.rows[i].username, usernames[i]);
    }
    EXPECT_EQ(count_of(directory.log(), "SRCH base=\"ou=people,dc=example,dc=org\""), 11U);
}

// A limit for one search does not stop a search in pages (slapd.conf(5), size.prtotal).
TEST_F(FeedLdap, GetsMoreThanTheDirectoryGivesAtOnce) {
    const rig::Slapd directory({.global = "sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited",
                                .usernames = numbered(350)});
    config::FeedSource source = source_of(directory);
    source.page_size = 100;
    EXPECT_THAT(read(source).rows, SizeIs(350));
}

TEST_F(FeedLdap, EncryptsWithStartTls) {
    const rig::Slapd directory({.encrypted = true, .global = "security tls=128", .usernames = {"abc1"}});
    config::FeedSource source = source_of(directory);
    source.start_tls = true;
    source.ca_file = directory.ca_file();
    EXPECT_EQ(only_row(source).username, "abc1");
    EXPECT_THAT(directory.log(), AllOf(HasSubstr("STARTTLS"), HasSubstr("TLS established")));
}

TEST_F(FeedLdap, EncryptsFromTheBeginningOfLdaps) {
    const rig::Slapd directory({.encrypted = true, .global = "security tls=128", .usernames = {"abc1"}});
    config::FeedSource source = source_of(directory);
    source.url = directory.ldaps_url();
    source.ca_file = directory.ca_file();
    EXPECT_EQ(only_row(source).username, "abc1");
}

TEST_F(FeedLdap, SendsNoPasswordToAServerOfAnotherName) {
    const rig::Slapd directory({.encrypted = true, .names = "DNS:elsewhere.example.org"});
    config::FeedSource source = source_of(directory);
    source.start_tls = true;
    source.ca_file = directory.ca_file();
    const Read nothing = read(source);
    EXPECT_THAT(nothing.rows, IsEmpty());
    EXPECT_THAT(nothing.failure, AllOf(StartsWith(directory.url()), HasSubstr("StartTLS failed")));
    EXPECT_THAT(directory.log(), Not(HasSubstr(" BIND ")));
}

TEST_F(FeedLdap, SendsNoPasswordToAServerOfAnUnknownAuthority) {
    const rig::Slapd directory({.encrypted = true});
    const rig::Slapd other({.encrypted = true});
    for (const bool is_start_tls : {true, false}) {
        config::FeedSource source = source_of(directory);
        source.start_tls = is_start_tls;
        if (!is_start_tls) {
            source.url = directory.ldaps_url();
        }
        source.ca_file = other.ca_file();
        EXPECT_THAT(read(source).failure, StartsWith(source.url));
        source.ca_file = "";
        EXPECT_THAT(read(source).failure, StartsWith(source.url));
    }
    EXPECT_THAT(directory.log(), Not(HasSubstr(" BIND ")));
}

TEST_F(FeedLdap, SendsNoPasswordWhereTheDirectoryKnowsNoStartTls) {
    const rig::Slapd directory;
    config::FeedSource source = source_of(directory);
    source.start_tls = true;
    EXPECT_THAT(read(source).failure, HasSubstr("StartTLS failed"));
    EXPECT_THAT(directory.log(), Not(HasSubstr(" BIND ")));
}

TEST_F(FeedLdap, SaysWhoIsRefused) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    EXPECT_THAT(read(source_of(directory), "wrong").failure,
                AllOf(HasSubstr("refuses cn=columbarium,dc=example,dc=org"), HasSubstr("(49)"),
                      Not(HasSubstr("wrong"))));
    // Without a password it would be an anonymous bind, which succeeds (RFC 4513 section 5.1.2).
    EXPECT_THAT(read(source_of(directory), "").failure, HasSubstr("there is no password for"));
}

// Who may read nothing has an empty feed, which is a failure.
TEST_F(FeedLdap, TakesADirectoryThatShowsNothingForBroken) {
    const rig::Slapd directory({.database = "access to dn.subtree=\"" + rig::Slapd::base() +
                                            "\" by dn.exact=\"" + rig::Slapd::bind_dn() +
                                            "\" search by * none",
                                .usernames = {"abc1", "abc2"}});
    const Read nothing = read(source_of(directory));
    EXPECT_THAT(nothing.rows, IsEmpty());
    EXPECT_THAT(nothing.failure, HasSubstr("is empty"));
}

TEST_F(FeedLdap, GivesAnEntryWithoutReadableUsernameWithAFault) {
    const rig::Slapd directory({.database = "access to dn.exact=\"" + rig::Slapd::name_of("abc1") +
                                            "\" attrs=uid by dn.exact=\"" + rig::Slapd::bind_dn() +
                                            "\" search by * none",
                                .usernames = {"abc1", "abc2"}});
    const Read all = read(source_of(directory));
    EXPECT_EQ(all.failure, "");
    ASSERT_THAT(all.rows, SizeIs(2));
    EXPECT_EQ(all.rows[0].username, "");
    EXPECT_EQ(all.rows[0].fault, "has no uid that can be read");
    EXPECT_EQ(all.rows[0].where, rig::Slapd::name_of("abc1"));
    EXPECT_EQ(all.rows[1].fault, "");
}

TEST_F(FeedLdap, TakesTheUsernameOutOfTheNameWhereThereAreSeveral) {
    const rig::Slapd directory;
    directory.add_person("abc1", {{"uid", "aaa"}, {"uid", "zzz"}});
    EXPECT_EQ(only_row(source_of(directory)).username, "abc1");
}

TEST_F(FeedLdap, FindsFaultWithSeveralAddresses) {
    const rig::Slapd directory;
    directory.add_person("abc1", {{"forwardingAddresses", "a@example.com"},
                                  {"forwardingAddresses", "b@example.com"},
                                  {"employeeNumber", "1"}});
    config::FeedSource source = source_of(directory);
    source.columns.forwarding_address = "forwardingAddresses";
    const Read all = read(source);
    ASSERT_THAT(all.rows, SizeIs(1));
    EXPECT_EQ(all.rows[0].username, "abc1");
    EXPECT_EQ(all.rows[0].fault, "has 2 values of forwardingAddresses; one is allowed");
}

TEST_F(FeedLdap, KeepsNamesAsTheyAre) {
    const rig::Slapd directory;
    const std::string name = "Zo\xc3\xab \"Zed\" O'Brien, M.D.";
    directory.add_person("o'brien", {{"cn", name}});
    const tombstone::Row row = only_row(source_of(directory));
    EXPECT_EQ(row.full_name, name);
    EXPECT_EQ(row.username, "o'brien");
}

TEST_F(FeedLdap, AsksForWhatTheFilterNamesOnly) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    directory.add_person("abc2", {{"ou", "Medical School"}});
    config::FeedSource source = source_of(directory);
    source.filter = "(&(objectClass=inetOrgPerson)(ou=medical school))";
    EXPECT_EQ(only_row(source).username, "abc2");
}

TEST_F(FeedLdap, NamesUrlAndBase) {
    const rig::Slapd directory;
    const auto source = feed::open_source(source_of(directory), "");
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->name(), directory.url() + "/ou=people,dc=example,dc=org");
}

} // namespace
} // namespace columbarium::e2e
