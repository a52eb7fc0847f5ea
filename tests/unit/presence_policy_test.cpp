// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/presence_policy.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;

PresencePolicy policy_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).presence;
}

TEST(PresencePolicy, ReadsTheWholeTable) {
    const PresencePolicy policy =
        policy_of("[presence]\n"
                  "deadline_ms = 50\n"
                  "available_show = \"unknown\"\n"
                  "offline_online = \"no\"\n"
                  "busy = [\"dnd\", \"xa\", \"available\"]\n"
                  "languages = [\"de-AT\", \"de\", \"sl-rozaj-biske-1994\", \"*\"]\n"
                  "public = [\"oncall@example.com\", \"@rooms.example.com\"]\n");
    EXPECT_EQ(policy.deadline_milliseconds, 50U);
    EXPECT_EQ(policy.available_show, "unknown");
    EXPECT_TRUE(policy.offline_is_no);
    EXPECT_EQ(policy.busy, (Texts{"dnd", "xa", "available"}));
    EXPECT_EQ(policy.languages, (Texts{"de-AT", "de", "sl-rozaj-biske-1994", "*"}));
    EXPECT_EQ(policy.public_jids, (Texts{"oncall@example.com", "@rooms.example.com"}));
}

TEST(PresencePolicy, WithoutTheTableNobodysPresenceIsPublicAndOnlyDndIsBusy) {
    for (const char* text : {"", "[presence]\n", "[presence]\noffline_online = \"maybe\"\n"}) {
        const PresencePolicy policy = policy_of(text);
        EXPECT_EQ(policy.deadline_milliseconds, 150U);
        EXPECT_EQ(policy.available_show, "chat");
        EXPECT_FALSE(policy.offline_is_no);
        EXPECT_EQ(policy.busy, Texts{"dnd"});
        EXPECT_TRUE(policy.languages.empty());
        EXPECT_TRUE(policy.public_jids.empty());
    }
}

TEST(PresencePolicy, TakesTheLeastAndTheLongestDeadline) {
    EXPECT_EQ(policy_of("[presence]\ndeadline_ms = 10\n").deadline_milliseconds, 10U);
    EXPECT_EQ(policy_of("[presence]\ndeadline_ms = 200\n").deadline_milliseconds, 200U);
}

TEST(PresencePolicy, NobodyIsBusyWhereTheSiteSaysSo) {
    EXPECT_TRUE(policy_of("[presence]\nbusy = []\n").busy.empty());
}

struct BrokenTable {
    const char* name;
    std::string line;
    const char* expected; // after the file's name and ":2: presence."
};

void PrintTo(const BrokenTable& table, std::ostream* stream) {
    *stream << table.name;
}

class BrokenPresencePolicy : public ::testing::TestWithParam<BrokenTable> {};

TEST_P(BrokenPresencePolicy, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config("[presence]\n" + GetParam().line + "\n", path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + ":2: presence." + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
    EXPECT_EQ(config.error().text.find('\n'), std::string::npos) << "one line";
}

const BrokenTable broken_tables[] = {
    {"UnknownKey", "available_shows = \"chat\"",
     "available_shows: unknown key; did you mean \"available_show\"?"},
    {"KeyFarFromAll", "colour = 5", "colour: unknown key; known here: deadline_ms, "},
    {"DeadlineTooShort", "deadline_ms = 9", "deadline_ms: must be from 10 to 200"},
    {"DeadlineTooLong", "deadline_ms = 201", "deadline_ms: must be from 10 to 200"},
    {"NegativeDeadline", "deadline_ms = -1", "deadline_ms: must be from 10 to 200"},
    {"DeadlineNoInteger", "deadline_ms = 1.5", "deadline_ms: must be an integer, not a number"},
    {"ShowNearOne", "available_show = \"chatt\"",
     "available_show: unknown value \"chatt\"; did you mean \"chat\"?"},
    {"ShowThatNoScriptKnows", "available_show = \"online\"",
     "available_show: unknown value \"online\"; known: chat, away, dnd, xa, unknown"},
    {"ShowInCapitals", "available_show = \"XA\"", "available_show: unknown value \"XA\""},
    {"ShowNoString", "available_show = true", "available_show: must be a string"},
    {"EmptyShow", "available_show = \"\"", "available_show: must not be empty"},
    {"OfflineYes", "offline_online = \"yes\"", "offline_online: unknown value \"yes\"; known: maybe, no"},
    {"OfflineNoString", "offline_online = false", "offline_online: must be a string, not true or false"},
    {"BusyNoList", "busy = \"dnd\"", "busy: must be a list of strings, not a string"},
    {"BusyOffline", "busy = [\"dnd\", \"offline\"]", "busy: unknown value \"offline\"; known: available,"},
    {"BusyNearOne", "busy = [\"awy\"]", "busy: unknown value \"awy\"; did you mean \"away\"?"},
    {"BusyOfNumbers", "busy = [1]", "busy: holds an integer; all elements must be strings"},
    {"LanguageOfALocale", "languages = [\"de_AT\"]", "languages: \"de_AT\" is no language tag"},
    {"EmptyLanguage", "languages = [\"\"]", "languages: \"\" is no language tag"},
    {"LanguageWithEmptyPart", "languages = [\"de-\"]", "languages: \"de-\" is no language tag"},
    {"LanguageForSome", "languages = [\"de-*\"]", "languages: \"de-*\" is no language tag"},
    {"LanguageTooLong", "languages = [\"abcdefghi\"]", "languages: \"abcdefghi\" is no language tag"},
    {"PublicDomain", "public = [\"example.com\"]", "public: \"example.com\" must have a local part"},
    {"PublicFullJid", "public = [\"a@example.com/desk\"]", "public: \"a@example.com/desk\" must be bare"},
    {"PublicEverybody", "public = [\"@\"]", "public: \"@\" is no \"@\" with a domain"},
    {"PublicWildcard", "public = [\"@*\"]", "public: \"@*\" is no \"@\" with a domain"},
    {"PublicWithBlank", "public = [\"a b@example.com\"]", "public: \"a b@example.com\" has a local part"},
};

INSTANTIATE_TEST_SUITE_P(Table, BrokenPresencePolicy, ::testing::ValuesIn(broken_tables),
                         [](const auto& table) { return std::string(table.param.name); });

TEST(PresencePolicy, ThatIsNoTableIsAFailure) {
    const auto config = parse_site_config("presence = true\n", path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().text, std::string(path) + ":1: presence: must be a table, as in [presence]");
}

} // namespace
} // namespace columbarium::config
