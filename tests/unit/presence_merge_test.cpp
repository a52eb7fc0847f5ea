// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "presence/presence.hpp"

namespace columbarium::presence {
namespace {

const std::vector<std::string> no_languages;

struct Merge {
    const char* what;
    std::vector<Resource> resources;
    std::string asked;
    std::string expected; // the resource that tells; "" for offline
    bool receives = true;
};

void PrintTo(const Merge& merge, std::ostream* stream) {
    *stream << merge.what;
}

class MergedPresence : public ::testing::TestWithParam<Merge> {};

TEST_P(MergedPresence, IsThatOfOneResource) {
    const Presence presence = merge(GetParam().resources, GetParam().asked, no_languages);
    if (GetParam().expected.empty()) {
        EXPECT_EQ(presence.knowledge, Knowledge::offline);
        EXPECT_FALSE(presence.receives);
        EXPECT_EQ(presence.resource, GetParam().asked);
        return;
    }
    EXPECT_EQ(presence.knowledge, Knowledge::available);
    EXPECT_EQ(presence.resource, GetParam().expected);
    EXPECT_EQ(presence.receives, GetParam().receives);
    for (const Resource& resource : GetParam().resources) {
        if (resource.name != presence.resource)
            continue;
        EXPECT_EQ(presence.show, resource.show);
        EXPECT_EQ(presence.since, resource.since);
    }
}

Resource one(std::string name, Show show, int priority, std::int64_t since = 100) {
    return {std::move(name), show, {}, priority, since};
}

const Merge merges[] = {
    {"PR_24_NoResourceIsOffline", {}, "", ""},
    {"PR_24_OneResource", {one("a", Show::xa, 0)}, "", "a"},
    {"PR_24_OnlyTheNamedResourceCounts", {one("a", Show::chat, 9), one("b", Show::dnd, 0)}, "b", "b"},
    {"PR_24_NamedResourceThatIsNotThereIsOffline", {one("a", Show::chat, 9)}, "b", ""},
    {"PR_24_NamedResourceIsComparedToTheLetter", {one("a", Show::chat, 9)}, "A", ""},
    {"PR_24_NamedResourceReceivesWhateverItsPriority", {one("a", Show::chat, -1)}, "a", "a", true},
    {"PR_24_HighestPriorityWins",
     {one("a", Show::chat, 5), one("b", Show::dnd, 10), one("c", Show::chat, 7)},
     "",
     "b"},
    {"PR_24_NegativePrioritiesDoNotCount", {one("a", Show::chat, -1, 900), one("b", Show::dnd, 0)}, "", "b"},
    {"PR_24_BestOfNegativePrioritiesDoesNotReceive",
     {one("a", Show::dnd, -1), one("b", Show::chat, -5)},
     "",
     "a",
     false},
    {"PR_24_ChatBeforeAvailable", {one("a", Show::available, 0, 900), one("b", Show::chat, 0)}, "", "b"},
    {"PR_24_AvailableBeforeAway", {one("a", Show::away, 0, 900), one("b", Show::available, 0)}, "", "b"},
    {"PR_24_AwayBeforeXa", {one("a", Show::xa, 0, 900), one("b", Show::away, 0)}, "", "b"},
    {"PR_24_XaBeforeDnd", {one("a", Show::dnd, 0, 900), one("b", Show::xa, 0)}, "", "b"},
    {"PR_24_OfEqualsTheOneThatChangedLast",
     {one("a", Show::away, 0, 5), one("b", Show::away, 0, 7), one("c", Show::away, 0, 6)},
     "",
     "b"},
};

INSTANTIATE_TEST_SUITE_P(Table, MergedPresence, ::testing::ValuesIn(merges),
                         [](const auto& merge) { return std::string(merge.param.what); });

TEST(ShowNames, XP_11_AreComparedToTheLetter) {
    for (const Show show : {Show::chat, Show::available, Show::away, Show::xa, Show::dnd})
        EXPECT_EQ(show_named(name_of(show)), show);
    for (const char* name : {"", "DND", " dnd", "dnd ", "offline", "unknown", "busy"})
        EXPECT_EQ(show_named(name), std::nullopt) << name;
}

struct Choice {
    const char* what;
    std::vector<StatusText> statuses;
    std::vector<std::string> languages;
    std::string expected;
};

void PrintTo(const Choice& choice, std::ostream* stream) {
    *stream << choice.what;
}

class ChosenStatus : public ::testing::TestWithParam<Choice> {};

TEST_P(ChosenStatus, IsTheOneForTheSite) {
    EXPECT_EQ(choose_status(GetParam().statuses, GetParam().languages), GetParam().expected);
}

const std::vector<StatusText> several = {
    {"fr", "absent"}, {"", "gone"}, {"de-AT", "weg"}, {"en-GB", "away"}, {"EN", "AWAY"}};

const Choice choices[] = {
    {"PR_25_None", {}, {"en"}, ""},
    {"PR_25_WithoutLanguagesTheOneWithoutLanguage", several, {}, "gone"},
    {"PR_25_Language", several, {"fr"}, "absent"},
    {"PR_25_RangeIsAPrefix", several, {"de"}, "weg"},
    {"PR_25_InAnyCase", several, {"DE-at"}, "weg"},
    {"PR_25_FirstThatMatches", several, {"en"}, "away"},
    {"PR_25_OrderOfTheSite", several, {"it", "en", "fr"}, "away"},
    {"PR_25_NarrowerThanTheText", several, {"fr-CA"}, "gone"},
    {"PR_25_PrefixOfALetterIsNone", {{"den", "x"}, {"", "y"}}, {"de"}, "y"},
    {"PR_25_AnyLanguage", several, {"it", "*"}, "absent"},
    {"PR_25_EmptyRangeMatchesNothing", several, {""}, "gone"},
    {"PR_25_ElseTheFirst", {{"fr", "absent"}, {"de", "weg"}}, {"en"}, "absent"},
};

INSTANTIATE_TEST_SUITE_P(Table, ChosenStatus, ::testing::ValuesIn(choices),
                         [](const auto& choice) { return std::string(choice.param.what); });

TEST(MergedPresenceTest, PR_25_TellsTheStatusForTheSite) {
    Resource resource = one("a", Show::away, 0);
    resource.statuses = several;
    const std::vector<std::string> german = {"de"};
    EXPECT_EQ(merge(std::vector{resource}, "", german).status, "weg");
}

} // namespace
} // namespace columbarium::presence
