// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/xmpp_account.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;

XmppAccount account_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).xmpp;
}

const std::string client = "[xmpp]\njid = \"bot@Example.COM\"\npassword_file = \"/etc/xmpp.password\"\n";
const std::string component =
    "[xmpp]\ncomponent = \"Notify.example.com\"\nsecret_file = \"/etc/xmpp.secret\"\n";

TEST(XmppAccount, WithoutTheTableThereIsNoXmpp) {
    EXPECT_EQ(account_of("").kind, XmppAccount::Kind::none);
}

TEST(XmppAccount, OfAClientNeedsAJidAndAPasswordFileOnly) {
    const XmppAccount account = account_of(client);
    EXPECT_EQ(account.kind, XmppAccount::Kind::client);
    EXPECT_EQ(account.address, "bot@Example.COM");
    EXPECT_EQ(account.secret_file, "/etc/xmpp.password");
    EXPECT_EQ(account.host, "");
    EXPECT_EQ(account.port, 0);
    EXPECT_EQ(account.ca_file, "");
    EXPECT_EQ(account.domains, Texts{"example.com"}) << "the domain of the JID";
    EXPECT_TRUE(account.subscribe);
    EXPECT_EQ(account.reconnect_seconds, 5U);
    EXPECT_EQ(account.reconnect_limit_seconds, 300U);
    EXPECT_EQ(account.ping_seconds, 30U);
    EXPECT_EQ(account.answer_seconds, 10U);
}

