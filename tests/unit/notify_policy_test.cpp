// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/notify_policy.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";

NotifyPolicy policy_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).notify;
}

TEST(NotifyPolicy, ReadsTheWholeTable) {
    const NotifyPolicy policy = policy_of(R"([notify]
domains = ["Example.com", "chat.example.org"]
type = "headline"
subject = "Post"
text = "{from} an {recipient}:\n{subject}"
url = "imap://{user}@imap.example.com/{mailbox}"
most_per_delivery = 1
most_per_hour = 10000
body_limit = 60000
tries = 10
queue_limit = 100000
queue_hours = 168
)");
    EXPECT_EQ(policy.domains, (std::vector<std::string>{"example.com", "chat.example.org"}));
    EXPECT_TRUE(policy.headline);
    EXPECT_EQ(policy.subject, "Post");
    EXPECT_EQ(policy.text, "{from} an {recipient}:\n{subject}");
    EXPECT_EQ(policy.url, "imap://{user}@imap.example.com/{mailbox}");
    EXPECT_EQ(policy.most_per_delivery, 1U);
    EXPECT_EQ(policy.most_per_hour, 10'000U);
    EXPECT_EQ(policy.body_limit, 60'000U);
    EXPECT_EQ(policy.tries, 10U);
    EXPECT_EQ(policy.queue_limit, 100'000U);
    EXPECT_EQ(policy.queue_hours, 168U);
}

// "headline" is dropped for users who are offline.
TEST(NotifyPolicy, XN_9_EN_15_WithoutTheTableNotificationsAreOfTypeNormalAndGoToOwnersOnly) {
    for (const char* text : {"", "[notify]\n", "[notify]\ntype = \"normal\"\n"}) {
        const NotifyPolicy policy = policy_of(text);
        EXPECT_TRUE(policy.domains.empty());
        EXPECT_FALSE(policy.headline);
        EXPECT_EQ(policy.subject, "SIEVE");
        EXPECT_EQ(policy.text, "New mail from {from}: {subject}");
        EXPECT_EQ(policy.url, "");
        EXPECT_EQ(policy.most_per_delivery, 5U);
        EXPECT_EQ(policy.most_per_hour, 60U);
        EXPECT_EQ(policy.body_limit, 4'096U);
        EXPECT_EQ(policy.tries, 5U);
        EXPECT_EQ(policy.queue_limit, 1'000U);
        EXPECT_EQ(policy.queue_hours, 24U);
    }
}

TEST(NotifyPolicy, XN_19_TheNumberOfTriesIsConfigurableFromThreeToTen) {
    for (std::size_t tries = 0; tries <= 15; ++tries) {
        const auto config = parse_site_config("[notify]\ntries = " + std::to_string(tries) + "\n", path);
        EXPECT_EQ(config.has_value(), tries >= 3 && tries <= 10) << tries;
    }
}

TEST(NotifyPolicy, AnEmptySubjectIsNone) {
    EXPECT_EQ(policy_of("[notify]\nsubject = \"\"\n").subject, "");
}

TEST(NotifyPolicy, TextsMayBeInAnyLanguage) {
    EXPECT_EQ(policy_of("[notify]\ntext = \"Новое письмо — {subject}\"\n").text, "Новое письмо — {subject}");
    EXPECT_EQ(policy_of("[notify]\ntext = \"mail\"\n").text, "mail") << "without placeholders";
}

struct BrokenTable {
    const char* name;
    std::string line;
    const char* expected; // after the file's name and ":2: notify."
};

void PrintTo(const BrokenTable& table, std::ostream* stream) {
    *stream << table.name;
}

class BrokenNotifyPolicy : public ::testing::TestWithParam<BrokenTable> {};

TEST_P(BrokenNotifyPolicy, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config("[notify]\n" + GetParam().line + "\n", path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + ":2: notify." + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
    EXPECT_EQ(config.error().text.find('\n'), std::string::npos) << "one line";
}

const BrokenTable broken_tables[] = {
    {"UnknownKey", "domain = [\"example.com\"]", "domain: unknown key; did you mean \"domains\"?"},
    {"KeyFarFromAll", "x = 5", "x: unknown key; known here: domains, type, subject,"},
    {"DomainsNoList", "domains = \"example.com\"", "domains: must be a list of strings, not a string"},
    {"DomainWithAt", "domains = [\"@example.com\"]", "domains: \"@example.com\" is no domain"},
    {"DomainForAll", "domains = [\"*\"]", "domains: \"*\" is no domain"},
    {"XN_9_TypeOfAChat", "type = \"chat\"", "type: unknown value \"chat\"; known: normal, headline"},
    {"TypeNearOne", "type = \"headlines\"", "type: unknown value \"headlines\"; did you mean \"headline\"?"},
    {"TypeNoString", "type = 1", "type: must be a string, not an integer"},
    {"SubjectWithLineEnd", "subject = \"a\\nb\"", "subject: must not hold control characters"},
    {"SubjectNoString", "subject = false", "subject: must be a string, not true or false"},
    {"EmptyText", "text = \"\"", "text: must not be empty"},
    {"TextWithNul", "text = \"a\\u0000b\"", "text: must not hold control characters but line feeds and tabs"},
    {"TextWithUnknownPlaceholder", "text = \"{sender}\"",
     "text: holds the unknown {sender}; known: {from}, {subject}, {recipient}"},
    {"TextWithNearPlaceholder", "text = \"{subjekt}\"",
     "text: holds the unknown {subjekt}; did you mean {subject}?"},
    {"TextWithPlaceholderOfTheUrl", "text = \"{mailbox}\"", "text: holds the unknown {mailbox}"},
    {"TextWithOpenBrace", "text = \"{from\"", "text: has a brace without its partner"},
    {"TextWithClosedBrace", "text = \"from}\"", "text: has a brace without its partner"},
    {"TextWithNestedBraces", "text = \"{{from}}\"", "text: has a brace without its partner"},
    {"TextWithEmptyBraces", "text = \"{}\"", "text: holds the unknown {}"},
    {"UrlWithoutScheme", "url = \"imap.example.com/{mailbox}\"", "url: must start with a scheme"},
    {"UrlWithColonOnly", "url = \":x\"", "url: must start with a scheme"},
    {"UrlWithBlank", "url = \"imap://x/my mail\"", "url: holds characters that no URL holds"},
    {"UrlWithUmlaut", "url = \"imap://bücher.example/\"", "url: holds characters that no URL holds"},
    {"UrlWithPlaceholderOfTheText", "url = \"imap://x/{subject}\"",
     "url: holds the unknown {subject}; known: {user}, {mailbox}"},
    {"XN_14_UrlTooLong", "url = \"imap://x/" + std::string(longest_notify_url, 'a') + "\"",
     "url: must not be longer than 4000 octets"},
    {"EmptyUrl", "url = \"\"", "url: must not be empty"},
    {"EN_13_NoNotificationAtAll", "most_per_delivery = 0", "most_per_delivery: must be from 1 to 100"},
    {"EN_13_TooManyNotifications", "most_per_delivery = 101", "most_per_delivery: must be from 1 to 100"},
    {"NoneInAnHour", "most_per_hour = 0", "most_per_hour: must be from 1 to 10000"},
    {"TooManyInAnHour", "most_per_hour = 10001", "most_per_hour: must be from 1 to 10000"},
    {"BodyTooShort", "body_limit = 99", "body_limit: must be from 100 to 60000"},
    {"BodyTooLong", "body_limit = 60001", "body_limit: must be from 100 to 60000"},
    {"XN_19_TooFewTries", "tries = 2", "tries: must be from 3 to 10"},
    {"XN_19_TooManyTries", "tries = 11", "tries: must be from 3 to 10"},
    {"TriesNoInteger", "tries = \"5\"", "tries: must be an integer, not a string"},
    {"NoQueue", "queue_limit = 0", "queue_limit: must be from 1 to 100000"},
    {"QueueTooLong", "queue_limit = 100001", "queue_limit: must be from 1 to 100000"},
    {"NoHours", "queue_hours = 0", "queue_hours: must be from 1 to 168"},
    {"TooManyHours", "queue_hours = 169", "queue_hours: must be from 1 to 168"},
};

INSTANTIATE_TEST_SUITE_P(Table, BrokenNotifyPolicy, ::testing::ValuesIn(broken_tables),
                         [](const auto& table) { return std::string(table.param.name); });

TEST(NotifyPolicy, ThatIsNoTableIsAFailure) {
    const auto config = parse_site_config("notify = []\n", path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().text, std::string(path) + ":1: notify: must be a table, as in [notify]");
}

} // namespace
} // namespace columbarium::config
