// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/feed_source.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;

FeedSource source_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).feed;
}

const std::string ldap =
    "[feed]\nkind = \"ldap\"\nurl = \"ldap://localhost\"\nbase = \"dc=example,dc=org\"\n";

TEST(FeedSource, WithoutTheTableThereIsNone) {
    EXPECT_EQ(source_of("").kind, FeedSource::Kind::none);
}

TEST(FeedSource, IsAFile) {
    const FeedSource source = source_of("[feed]\nkind = \"csv\"\nfile = \"/srv/people.csv\"\n");
    EXPECT_EQ(source.kind, FeedSource::Kind::csv);
    EXPECT_EQ(source.file, "/srv/people.csv");
    EXPECT_EQ(source.columns.username, "username");
    EXPECT_EQ(source.columns.id, "");
    EXPECT_EQ(source.columns.full_name, "full_name");
    EXPECT_EQ(source.columns.affiliation, "affiliation");
    EXPECT_EQ(source.columns.forwarding_address, "forwarding_address");
    EXPECT_EQ(source.columns.tombstone_address, "tombstone_address");
    EXPECT_EQ(source.columns.disclosure, "disclosure");
    EXPECT_EQ(source.columns.mail, "");
}

TEST(FeedSource, IsACommand) {
    const FeedSource source = source_of("[feed]\nkind = \"jsonl\"\ncommand = [\"/bin/people\", \"--all\"]\n"
                                        "command_seconds = 5\n");
    EXPECT_EQ(source.kind, FeedSource::Kind::jsonl);
    EXPECT_EQ(source.command, (Texts{"/bin/people", "--all"}));
    EXPECT_EQ(source.command_seconds, 5U);
}

TEST(FeedSource, IsADirectory) {
    const FeedSource source = source_of(ldap);
    EXPECT_EQ(source.kind, FeedSource::Kind::ldap);
    EXPECT_EQ(source.url, "ldap://localhost");
    EXPECT_TRUE(source.start_tls);
    EXPECT_EQ(source.bind_dn, "");
    EXPECT_EQ(source.base, "dc=example,dc=org");
    EXPECT_EQ(source.filter, "(objectClass=person)");
    EXPECT_EQ(source.page_size, 500U);
    EXPECT_EQ(source.answer_seconds, 30U);
    EXPECT_FALSE(source.write_back);
    EXPECT_EQ(source.columns.username, "uid");
    EXPECT_EQ(source.columns.full_name, "cn");
    EXPECT_EQ(source.columns.affiliation, "ou");
    EXPECT_EQ(source.columns.forwarding_address, "");
    EXPECT_EQ(source.columns.mail, "mail");
}

TEST(FeedSource, ReadsAllKeysOfADirectory) {
    const FeedSource source = source_of(R"toml([feed]
kind = "ldap"
url = "ldaps://ldap.example.org:636/"
ca_file = "/etc/ssl/ca.pem"
bind_dn = "cn=columbarium,dc=example,dc=org"
password_file = "/etc/dovecot/columbarium-ldap.secret"
base = "ou=people,dc=example,dc=org"
filter = "(&(objectClass=person)(!(locked=\\28)))"
page_size = 1
answer_seconds = 600
write_back = true
[feed.columns]
username = "crsid"
id = "entryUUID"
full_name = "displayName"
affiliation = ""
forwarding_address = "camForward;x-1"
tombstone_address = "1.2.3"
mail = ""
)toml");
    EXPECT_FALSE(source.start_tls) << "it is TLS already";
    EXPECT_EQ(source.ca_file, "/etc/ssl/ca.pem");
    EXPECT_EQ(source.bind_dn, "cn=columbarium,dc=example,dc=org");
    EXPECT_EQ(source.password_file, "/etc/dovecot/columbarium-ldap.secret");
    EXPECT_EQ(source.filter, "(&(objectClass=person)(!(locked=\\28)))");
    EXPECT_EQ(source.page_size, 1U);
    EXPECT_EQ(source.answer_seconds, 600U);
    EXPECT_TRUE(source.write_back);
    EXPECT_EQ(source.columns.username, "crsid");
    EXPECT_EQ(source.columns.id, "entryUUID");
    EXPECT_EQ(source.columns.full_name, "displayName");
    EXPECT_EQ(source.columns.affiliation, "");
    EXPECT_EQ(source.columns.forwarding_address, "camForward;x-1");
    EXPECT_EQ(source.columns.tombstone_address, "1.2.3");
    EXPECT_EQ(source.columns.mail, "");
}

TEST(FeedSource, MayLeaveTlsOutOnThisMachineOnly) {
    for (const char* url : {"ldap://localhost", "ldap://127.0.0.1:3890", "ldap://[::1]:389/"}) {
        const std::string text =
            std::string("[feed]\nkind = \"ldap\"\nbase = \"dc=x\"\nstart_tls = false\nurl = \"") + url +
            "\"\n";
        EXPECT_FALSE(source_of(text).start_tls) << url;
    }
    EXPECT_FALSE(
        source_of("[feed]\nkind = \"ldap\"\nbase = \"dc=x\"\nurl = \"ldapi://%2frun%2fslapd.sock\"\n")
            .start_tls);
}

TEST(FeedSource, MayCallItsColumnsAnything) {
    const FeedSource source = source_of("[feed]\nkind = \"csv\"\nfile = \"/p\"\n[feed.columns]\n"
                                        "username = \"User Name\"\ntombstone_address = \"\"\n");
    EXPECT_EQ(source.columns.username, "User Name");
    EXPECT_EQ(source.columns.tombstone_address, "");
    EXPECT_EQ(source.columns.full_name, "full_name");
}

