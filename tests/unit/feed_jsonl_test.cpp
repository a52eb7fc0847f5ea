// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include <gmock/gmock.h>

#include "feed/source.hpp"
#include "feed_rows.hpp"

namespace columbarium::feed {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

FeedText read(std::string_view text, std::size_t piece = 65'536,
              const config::FeedColumns& columns = all_columns()) {
    return read_text(jsonl_reader, text, piece, columns);
}

TEST(FeedJsonl, MakesARowOfEachObject) {
    const FeedText people = read(
        R"({"username": "abc1", "id": "17", "full_name": "Zo\u00eb \"Z\" \u00e9", "affiliation": "Arts",)"
        R"( "forwarding_address": "a@example.com", "tombstone_address": "", "extra": {"a": [1, 2]}})"
        "\r\n\n"
        R"({"username": "abc2", "id": 18})"
        "\n");
    EXPECT_EQ(people.failure, "");
    EXPECT_THAT(to_strings(people),
                ElementsAre("people:1|abc1|17|Zo\xc3\xab \"Z\" \xc3\xa9|Arts|a@example.com||",
                            "people:3|abc2|18|||-|-|"));
}

TEST(FeedJsonl, ReadsTheSameInPiecesOfAnySize) {
    const std::string text =
        "\xef\xbb\xbf{\"username\":\"abc1\"}\n{\"username\":\"abc2\",\"full_name\":\"Zo\xc3\xab\"}\n";
    const std::vector<std::string> whole = to_strings(read(text));
    EXPECT_THAT(whole, SizeIs(2));
    for (std::size_t piece = 1; piece < 20; ++piece) {
        EXPECT_EQ(read(text, piece).failure, "") << piece;
        EXPECT_EQ(to_strings(read(text, piece)), whole) << piece;
    }
}

TEST(FeedJsonl, CarriesWhatMayBeToldOfPeopleWhereTheObjectHasAMemberForIt) {
    const FeedText people = read("{\"username\": \"abc1\", \"disclosure\": \"nothing\"}\n"
                                 "{\"username\": \"abc2\"}\n");
    ASSERT_THAT(people.rows, SizeIs(2));
    EXPECT_EQ(people.rows[0].disclosure, "nothing");
    EXPECT_EQ(people.rows[1].disclosure, std::nullopt);
}

TEST(FeedJsonl, TellsAnUnsetAddressFromOneThatTheFeedDoesNotCarry) {
    const FeedText people = read("{\"username\": \"abc1\", \"forwarding_address\": null}\n");
    ASSERT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.rows[0].forwarding_address, "");
    EXPECT_EQ(people.rows[0].tombstone_address, std::nullopt);
    EXPECT_EQ(people.rows[0].fault, "");
}

TEST(FeedJsonl, ReadsMembersOfOtherNames) {
    config::FeedColumns columns = all_columns();
    columns.username = "CRSid";
    columns.full_name = "";
    EXPECT_THAT(to_strings(read("{\"CRSid\": \"abc1\", \"full_name\": \"Ada\"}\n", 100, columns)),
                ElementsAre("people:1|abc1||||-|-|"));
}

TEST(FeedJsonl, FindsFaultWithMembersOfAnotherType) {
    const FeedText people = read("{\"username\": \"abc1\", \"full_name\": [\"Ada\"]}\n"
                                 "{\"username\": {\"name\": \"abc2\"}}\n"
                                 "{\"username\": \"abc3\", \"tombstone_address\": true}\n"
                                 "{\"username\": 1.5}\n");
    EXPECT_EQ(people.failure, "");
    ASSERT_THAT(people.rows, SizeIs(4));
    EXPECT_EQ(people.rows[0].username, "abc1");
    EXPECT_EQ(people.rows[0].fault, "the member \"full_name\" is no text");
    EXPECT_EQ(people.rows[1].username, "");
    EXPECT_NE(people.rows[1].fault, "");
    EXPECT_EQ(people.rows[2].fault, "the member \"tombstone_address\" is no text");
    EXPECT_NE(people.rows[3].fault, "");
}

// Latin-1: one row's fault. Whose row it is can be told where the username is ASCII.
TEST(FeedJsonl, GivesARowThatIsNotUtf8WithAFault) {
    const FeedText people = read("{\"username\": \"abc1\", \"full_name\": \"Zo\xeb\"}\n"
                                 "{\"username\": \"zo\xeb\"}\n"
                                 "{\"username\": \"abc3\"}\n");
    EXPECT_EQ(people.failure, "");
    ASSERT_THAT(people.rows, SizeIs(3));
    EXPECT_EQ(people.rows[0].username, "abc1");
    EXPECT_EQ(people.rows[0].fault, "is not UTF-8");
    EXPECT_EQ(people.rows[1].username, "zo\x7f") << "no username";
    EXPECT_EQ(people.rows[1].fault, "is not UTF-8");
    EXPECT_EQ(people.rows[2].fault, "");
}

TEST(FeedJsonl, RefusesWhatIsNoObject) {
    for (const char* line : {"[]", "17", "\"abc1\"", "{\"username\": \"abc2\"", "{\"username\": \"abc2\"}}",
                             "{'username': 'abc2'}", "<html>", "{\"username\": \"a\nbc\"}"})
        EXPECT_EQ(read("{\"username\": \"abc1\"}\n" + std::string(line) + "\n").failure,
                  "people:2: is no JSON object")
            << line;
}

TEST(FeedJsonl, TakesALastLineWithoutLineEndForCutOff) {
    const FeedText people = read("{\"username\": \"abc1\"}\n{\"username\": \"abc2\"}");
    EXPECT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.failure, "people:2: the last line has no line end: the feed was cut off");
}

TEST(FeedJsonl, TakesAFeedWithoutRowsForBroken) {
    for (const char* text : {"", "\n", "\r\n \n"})
        EXPECT_THAT(read(text).failure, HasSubstr("is empty")) << text;
}

TEST(FeedJsonl, RefusesEndlessLines) {
    const std::string text =
        "{\"username\": \"abc1\"}\n{\"username\": \"" + std::string(10'000'000, 'x') + "\"}\n";
    for (const std::size_t piece : {std::size_t{65'536}, text.size()})
        EXPECT_THAT(read(text, piece).failure, AllOf(StartsWith("people:2: "), HasSubstr("octets")));
    EXPECT_NE(read(std::string(10'000'000, '[')).failure, "");
    EXPECT_NE(read(std::string(longest_row, '[') + "\n").failure, "");
}

TEST(FeedJsonl, FindsFaultWithALongMember) {
    const FeedText people =
        read("{\"username\": \"abc1\", \"full_name\": \"" + std::string(longest_field + 1, 'x') + "\"}\n");
    EXPECT_EQ(people.failure, "");
    ASSERT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.rows[0].fault, "the member \"full_name\" is too long");
}

TEST(FeedJsonl, RefusesUtf16) {
    EXPECT_THAT(read(std::string_view("\xff\xfe{\0\"\0", 6)).failure, HasSubstr("is UTF-16"));
}

} // namespace
} // namespace columbarium::feed
