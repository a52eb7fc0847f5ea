// SPDX-License-Identifier: LGPL-2.1-or-later
// The table [triage] of columbarium.toml.
#include "config/triage_policy.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "config/pattern.hpp"
#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;
using Place = TokenPattern::Place;

TriagePolicy policy_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).triage;
}

TEST(TriageTable, HasTheDefaultsOfTheManual) {
    for (const char* text : {"", "[triage]\n"}) {
        const TriagePolicy policy = policy_of(text);
        EXPECT_TRUE(policy.authserv_ids.empty());
        EXPECT_EQ(
            policy.spam_fields,
            (std::vector<SpamField>{{"X-Spam-Flag", "^yes"}, {"X-Spam-Status", "^yes"}, {"X-Spam", "^yes"}}));
        EXPECT_TRUE(policy.openpgp_keys.empty());
        EXPECT_TRUE(policy.smime_certificates.empty());
        EXPECT_TRUE(policy.languages.empty());
        EXPECT_TRUE(policy.tokens.empty());
    }
}

TEST(TriageTable, ReadsAllKeys) {
    const TriagePolicy policy = policy_of(R"(
[triage]
authserv_ids = ["MX.example.org"]
spam_fields = ["X-Spam-Level: ^\\*{5}", "X-Junk : ^on:line"]
openpgp_keys = ["0x0123456789abcdef", "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567"]
smime_certificates = ["/etc/dovecot/support.pem"]
languages = ["EN", "deu"]
[triage.tokens.ticket]
pattern = '\[#([0-9]+)\]'
in = ["Subject", "header: X-Ticket", "body", "Address: From"]
[triage.tokens.Arbitration]
pattern = 'a20[0-9]{6}\.[0-9]{1,3}'
)");
    EXPECT_EQ(policy.authserv_ids, Texts{"mx.example.org"});
    EXPECT_EQ(policy.spam_fields,
              (std::vector<SpamField>{{"X-Spam-Level", "^\\*{5}"}, {"X-Junk", "^on:line"}}));
    EXPECT_EQ(policy.openpgp_keys, (Texts{"0123456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF01234567"}));
    EXPECT_EQ(policy.smime_certificates, Texts{"/etc/dovecot/support.pem"});
    EXPECT_EQ(policy.languages, (Texts{"en", "deu"}));
    ASSERT_EQ(policy.tokens.size(), 2U);
    EXPECT_EQ(policy.tokens[0].name, "ticket") << "in the file's order";
    EXPECT_EQ(policy.tokens[0].pattern, R"(\[#([0-9]+)\])");
    EXPECT_EQ(
        policy.tokens[0].in,
        (std::vector<TokenPattern::Source>{
            {Place::subject, ""}, {Place::header, "X-Ticket"}, {Place::body, ""}, {Place::address, "From"}}));
    EXPECT_EQ(policy.tokens[1].name, "Arbitration");
    EXPECT_EQ(policy.tokens[1].in,
              (std::vector<TokenPattern::Source>{{Place::subject, ""}, {Place::body, ""}}));
}

TEST(TriageTable, BelievesWhomTheAnswersBelieveWhereItNamesNobody) {
    EXPECT_EQ(policy_of("[reply]\nauthserv_ids = [\"mx.example.org\"]\n").authserv_ids,
              Texts{"mx.example.org"});
    EXPECT_EQ(policy_of("[reply]\nauthserv_ids = [\"mx.example.org\"]\n"
                        "[triage]\nauthserv_ids = [\"in.example.org\"]\n")
                  .authserv_ids,
              Texts{"in.example.org"});
}

TEST(TriageTable, TakesNoSpamFieldsAtAll) {
    EXPECT_TRUE(policy_of("[triage]\nspam_fields = []\n").spam_fields.empty());
}