TEST(XmppAccount, ReadsAllKeysOfAClient) {
    const XmppAccount account = account_of(client + "host = \"xmpp.example.com\"\n"
                                                    "port = 65535\n"
                                                    "ca_file = \"/etc/ssl/ca.pem\"\n"
                                                    "domains = [\"A.example\", \"bücher.example\"]\n"
                                                    "subscribe = false\n"
                                                    "reconnect_seconds = 1\n"
                                                    "reconnect_limit_seconds = 86400\n"
                                                    "ping_seconds = 3600\n"
                                                    "answer_seconds = 600\n");
    EXPECT_EQ(account.host, "xmpp.example.com");
    EXPECT_EQ(account.port, 65535);
    EXPECT_EQ(account.ca_file, "/etc/ssl/ca.pem");
    EXPECT_EQ(account.domains, (Texts{"a.example", "bücher.example"}));
    EXPECT_FALSE(account.subscribe);
    EXPECT_EQ(account.reconnect_seconds, 1U);
    EXPECT_EQ(account.reconnect_limit_seconds, 86'400U);
    EXPECT_EQ(account.ping_seconds, 3'600U);
    EXPECT_EQ(account.answer_seconds, 600U);
}

TEST(XmppAccount, MaySeeNobodyWhereTheSiteSaysSo) {
    EXPECT_TRUE(account_of(client + "domains = []\n").domains.empty());
}

TEST(XmppAccount, LiftsTheLongestPauseToTheFirstWhereOnlyThatIsSaid) {
    EXPECT_EQ(account_of(client + "reconnect_seconds = 600\n").reconnect_limit_seconds, 600U);
}

TEST(XmppAccount, TakesAnAddressForTheHost) {
    for (const char* host : {"192.0.2.1", "2001:db8::1", "localhost"})
        EXPECT_EQ(account_of(client + "host = \"" + host + "\"\n").host, host);
}

TEST(XmppAccount, XP_23_OfAComponentReachesItsServerByLoopback) {
    for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1", "LocalHost"}) {
        const XmppAccount account = account_of(component + "host = \"" + host + "\"\nport = 5347\n");
        EXPECT_EQ(account.kind, XmppAccount::Kind::component) << host;
        EXPECT_EQ(account.address, "notify.example.com");
        EXPECT_EQ(account.secret_file, "/etc/xmpp.secret");
        EXPECT_EQ(account.host, host);
        EXPECT_EQ(account.port, 5347);
        EXPECT_TRUE(account.domains.empty()) << "users are not of the component's domain";
    }
}

TEST(XmppAccount, XP_23_OfAComponentNeverGoesOverTheNetwork) {
    for (const char* host : {"xmpp.example.com", "192.0.2.1", "0.0.0.0", "128.0.0.1", "::", "2001:db8::1",
                             "::ffff:192.0.2.1", "localhost.example.com", "127.0.0.1.example.com", "[::1]"}) {
        const auto config = parse_site_config(component + "host = \"" + host + "\"\n", path);
        ASSERT_FALSE(config.has_value()) << host;
        EXPECT_TRUE(
            config.error().text.starts_with(std::string(path) + ":4: xmpp.host: must be this machine"))
            << config.error().text;
    }
}

struct BrokenTable {
    const char* name;
    std::string text;
    const char* expected; // after the file's name
};

void PrintTo(const BrokenTable& table, std::ostream* stream) {
    *stream << table.name;
}

class BrokenXmppAccount : public ::testing::TestWithParam<BrokenTable> {};

TEST_P(BrokenXmppAccount, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config(GetParam().text, path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
    EXPECT_EQ(config.error().text.find('\n'), std::string::npos) << "one line";
    EXPECT_EQ(config.error().text.find("hunter2"), std::string::npos) << "no secret";
}

std::string jid(const std::string& value) {
    return "[xmpp]\npassword_file = \"/p\"\njid = \"" + value + "\"\n";
}

const BrokenTable broken_tables[] = {
    {"NoTable", "xmpp = \"bot@example.com\"", ":1: xmpp: must be a table, as in [xmpp]"},
    {"EmptyTable", "\n[xmpp]\n", ":2: xmpp.jid: is missing: a table [xmpp] has jid and password_file, or"},
    {"OtherKeysOnly", "[xmpp]\nhost = \"localhost\"\n", ":1: xmpp.jid: is missing"},
    {"UnknownKey", client + "pasword_file = \"/x\"\n",
     ":4: xmpp.pasword_file: unknown key; did you mean \"password_file\"?"},
    {"PasswordItself", "[xmpp]\njid = \"bot@example.com\"\npassword = \"hunter2\"\n",
     ":3: xmpp.password: must not stand here: everybody may read this file. Put it into a file of its own "
     "and "
     "name that with password_file"},
    {"SecretItself", "[xmpp]\ncomponent = \"n.example.com\"\nsecret = \"hunter2\"\n",
     ":3: xmpp.secret: must not stand here"},
    {"NoPasswordFile", "[xmpp]\njid = \"bot@example.com\"\n", ":1: xmpp.password_file: is missing"},
    {"RelativePasswordFile", "[xmpp]\njid = \"bot@example.com\"\npassword_file = \"xmpp.password\"\n",
     ":3: xmpp.password_file: must be absolute"},
    {"PasswordFileNoString", "[xmpp]\njid = \"bot@example.com\"\npassword_file = 5\n",
     ":3: xmpp.password_file: must be a string"},
    {"FullJid", jid("bot@example.com/service"), ":3: xmpp.jid: must be bare: without \"/\""},
    {"JidWithoutLocalPart", jid("example.com"), ":3: xmpp.jid: must have a local part"},
    {"JidWithEmptyLocalPart", jid("@example.com"), ":3: xmpp.jid: must have a local part"},
    {"JidWithoutDomain", jid("bot@"), ":3: xmpp.jid: has a domain that is no host name"},
    {"JidWithTwoAts", jid("bot@a@example.com"), ":3: xmpp.jid: has a domain that is no host name"},
    {"JidOfAScheme", jid("xmpp:bot@example.com"), ":3: xmpp.jid: has a local part that no JID has"},
    {"JidWithBlank", jid("my bot@example.com"), ":3: xmpp.jid: has a local part that no JID has"},
    {"JidWithLineEnd", jid("bot@example.com\\n"), ":3: xmpp.jid: has a domain"},
    {"EmptyJid", jid(""), ":3: xmpp.jid: must not be empty"},
    {"ClientAndComponent", client + "component = \"n.example.com\"\n",
     ":4: xmpp.component: is for a component; with jid this is a client account"},
    {"ClientWithSecretFile", client + "secret_file = \"/s\"\n", ":4: xmpp.secret_file: is for a component"},
    {"ComponentWithPasswordFile", component + "password_file = \"/s\"\n",
     ":4: xmpp.password_file: is for a client account"},
    {"ComponentWithAuthority", component + "host = \"localhost\"\nca_file = \"/s\"\n",
     ":5: xmpp.ca_file: is for a client account"},
    {"ComponentWithoutHost", component, ":1: xmpp.host: is missing"},
    {"ComponentWithoutSecret", "[xmpp]\ncomponent = \"n.example.com\"\nhost = \"localhost\"\n",
     ":1: xmpp.secret_file: is missing"},
    {"ComponentThatIsAJid",
     "[xmpp]\ncomponent = \"a@n.example.com\"\nsecret_file = \"/s\"\nhost = \"localhost\"\n",
     ":2: xmpp.component: must be a domain"},
    {"PortWithoutHost", client + "port = 5222\n", ":4: xmpp.port: needs the key host beside it"},
    {"PortZero", client + "host = \"x\"\nport = 0\n", ":5: xmpp.port: must be from 1 to 65535"},
    {"PortTooGreat", client + "host = \"x\"\nport = 65536\n", ":5: xmpp.port: must be from 1 to 65535"},
    {"PortNoInteger", client + "host = \"x\"\nport = \"5222\"\n", ":5: xmpp.port: must be an integer"},
    {"HostWithPort", client + "host = \"x:5222\"\n", ":4: xmpp.host: must be a host's name"},
    {"HostThatIsAUrl", client + "host = \"https://x/\"\n", ":4: xmpp.host: must be a host's name"},
    {"RelativeCaFile", client + "ca_file = \"ca.pem\"\n", ":4: xmpp.ca_file: must be absolute"},
    {"DomainsNoList", client + "domains = \"example.com\"\n", ":4: xmpp.domains: must be a list"},
    {"DomainThatIsAJid", client + "domains = [\"a@example.com\"]\n",
     ":4: xmpp.domains: \"a@example.com\" is no domain"},
    {"DomainThatIsEmpty", client + "domains = [\"\"]\n", ":4: xmpp.domains: \"\" is no domain"},
    {"DomainWithEmptyPart", client + "domains = [\"a..b\"]\n", ":4: xmpp.domains: \"a..b\" is no domain"},
    {"SubscribeNoBoolean", client + "subscribe = \"yes\"\n", ":4: xmpp.subscribe: must be true or false"},
    {"NoPause", client + "reconnect_seconds = 0\n", ":4: xmpp.reconnect_seconds: must be from 1 to 3600"},
    {"FirstPauseTooLong", client + "reconnect_seconds = 3601\n",
     ":4: xmpp.reconnect_seconds: must be from 1"},
    {"LongestPauseTooLong", client + "reconnect_limit_seconds = 86401\n",
     ":4: xmpp.reconnect_limit_seconds: must be from 1 to 86400"},
    {"LongestPauseShorterThanTheFirst", client + "reconnect_seconds = 10\nreconnect_limit_seconds = 9\n",
     ":5: xmpp.reconnect_limit_seconds: must not be less than reconnect_seconds (10)"},
    {"NoPing", client + "ping_seconds = 0\n", ":4: xmpp.ping_seconds: must be from 1 to 3600"},
    {"AnswerTooLong", client + "answer_seconds = 601\n", ":4: xmpp.answer_seconds: must be from 1 to 600"},
};

INSTANTIATE_TEST_SUITE_P(Table, BrokenXmppAccount, ::testing::ValuesIn(broken_tables),
                         [](const auto& table) { return std::string(table.param.name); });

} // namespace
} // namespace columbarium::config
