// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of columbarium.toml that a triage desk has: [desk], [answers.NAME], and its keys of
// destinations.
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";

SiteConfig parsed(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig());
}

TEST(DeskConfig, HasDefaults) {
    const SiteConfig config = parsed("");
    EXPECT_EQ(config.desk.from, "");
    EXPECT_EQ(config.desk.forwards_per_message, 4U);
    EXPECT_EQ(config.desk.forwards_per_hour, 500U);
    EXPECT_EQ(config.desk.hops, 3U);
    EXPECT_TRUE(config.answers.empty());
}

TEST(DeskConfig, ReadsTheDesk) {
    const SiteConfig config = parsed(R"([desk]
from = "Support <support@example.org>"
forwards_per_message = 1
forwards_per_hour = 0
hops = 20
)");
    EXPECT_EQ(config.desk.from, "Support <support@example.org>");
    EXPECT_EQ(config.desk.forwards_per_message, 1U);
    EXPECT_EQ(config.desk.forwards_per_hour, 0U);
    EXPECT_EQ(config.desk.hops, 20U);
}

TEST(DeskConfig, ReadsAnswersInTheFilesOrder) {
    const SiteConfig config = parsed(R"toml([answers.the-bat]
subject = "Auto: The Bat! ({{{subject}}})"
templates = "/etc/dovecot/columbarium-replies"
languages = ["ru", "en"]
[answers.a_2]
templates = "/srv/answers"
)toml");
    ASSERT_EQ(config.answers.size(), 2U);
    EXPECT_EQ(config.answers[0].name, "the-bat");
    EXPECT_EQ(config.answers[0].subject, "Auto: The Bat! ({{{subject}}})");
    EXPECT_EQ(config.answers[0].templates, "/etc/dovecot/columbarium-replies");
    EXPECT_EQ(config.answers[0].languages, (std::vector<std::string>{"ru", "en"}));
    EXPECT_EQ(config.answers[1].subject, "Auto: {{{subject}}}");
    EXPECT_EQ(config.answers[1].languages, std::vector<std::string>{"en"});
    EXPECT_EQ(config.find_answer("THE-BAT"), config.answers.data());
    EXPECT_EQ(config.find_answer("nobody"), nullptr);
}

TEST(DeskConfig, ReadsWhatAChannelIs) {
    const SiteConfig config = parsed(R"([destinations.disputes]
kind = "channel"
forward_to = "disputes@example.org"
mailbox = "Forwards/Disputes"
original = "inline"
per_hour = 0
answer = "The-Bat"
record_bounces = true
[destinations.waiting]
kind = "channel"
mailbox = "Forwards/Help"
[destinations.bat]
kind = "bucket"
mailbox = "Bat"
answer = "the-bat"
record_bounces = true
[answers.the-bat]
templates = "/etc/dovecot/columbarium-replies"
)");
    ASSERT_EQ(config.destinations.size(), 3U);
    const auto& disputes = std::get<Channel>(config.destinations[0].kind);
    EXPECT_EQ(disputes.forward_to, "disputes@example.org");
    EXPECT_EQ(disputes.mailbox, "Forwards/Disputes");
    EXPECT_EQ(disputes.original, Channel::Original::as_inline);
    EXPECT_EQ(disputes.per_hour, 0U);
    EXPECT_EQ(config.destinations[0].answer, "The-Bat");
    EXPECT_TRUE(config.destinations[0].records_bounces);
    const auto& waiting = std::get<Channel>(config.destinations[1].kind);
    EXPECT_EQ(waiting.forward_to, "");
    EXPECT_EQ(waiting.original, Channel::Original::attached);
    EXPECT_EQ(waiting.per_hour, 200U);
    EXPECT_EQ(config.destinations[1].answer, "");
    EXPECT_FALSE(config.destinations[1].records_bounces);
    EXPECT_EQ(config.destinations[2].answer, "the-bat");
    EXPECT_TRUE(config.destinations[2].records_bounces);
}

TEST(DeskConfig, ReadsTheTokensOfAChannel) {
    const SiteConfig config = parsed(R"([destinations.disputes]
kind = "channel"
forward_to = "disputes@example.org"
tokens = ["Arbitration"]
[triage.tokens.arbitration]
pattern = 'a20\d{6}\.\d+'
)");
    ASSERT_EQ(config.destinations.size(), 1U);
    EXPECT_EQ(std::get<Channel>(config.destinations[0].kind).tokens, std::vector<std::string>{"Arbitration"});
}

struct Broken {
    const char* name;
    std::string text;
    const char* expected; // begins the error's text, after the file's name
};

void PrintTo(const Broken& file, std::ostream* stream) {
    *stream << file.name;
}

class BrokenDeskConfig : public testing::TestWithParam<Broken> {};