TEST(TriageTable, NamesLineAndKeyOfAMistake) {
    const std::string long_pattern(1001, 'a');
    struct Mistake {
        std::string text;
        const char* fault; // behind the file's name
    };
    const Mistake mistakes[] = {
        {"[triage]\nauthserv_id = []\n",
         "2: triage.authserv_id: unknown key; did you mean \"authserv_ids\"?"},
        {"triage = 1\n", "1: triage: must be"},
        {"[triage]\nauthserv_ids = [\"a b\"]\n", "2: triage.authserv_ids: \"a b\" is no name"},
        {"[triage]\nspam_fields = [\"X-Spam-Flag\"]\n",
         "2: triage.spam_fields: \"X-Spam-Flag\" must be a header field and a pattern"},
        {"[triage]\nspam_fields = [\"X Spam: yes\"]\n", "2: triage.spam_fields: \"X Spam: yes\" must be"},
        {"[triage]\nspam_fields = [\"X-Spam: (\"]\n",
         "2: triage.spam_fields: \"X-Spam: (\" has a pattern that is no RE2 pattern: missing )"},
        {"[triage]\nspam_fields = [\"X: y\", \"X: y\"]\n", "2: triage.spam_fields: holds \"X: y\" twice"},
        {"[triage]\nopenpgp_keys = [\"01234567\"]\n",
         "2: triage.openpgp_keys: \"01234567\" is no key id or fingerprint"},
        {"[triage]\nopenpgp_keys = [\"0123456789ABCDEG\"]\n", "2: triage.openpgp_keys: "},
        {"[triage]\nopenpgp_keys = [\"0123 4567 89AB CDEF 0123 4567 89AB CDEF\"]\n",
         "2: triage.openpgp_keys: \"0123 4567 89AB CDEF 0123 4567 89AB CDEF\" is a fingerprint of a version "
         "3 "
         "key, which messages do not tell: write the key's id instead, 16 hexadecimal digits"},
        {"[triage]\nopenpgp_keys = [\"0x0123456789abcdef\", \"0123456789ABCDEF\"]\n",
         "2: triage.openpgp_keys: holds \"0123456789ABCDEF\" twice"},
        {"[triage]\nsmime_certificates = [\"support.pem\"]\n",
         "2: triage.smime_certificates: \"support.pem\" must be absolute"},
        {"[triage]\nlanguages = [\"english\"]\n", "2: triage.languages: \"english\" is no language"},
        {"[triage]\ntokens = 1\n", "2: triage.tokens: must be tables"},
        {"[triage.tokens]\nx = 1\n", "2: triage.tokens.x: must be a table"},
        {"[triage.tokens.x]\n", "1: triage.tokens.x.pattern: is missing"},
        {"[triage.tokens.x]\npattern = \"\"\n", "2: triage.tokens.x.pattern: must not be empty"},
        {"[triage.tokens.x]\npattern = \"[\"\n", "2: triage.tokens.x.pattern: is no RE2 pattern: missing ]"},
        {"[triage.tokens.x]\npattern = '(a)\\1'\n",
         "2: triage.tokens.x.pattern: is no RE2 pattern: invalid escape"},
        {"[triage.tokens.x]\npattern = '" + long_pattern + "'\n",
         "2: triage.tokens.x.pattern: is longer than 1000 octets"},
        {"[triage.tokens.x]\npattern = '((a{100}){100}){100}'\n",
         "2: triage.tokens.x.pattern: is too large when it is compiled"},
        {"[triage.tokens.x]\npattern = '(\\pL{1,200}\\pN{1,200}){1,5}'\n",
         "2: triage.tokens.x.pattern: is too large when it is compiled"},
        {"[triage.tokens.x]\npattern = 'x*'\n", "2: triage.tokens.x.pattern: matches the empty text"},
        {"[triage.tokens.x]\npattern = 'x'\nin = []\n", "3: triage.tokens.x.in: must name a place to look"},
        {"[triage.tokens.x]\npattern = 'x'\nin = [\"header\"]\n",
         "3: triage.tokens.x.in: \"header\" is no place to look"},
        {"[triage.tokens.x]\npattern = 'x'\nin = [\"header:\"]\n",
         "3: triage.tokens.x.in: \"header:\" is no"},
        {"[triage.tokens.x]\npattern = 'x'\nin = [\"address\"]\n",
         "3: triage.tokens.x.in: \"address\" is no place to look"},
        {"[triage.tokens.x]\npattern = 'x'\nin = [\"subject:x\"]\n",
         "3: triage.tokens.x.in: \"subject:x\" is no place to look"},
        {"[triage.tokens.x]\npattern = 'x'\nplace = \"body\"\n", "3: triage.tokens.x.place: unknown key"},
        {"[triage.tokens.\"a b\"]\npattern = 'x'\n", "1: triage.tokens: \"a b\" is no name of a token"},
        {"[triage.tokens.a]\npattern = 'x'\n[triage.tokens.A]\npattern = 'y'\n",
         "3: triage.tokens.A: there is \"a\" already"},
    };
    for (const Mistake& mistake : mistakes) {
        const auto config = parse_site_config(mistake.text, path);
        ASSERT_FALSE(config.has_value()) << mistake.text;
        EXPECT_EQ(config.error().kind, ErrorKind::temporary);
        EXPECT_TRUE(config.error().text.starts_with(std::string(path) + ":" + mistake.fault))
            << config.error().text << "\n"
            << mistake.fault;
    }
}

TEST(TriageTable, TakesAHundredTokensAndNoMore) {
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += "[triage.tokens.t" + std::to_string(i) + "]\npattern = 'x" + std::to_string(i) + "'\n";
    EXPECT_EQ(policy_of(text).tokens.size(), 100U);
    EXPECT_FALSE(parse_site_config(text + "[triage.tokens.last]\npattern = 'x'\n", path).has_value());
}

TEST(Pattern, IgnoresCaseAndKnowsLines) {
    const RE2* const pattern = compiled_pattern("^ticket (.)$");
    ASSERT_NE(pattern, nullptr);
    EXPECT_EQ(compiled_pattern("^ticket (.)$"), pattern) << "compiled once";
    EXPECT_TRUE(RE2::PartialMatch("one\nTicket ü\ntwo", *pattern));
    EXPECT_FALSE(RE2::PartialMatch("my ticket 7", *pattern));
    EXPECT_EQ(compiled_pattern("("), nullptr);
}

TEST(Pattern, IsKeptInABoundedNumber) {
    for (int i = 0; i < 3000; ++i)
        ASSERT_NE(compiled_pattern("bounded" + std::to_string(i)), nullptr);
}

} // namespace
} // namespace columbarium::config
