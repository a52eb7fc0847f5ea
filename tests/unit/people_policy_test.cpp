// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/people_policy.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;

PeoplePolicy policy_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).people;
}

TEST(PeoplePolicy, WithoutTheTableTheSiteHasNoPeople) {
    const PeoplePolicy policy = policy_of("");
    EXPECT_TRUE(policy.domains.empty());
    EXPECT_EQ(policy.account_domain, "");
    EXPECT_EQ(policy.accounts, "");
    EXPECT_EQ(policy.account_name, "{username}");
    EXPECT_EQ(policy.restoration_days, 215U);
    EXPECT_EQ(policy.vanishing_percent, 5);
    EXPECT_EQ(policy.subaddress_delimiters, "");
    EXPECT_TRUE(policy.affiliations.empty());
}

TEST(PeoplePolicy, ReadsAllKeys) {
    const PeoplePolicy policy = policy_of(R"(
[people]
domains = ["Cam.Example.org", "bücher.example.org"]
account_domain = "Hermes.example.org"
accounts = "userdb"
account_name = "{username}@hermes.example.org"
restoration_days = 30
vanishing_percent = 2.5
subaddress_delimiters = "+-"
[people.affiliations]
"Medical School" = "{username}@MedSchl.example.org"
UAS = "x-{username}@bücher.example"
)");
    EXPECT_EQ(policy.domains, (Texts{"cam.example.org", "xn--bcher-kva.example.org"}));
    EXPECT_EQ(policy.account_domain, "hermes.example.org");
    EXPECT_EQ(policy.accounts, "userdb");
    EXPECT_EQ(policy.account_name, "{username}@hermes.example.org");
    EXPECT_EQ(policy.restoration_days, 30U);
    EXPECT_EQ(policy.vanishing_percent, 2.5);
    EXPECT_EQ(policy.subaddress_delimiters, "+-");
    EXPECT_EQ(policy.affiliations.size(), 2U);
    EXPECT_EQ(policy.affiliations.at("Medical School"), "{username}@medschl.example.org");
    EXPECT_EQ(policy.affiliations.at("UAS"), "x-{username}@xn--bcher-kva.example");
}

TEST(PeoplePolicy, KnowsAccountsFromUserdbOrAList) {
    const std::string before = "[people]\naccount_domain = \"h.example.org\"\naccounts = \"";
    for (const char* accounts : {"userdb", "userdb:/run/dovecot/columbarium-userdb", "list:/etc/accounts"})
        EXPECT_EQ(policy_of(before + accounts + "\"\n").accounts, accounts);
}

TEST(PeoplePolicy, TakesWholeNumbersAndZeroForAPercentage) {
    EXPECT_EQ(policy_of("[people]\nvanishing_percent = 0\n").vanishing_percent, 0);
    EXPECT_EQ(policy_of("[people]\nvanishing_percent = 100\n").vanishing_percent, 100);
}

TEST(PeoplePolicy, MaySayAloudThatThereAreNoSubaddresses) {
    EXPECT_EQ(policy_of("[people]\nsubaddress_delimiters = \"\"\n").subaddress_delimiters, "");
}

struct BadPolicy {
    const char* keys;
    const char* place; // line and key
    const char* fault;
};

void PrintTo(const BadPolicy& row, std::ostream* out) {
    *out << row.keys;
}

class BadPolicies : public testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicies, AreErrorsThatNameLineAndKey) {
    const auto config = parse_site_config(std::string("[people]\n") + GetParam().keys + "\n", path);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string where = std::string(path) + ":" + GetParam().place + ": ";
    EXPECT_TRUE(config.error().text.starts_with(where)) << config.error().text;
    EXPECT_NE(config.error().text.find(GetParam().fault), std::string::npos) << config.error().text;
}