TEST_P(BrokenDeskConfig, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config(GetParam().text, path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
}

std::string channel(const std::string& keys) {
    return "[destinations.x]\nkind = \"channel\"\n" + keys;
}

std::string answer(const std::string& keys) {
    return "[answers.x]\n" + keys;
}

const Broken broken[] = {
    {"desk_unknown_key", "[desk]\nform = \"x\"\n", ":2: desk.form: "},
    {"desk_from", "[desk]\nfrom = \"Support\"\n", ":2: desk.from: must be one mailbox"},
    {"desk_two_from", "[desk]\nfrom = \"a@x.org, b@x.org\"\n", ":2: desk.from: must be one mailbox"},
    {"desk_from_line_end", "[desk]\nfrom = \"a\\nBcc: <a@x.org>\"\n", ":2: desk.from: must not hold control"},
    {"desk_none_per_message", "[desk]\nforwards_per_message = 0\n", ":2: desk.forwards_per_message: "},
    {"desk_many_per_message", "[desk]\nforwards_per_message = 101\n", ":2: desk.forwards_per_message: "},
    {"desk_many_per_hour", "[desk]\nforwards_per_hour = 1000001\n", ":2: desk.forwards_per_hour: "},
    {"desk_no_hops", "[desk]\nhops = 0\n", ":2: desk.hops: "},
    {"desk_many_hops", "[desk]\nhops = 21\n", ":2: desk.hops: "},
    {"desk_no_table", "desk = 1\n", ":1: desk: must be a table"},
    {"answer_no_table", "[answers]\nx = 1\n", ":2: answers.x: must be a table"},
    {"answer_name", "[answers.\"a:b\"]\ntemplates = \"/x\"\n", ":1: answers.a:b: a name is made of"},
    {"answer_path_name", "[answers.\"../x\"]\ntemplates = \"/x\"\n", ":1: answers.../x: a name is made of"},
    {"answer_twice", "[answers.a]\ntemplates = \"/x\"\n[answers.A]\ntemplates = \"/x\"\n",
     ":3: answers.A: there is \"a\" already"},
    {"answer_without_templates", answer(""), ":1: answers.x.templates: "},
    {"answer_relative_templates", answer("templates = \"x\"\n"), ":2: answers.x.templates: "},
    {"answer_unknown_key", answer("templates = \"/x\"\nlanguage = \"en\"\n"), ":3: answers.x.language: "},
    {"answer_no_languages", answer("templates = \"/x\"\nlanguages = []\n"),
     ":3: answers.x.languages: must name a language"},
    {"answer_no_language", answer("templates = \"/x\"\nlanguages = [\"../x\"]\n"),
     ":3: answers.x.languages: \"../x\" is no language tag"},
    {"answer_language_twice", answer("templates = \"/x\"\nlanguages = [\"en\", \"EN\"]\n"),
     ":3: answers.x.languages: holds \"EN\" twice"},
    {"answer_subject_name", answer("templates = \"/x\"\nsubject = \"{{people}}\"\n"),
     ":3: answers.x.subject: line 1: the unknown {{people}}"},
    {"answer_subject_control", answer("templates = \"/x\"\nsubject = \"a\\nb\"\n"),
     ":3: answers.x.subject: must not hold control characters"},
    {"channel_to_nowhere", channel(""), ":1: destinations.x.forward_to: is missing"},
    {"channel_no_address", channel("forward_to = \"nobody\"\n"), ":3: destinations.x.forward_to: "},
    {"channel_mailbox", channel("mailbox = \"../x\"\n"), ":3: destinations.x.mailbox: "},
    {"channel_original", channel("mailbox = \"x\"\noriginal = \"whole\"\n"), ":4: destinations.x.original: "},
    {"channel_per_hour", channel("mailbox = \"x\"\nper_hour = 1000001\n"), ":4: destinations.x.per_hour: "},
    {"channel_flags", channel("mailbox = \"x\"\nflags = []\n"), ":4: destinations.x.flags: "},
    {"channel_token_twice", channel("mailbox = \"x\"\ntokens = [\"a\", \"A\"]\n"),
     ":4: destinations.x.tokens: holds \"A\" twice"},
    {"bucket_with_forward_to", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"x\"\nforward_to = \"a@x\"\n",
     ":4: destinations.x.forward_to: "},
    {"unknown_answer", channel("mailbox = \"x\"\nanswer = \"bat\"\n"),
     ":4: destinations.x.answer: there is no answer \"bat\"; it needs its table, [answers.bat]"},
    {"similar_answer", channel("mailbox = \"x\"\nanswer = \"bats\"\n[answers.bat]\ntemplates = \"/x\"\n"),
     ":4: destinations.x.answer: there is no answer \"bats\"; did you mean \"bat\"?"},
    {"unknown_token", channel("mailbox = \"x\"\ntokens = [\"ticket\"]\n"),
     ":4: destinations.x.tokens: there is no token \"ticket\"; it needs its table, [triage.tokens.ticket]"},
    {"record_bounces", channel("mailbox = \"x\"\nrecord_bounces = 1\n"),
     ":4: destinations.x.record_bounces: must be true or false"},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenDeskConfig, testing::ValuesIn(broken),
                         [](const auto& row) { return row.param.name; });

} // namespace
} // namespace columbarium::config
