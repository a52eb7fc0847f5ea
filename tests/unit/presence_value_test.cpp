// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/presence_value.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "base/json_object.hpp"

namespace columbarium::presence {
namespace {

TEST(PresenceValues, AreJson) {
    const Presence presence{Knowledge::available, Show::xa, true, "On a \"trip\"\n", "phone", 1'700'000'000};
    EXPECT_EQ(to_value(presence), R"({"presence":"available","show":"xa","receives":true,)"
                                  R"("status":"On a \"trip\"\n","resource":"phone","since":1700000000})");
    EXPECT_EQ(to_value(Presence()), R"({"presence":"unknown"})");
}

TEST(PresenceValues, ComeBackAsTheyWere) {
    for (const Knowledge knowledge : {Knowledge::unknown, Knowledge::offline, Knowledge::available})
        for (const Show show : {Show::chat, Show::available, Show::away, Show::xa, Show::dnd}) {
            const bool available = knowledge == Knowledge::available;
            const Presence presence{knowledge, available ? show : Show::available,
                                    available, "Grüße \xf0\x9f\x93\xb1 \\ \t\r\n",
                                    "a/b",     -5};
            const auto again = from_value(to_value(presence));
            ASSERT_TRUE(again) << again.error().text;
            EXPECT_EQ(*again, presence);
        }
}

TEST(PresenceValues, MayMissAllButTheirKindAndHoldMore) {
    EXPECT_EQ(from_value(R"({"presence":"unknown"})"), Presence());
    const auto presence = from_value(R"( {"presence":"available", "x":{"y":[1,2.5,null]}, "status":null} )");
    ASSERT_TRUE(presence) << presence.error().text;
    EXPECT_EQ(presence->show, Show::available);
    EXPECT_FALSE(presence->receives);
}

TEST(PresenceValues, OnlyWhoIsAvailableShowsAndReceives) {
    const auto presence = from_value(R"({"presence":"offline","show":"dnd","receives":true})");
    ASSERT_TRUE(presence);
    EXPECT_EQ(presence->show, Show::available);
    EXPECT_FALSE(presence->receives);
}

TEST(PresenceValues, HoldNothingThatXmlForbids) {
    Presence presence;
    presence.status = "a\xff"
                      "b";
    EXPECT_EQ(to_value(presence), "{\"presence\":\"unknown\",\"status\":\"a\xef\xbf\xbd"
                                  "b\"}");
    const auto read = from_value(R"({"presence":"offline","status":"a\u0000b\u001bc"})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->status, "a\xef\xbf\xbd"
                            "b\xef\xbf\xbd"
                            "c");
}

struct BadValue {
    const char* what;
    std::string value;
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadValue& bad, std::ostream* stream) {
    *stream << bad.what;
}

class BadPresenceValues : public ::testing::TestWithParam<BadValue> {};

TEST_P(BadPresenceValues, AreAPermanentFailure) {
    const auto presence = from_value(GetParam().value);
    ASSERT_FALSE(presence);
    EXPECT_EQ(presence.error().kind, ErrorKind::permanent);
    EXPECT_NE(presence.error().text.find(GetParam().expected), std::string::npos) << presence.error().text;
    EXPECT_LT(presence.error().text.size(), 200U);
}

const BadValue bad_values[] = {
    {"Empty", "", "is no JSON"},
    {"Word", "available", "is no JSON"},
    {"Number", "1", "is no JSON object"},
    {"Text", "\"available\"", "is no JSON object"},
    {"Array", "[]", "is no JSON object"},
    {"Null", "null", "is no JSON object"},
    {"Half", R"({"presence":"available")", "is no JSON"},
    {"SomethingBehind", R"({"presence":"available"}x)", "is no JSON"},
    {"Two", R"({"presence":"available"}{})", "is no JSON"},
    {"NoKind", R"({"show":"xa"})", "\"presence\""},
    {"UnknownKind", R"({"presence":"away"})", "\"presence\""},
    {"KindIsNoText", R"({"presence":1})", "\"presence\" is no text"},
    {"UnknownShow", R"({"presence":"available","show":"offline"})", "\"show\""},
    {"ReceivesIsNoFlag", R"({"presence":"available","receives":1})", "\"receives\" is no true or false"},
    {"SinceIsNoNumber", R"({"presence":"available","since":"1"})", "\"since\" is no whole number"},
    {"SinceIsAFraction", R"({"presence":"available","since":1.5})", "\"since\" is no whole number"},
    {"SinceIsTooLarge", R"({"presence":"available","since":18446744073709551615})", "\"since\""},
    {"StatusIsAnObject", R"({"presence":"available","status":{}})", "\"status\" is no text"},
    {"StatusIsAnArray", R"({"presence":"available","status":["a"]})", "\"status\" is no text"},
    {"NestedTooDeep", R"({"a":)" + std::string(9, '[') + std::string(9, ']') + "}", "nested too deep"},
    {"NestedVeryDeep", R"({"a":)" + std::string(60'000, '['), "nested too deep"},
    {"BrokenUtf8", "{\"presence\":\"offline\",\"status\":\"\xff\"}", "is no JSON"},
    {"LoneSurrogate", R"({"presence":"offline","status":"\ud800"})", "is no JSON"},
    {"TooLong", R"({"presence":"offline","status":")" + std::string(70'000, 'a') + "\"}", "longer than"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadPresenceValues, ::testing::ValuesIn(bad_values),
                         [](const auto& bad) { return std::string(bad.param.what); });

TEST(JsonObjects, AreWrittenInTheOrderOfTheCalls) {
    EXPECT_EQ(JsonWriter().take(), "{}");
    EXPECT_EQ(JsonWriter().text("b", "x").number("a", -1).flag("c", false).take(),
              R"({"b":"x","a":-1,"c":false})");
}

TEST(JsonObjects, OfARepeatedNameTheLastCounts) {
    auto reader = JsonReader::parse(R"({"a":"1","a":"2","b":{"a":"3"}})", 100);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->text("a"), "2");
    EXPECT_TRUE(reader->has("b"));
    EXPECT_EQ(reader->fault(), "");
    EXPECT_EQ(reader->number("a"), 0);
    EXPECT_FALSE(reader->flag("b"));
    EXPECT_EQ(reader->fault(), "its \"a\" is no whole number") << "the first one";
}

} // namespace
} // namespace columbarium::presence