struct BadSource {
    const char* keys;
    const char* place;
    const char* fault;
};

void PrintTo(const BadSource& row, std::ostream* out) {
    *out << row.keys;
}

class BadSources : public testing::TestWithParam<BadSource> {};

TEST_P(BadSources, AreErrorsThatNameLineAndKey) {
    const auto config = parse_site_config(std::string("[feed]\n") + GetParam().keys + "\n", path);
    ASSERT_FALSE(config);
    const std::string where = std::string(path) + ":" + GetParam().place + ": ";
    EXPECT_TRUE(config.error().text.starts_with(where)) << config.error().text;
    EXPECT_NE(config.error().text.find(GetParam().fault), std::string::npos) << config.error().text;
    EXPECT_EQ(config.error().text.find("sesame"), std::string::npos) << "a secret is told";
}

#define LDAP "kind = \"ldap\"\nbase = \"dc=x\"\n"
#define LOCAL LDAP "url = \"ldap://localhost\"\n"
#define CSV "kind = \"csv\"\nfile = \"/p\"\n"

constexpr BadSource bad_sources[] = {
    {"", "1: feed.kind", "is missing"},
    {"kind = \"cvs\"", "2: feed.kind", "did you mean \"csv\""},
    {"kind = \"csv\"", "1: feed.file", "one of them"},
    {CSV "command = [\"/x\"]", "4: feed.command", "one of them"},
    {"kind = \"csv\"\nfile = \"p\"", "3: feed.file", "absolute"},
    {"kind = \"csv\"\ncommand = []", "3: feed.command", "program"},
    {"kind = \"csv\"\ncommand = [\"people\"]", "3: feed.command", "whole path"},
    {"kind = \"csv\"\ncommand = [\"/x\", \"\\u0000\"]", "3: feed.command", "NUL"},
    {"kind = \"csv\"\ncommand = [\"/x\"]\ncommand_seconds = 0", "4: feed.command_seconds", "from 1"},
    {CSV "command_seconds = 5", "4: feed.command_seconds", "needs the key command"},
    {CSV "url = \"ldap://x\"", "4: feed.url", "is for kind = \"ldap\""},
    {CSV "write_back = true", "4: feed.write_back", "is for kind = \"ldap\""},
    {CSV "colums = 1", "4: feed.colums", "did you mean \"columns\""},
    {CSV "columns = 1", "4: feed.columns", "table"},
    {CSV "[feed.columns]\nuser = \"x\"", "5: feed.columns.user", "username"},
    {CSV "[feed.columns]\nusername = \"\"", "5: feed.columns.username", "must not be empty"},
    {CSV "[feed.columns]\nmail = \"x\"", "5: feed.columns.mail", "ldap"},
    {CSV "[feed.columns]\nid = \"a\\nb\"", "5: feed.columns.id", "control"},
    {CSV "[feed.columns]\nforwarding_address = \"x\"\ntombstone_address = \"X\"",
     "5: feed.columns.forwarding_address", "different names"},
    {LOCAL "file = \"/x\"", "5: feed.file", "is for kind = \"csv\""},
    {LOCAL "password = \"sesame\"", "5: feed.password", "must not stand here"},
    {LOCAL "bind_password = \"sesame\"", "5: feed.bind_password", "must not stand here"},
    {LOCAL "bind_dn = \"cn=x\"", "1: feed.password_file", "is missing"},
    {LOCAL "password_file = \"/x\"", "1: feed.bind_dn", "is missing"},
    {LOCAL "bind_dn = \"cn=x\"\npassword_file = \"x\"", "6: feed.password_file", "absolute"},
    {LOCAL "ca_file = \"x\"", "5: feed.ca_file", "absolute"},
    {LOCAL "filter = \"objectClass=person\"", "5: feed.filter", "parentheses"},
    {LOCAL "filter = \"(a=b)(c=d)\"", "5: feed.filter", "parentheses"},
    {LOCAL "filter = \"(&(a=b)\"", "5: feed.filter", "partner"},
    {LOCAL "page_size = 0", "5: feed.page_size", "from 1"},
    {LOCAL "answer_seconds = 601", "5: feed.answer_seconds", "600"},
    {LOCAL "write_back = true\n[feed.columns]\nmail = \"\"", "6: feed.columns.forwarding_address",
     "write_back"},
    {LOCAL "[feed.columns]\nmail = \"a b\"", "6: feed.columns.mail", "attribute"},
    {"kind = \"ldap\"\nurl = \"ldap://localhost\"", "1: feed.base", "is missing"},
    {"kind = \"ldap\"\nbase = \"dc=x\"", "1: feed.url", "is missing"},
    {LDAP "url = \"http://x\"", "4: feed.url", "ldap://"},
    {LDAP "url = \"ldap://a b\"", "4: feed.url", "blanks"},
    {LDAP "url = \"ldap://\"", "4: feed.url", "host"},
    {LDAP "url = \"ldap://x/dc=x?uid\"", "4: feed.url", "keys of their own"},
    {LDAP "url = \"ldap://x:sesame@y\"", "4: feed.url", "host"},
    {LDAP "url = \"ldap://x:\"", "4: feed.url", "host"},
    {LDAP "url = \"ldap://[::1\"", "4: feed.url", "host"},
    {LDAP "url = \"ldap://ldap.example.org\"\nstart_tls = false", "5: feed.start_tls", "in clear"},
    {LDAP "url = \"ldaps://ldap.example.org\"\nstart_tls = true", "5: feed.start_tls", "ldap:// only"},
};

INSTANTIATE_TEST_SUITE_P(FeedSource, BadSources, testing::ValuesIn(bad_sources));

} // namespace
} // namespace columbarium::config
