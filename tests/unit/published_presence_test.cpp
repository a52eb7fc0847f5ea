// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/published_presence.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "presence/date_time.hpp"

namespace columbarium::presence {
namespace {

constexpr std::int64_t now = 1'796'112'000; // 2026-12-01T08:00:00Z

struct Published {
    const char* what;
    std::string value;
    Presence expected;
};

void PrintTo(const Published& published, std::ostream* stream) {
    *stream << published.what;
}

class PublishedPresence : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedPresence, IsRead) {
    const auto presence = read_published_presence(GetParam().value, now);
    ASSERT_TRUE(presence) << presence.error().text;
    EXPECT_EQ(*presence, GetParam().expected);
}

Presence available(Show show, std::string status = {}) {
    return {Knowledge::available, show, true, std::move(status), {}, 0};
}

Presence offline(std::string status = {}) {
    return {Knowledge::offline, Show::available, false, std::move(status), {}, 0};
}

const Published published[] = {
    {"WordAvailable", "available", available(Show::available)},
    {"WordChat", "chat", available(Show::chat)},
    {"WordAway", "away", available(Show::away)},
    {"WordXa", "xa", available(Show::xa)},
    {"WordDnd", "dnd", available(Show::dnd)},
    {"WordOffline", "offline", offline()},
    {"WordInAnyCase", "DND", available(Show::dnd)},
    {"WordWithALineEnd", " away\r\n", available(Show::away)},
    {"Object", R"({"show": "xa", "status": "On a trip", "until": "2026-12-01T08:00:01Z"})",
     available(Show::xa, "On a trip")},
    {"ObjectWithALineEnd", "\n{\"show\":\"away\"}\n", available(Show::away)},
    {"ObjectOfShowAlone", R"({"show":"chat"})", available(Show::chat)},
    {"OfflineHasLastWords", R"({"show":"offline","status":"Good night"})", offline("Good night")},
    {"NullCountsAsMissing", R"({"show":"xa","status":null,"until":null})", available(Show::xa)},
    {"MoreMembers", R"({"show":"xa","source":{"calendar":["work"]},"x":1.5})", available(Show::xa)},
    {"UntilInSeconds", R"({"show":"xa","until":1796112001})", available(Show::xa)},
    {"UntilIsNow", R"({"show":"xa","until":1796112000,"status":"On a trip"})", Presence()},
    {"UntilIsPast", R"({"show":"xa","until":"2026-12-01T08:59:59+01:00"})", Presence()},
    {"UntilInAnotherZone", R"({"show":"xa","until":"2026-12-01T09:00:01+01:00"})", available(Show::xa)},
    {"UntilBeforeTheEpoch", R"({"show":"xa","until":-1})", Presence()},
    {"ControlInAStatus", R"({"show":"xa","status":"a\u0000b"})",
     available(Show::xa, "a\xef\xbf\xbd"
                         "b")},
    {"LongStatus", R"({"show":"xa","status":")" + std::string(8'000, 's') + "\"}",
     available(Show::xa, std::string(8'000, 's'))},
};

INSTANTIATE_TEST_SUITE_P(Table, PublishedPresence, ::testing::ValuesIn(published),
                         [](const auto& entry) { return std::string(entry.param.what); });

struct BadPublished {
    const char* what;
    std::string value;
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadPublished& bad, std::ostream* stream) {
    *stream << bad.what;
}

class BadPublishedPresence : public ::testing::TestWithParam<BadPublished> {};

TEST_P(BadPublishedPresence, IsATemporaryFailure) {
    const auto presence = read_published_presence(GetParam().value, now);
    ASSERT_FALSE(presence);
    EXPECT_EQ(presence.error().kind, ErrorKind::temporary);
    EXPECT_NE(presence.error().text.find(GetParam().expected), std::string::npos) << presence.error().text;
    EXPECT_LT(presence.error().text.size(), 300U);
    EXPECT_EQ(presence.error().text.find_first_of("\r\n\x1b"), std::string::npos);
}

const BadPublished bad_published[] = {
    {"Empty", "", "is empty"},
    {"Blanks", " \n", "is empty"},
    {"OtherWord", "busy", "busy"},
    {"Unknown", "unknown", "one of available"},
    {"TwoWords", "away now", "away now"},
    {"ControlInAWord", "a\x1b[2Jway\nx", "a?[2Jway?x"},
    {"BrokenUtf8", "\xff", "says"},
    {"NoShow", R"({"status":"On a trip"})", "has no \"show\""},
    {"ShowIsNoText", R"({"show":1})", "\"show\" is no text"},
    {"ShowIsUnknown", R"({"show":"vacation"})", "vacation"},
    {"StatusIsNoText", R"({"show":"xa","status":1})", "\"status\" is no text"},
    {"UntilIsNoTime", R"({"show":"xa","until":"tomorrow"})", "no time"},
    {"UntilIsAFraction", R"({"show":"xa","until":1.5})", "no time"},
    {"UntilIsAFlag", R"({"show":"xa","until":true})", "no time"},
    {"NoJson", "{show: xa}", "is no JSON"},
    {"HalfAnObject", R"({"show":"xa")", "is no JSON"},
    {"NestedTooDeep", R"({"show":"xa","a":)" + std::string(8'000, '['), "nested too deep"},
    {"WrongShowIsAFaultWhereItIsOver", R"({"show":"vacation","until":1})", "vacation"},
    {"TooLong", R"({"show":"xa","status":")" + std::string(8'192, 's') + "\"}", "longer than 8192"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadPublishedPresence, ::testing::ValuesIn(bad_published),
                         [](const auto& bad) { return std::string(bad.param.what); });

struct Time {
    const char* what;
    const char* text;
    std::optional<std::int64_t> expected;
};

void PrintTo(const Time& time, std::ostream* stream) {
    *stream << time.what;
}

class DateTimes : public ::testing::TestWithParam<Time> {};

TEST_P(DateTimes, AreThoseOfRfc3339) {
    EXPECT_EQ(read_date_time(GetParam().text), GetParam().expected);
}

const Time times[] = {
    {"Epoch", "1970-01-01T00:00:00Z", 0},
    {"Rfc3339Example1", "1985-04-12T23:20:50.52Z", 482196050},
    {"Rfc3339Example2", "1996-12-19T16:39:57-08:00", 851042397},
    {"Rfc3339LeapSecond", "1990-12-31T23:59:60Z", 662688000},
    {"Rfc3339LeapSecondInAnotherZone", "1990-12-31T15:59:60-08:00", 662688000},
    {"Rfc3339Example5", "1937-01-01T12:00:27.87+00:20", -1041337173},
    {"LeapDay", "2024-02-29T00:00:00Z", 1709164800},
    {"SmallLetters", "2026-12-01t08:00:00z", now},
    {"Blank", "2026-12-01 08:00:00Z", now},
    {"UnknownZone", "2026-12-01T08:00:00-00:00", now},
    {"ManyDigits", "2026-12-01T08:00:00.00000000000000000000000001Z", now},
    {"NoLeapDay", "2026-02-29T00:00:00Z", std::nullopt},
    {"NoDay", "2026-04-31T00:00:00Z", std::nullopt},
    {"DayZero", "2026-04-00T00:00:00Z", std::nullopt},
    {"MonthThirteen", "2026-13-01T00:00:00Z", std::nullopt},
    {"HourTwentyFour", "2026-12-01T24:00:00Z", std::nullopt},
    {"MinuteSixty", "2026-12-01T08:60:00Z", std::nullopt},
    {"SecondSixtyOne", "2026-12-01T08:00:61Z", std::nullopt},
    {"ZoneOfTwentyFourHours", "2026-12-01T08:00:00+24:00", std::nullopt},
    {"NoZone", "2026-12-01T08:00:00", std::nullopt},
    {"ZoneWithoutMinutes", "2026-12-01T08:00:00+01", std::nullopt},
    {"EmptyFraction", "2026-12-01T08:00:00.Z", std::nullopt},
    {"DateAlone", "2026-12-01", std::nullopt},
    {"SomethingBehind", "2026-12-01T08:00:00Z ", std::nullopt},
    {"SignedYear", "+026-12-01T08:00:00Z", std::nullopt},
    {"OneDigit", "2026-12-1T08:00:00Z", std::nullopt},
    {"Empty", "", std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Table, DateTimes, ::testing::ValuesIn(times),
                         [](const auto& time) { return std::string(time.param.what); });

} // namespace
} // namespace columbarium::presence