constexpr BadPolicy bad_policies[] = {
    {"domain = []", "2: people.domain", "did you mean \"domains\""},
    {"domains = \"a.example\"", "2: people.domains", "list of strings"},
    {"domains = [\"a.example\", \"a b\"]", "2: people.domains", "\"a b\" is no domain"},
    {"domains = [\"localhost\"]", "2: people.domains", "must have a dot"},
    {"domains = [\"\"]", "2: people.domains", "is no domain"},
    {"domains = [\"a.example\", \"A.example\"]", "2: people.domains", "twice"},
    {"account_domain = \"x\"\naccounts = \"userdb\"", "2: people.account_domain", "must have a dot"},
    {"account_domain = \"h.example\"", "1: people.accounts", "is missing"},
    {"accounts = \"userdb\"", "2: people.accounts", "needs the key account_domain"},
    {"account_name = \"{username}\"", "2: people.account_name", "needs the key account_domain"},
    {"domains = [\"h.example\"]\naccount_domain = \"H.example\"\naccounts = \"userdb\"",
     "3: people.account_domain", "come back for ever"},
    {"account_domain = \"h.example\"\naccounts = \"ldap\"", "3: people.accounts", "\"userdb\""},
    {"account_domain = \"h.example\"\naccounts = \"list:accounts\"", "3: people.accounts", "absolute"},
    {"account_domain = \"h.example\"\naccounts = \"userdb:\"", "3: people.accounts", "absolute"},
    {"account_domain = \"h.example\"\naccounts = \"userdb\"\naccount_name = \"x\"", "4: people.account_name",
     "{username}"},
    {"account_domain = \"h.example\"\naccounts = \"userdb\"\naccount_name = \"{username}@{domain}\"",
     "4: people.account_name", "braces"},
    {"account_domain = \"h.example\"\naccounts = \"userdb\"\naccount_name = \"{username}\\n\"",
     "4: people.account_name", "control"},
    {"restoration_days = 0", "2: people.restoration_days", "from 1 to 3650"},
    {"restoration_days = 3651", "2: people.restoration_days", "from 1 to 3650"},
    {"restoration_days = \"215\"", "2: people.restoration_days", "integer"},
    {"vanishing_percent = -1", "2: people.vanishing_percent", "from 0 to 100"},
    {"vanishing_percent = 100.1", "2: people.vanishing_percent", "from 0 to 100"},
    {"vanishing_percent = nan", "2: people.vanishing_percent", "from 0 to 100"},
    {"vanishing_percent = inf", "2: people.vanishing_percent", "from 0 to 100"},
    {"vanishing_percent = \"5 %\"", "2: people.vanishing_percent", "number"},
    {"subaddress_delimiters = \"a\"", "2: people.subaddress_delimiters", "these characters"},
    {"subaddress_delimiters = \".\"", "2: people.subaddress_delimiters", "these characters"},
    {"affiliations = []", "2: people.affiliations", "table"},
    {"[people.affiliations]\nX = 1", "3: people.affiliations.X", "string"},
    {"[people.affiliations]\nX = \"help@x.example\"", "3: people.affiliations.X", "{username}"},
    {"[people.affiliations]\nX = \"{username}\"", "3: people.affiliations.X", "address"},
    {"[people.affiliations]\nX = \"x@{username}.example\"", "3: people.affiliations.X", "address"},
    {"[people.affiliations]\nX = \"{username}@localhost\"", "3: people.affiliations.X", "must have a dot"},
    {"[people.affiliations]\nX = \"{username} x@x.example\"", "3: people.affiliations.X", "local part"},
    {"[people.affiliations]\nX = \"{username}@x.example\"\nx = \"{username}@y.example\"",
     "4: people.affiliations.x", "twice"},
    {"[people.affiliations]\nX = \"-{username}@x.example\"", "3: people.affiliations.X", "begins with"},
    {"account_domain = \"h.example\"\naccounts = \"userdb\"\n[people.affiliations]\n"
     "X = \"{username}@H.example\"",
     "5: people.affiliations.X", "no account there"},
    {"domains = [\"x.example\"]\n[people.affiliations]\nX = \"{username}@x.example\"",
     "4: people.affiliations.X", "come back for ever"},
};

INSTANTIATE_TEST_SUITE_P(PeoplePolicy, BadPolicies, testing::ValuesIn(bad_policies));

} // namespace
} // namespace columbarium::config
