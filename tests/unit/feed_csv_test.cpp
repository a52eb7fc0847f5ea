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
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

FeedText read(std::string_view text, std::size_t piece = 65'536,
              const config::FeedColumns& columns = all_columns()) {
    return read_text(csv_reader, text, piece, columns);
}

constexpr std::string_view header =
    "username,id,full_name,affiliation,forwarding_address,tombstone_address\n";

std::string with_header(std::string_view rows) {
    return std::string(header) + std::string(rows);
}

TEST(FeedCsv, MakesARowOfEachLine) {
    const FeedText people = read(
        with_header("abc1,17,\"Cee, A. B.\",Medical School,a@example.com,\nabc2,18,Dee,,,d@example.com\n"));
    EXPECT_EQ(people.failure, "");
    EXPECT_THAT(to_strings(people), ElementsAre("people:2|abc1|17|Cee, A. B.|Medical School|a@example.com||",
                                                "people:3|abc2|18|Dee|||d@example.com|"));
}

// RFC 4180 section 2: line ends are CRLF, quotes in quoted fields are doubled, fields may hold line ends.
TEST(FeedCsv, ReadsWhatRfc4180Describes) {
    const FeedText people = read("username,full_name\r\nabc1,\"Ada \"\"Bee\"\" Cee\"\r\n"
                                 "abc2,\"Dee\r\nEff\"\r\nabc3,\"\"\r\n");
    EXPECT_EQ(people.failure, "");
    EXPECT_THAT(to_strings(people),
                ElementsAre("people:2|abc1||Ada \"Bee\" Cee||-|-|",
                            "people:3|abc2||Dee\r\nEff||-|-|a field holds a line end; is a quote missing?",
                            "people:5|abc3||||-|-|"));
}

TEST(FeedCsv, ReadsTheSameInPiecesOfAnySize) {
    const std::string text =
        "\xef\xbb\xbfUserName , id,extra,full_name\n\n abc1 ,1,x,\"Zo\xc3\xab, \"\"Z\"\"\"\r\n"
        "\r\n  \nabc2,2,\"a\nb\",\"\"\nabc3,3,,\"tail\"\n";
    const std::vector<std::string> whole = to_strings(read(text));
    EXPECT_THAT(whole, ElementsAre("people:3|abc1|1|Zo\xc3\xab, \"Z\"||-|-|",
                                   "people:6|abc2|2|||-|-|a field holds a line end; is a quote missing?",
                                   "people:8|abc3|3|tail||-|-|"));
    for (std::size_t piece = 1; piece < 20; ++piece) {
        EXPECT_EQ(read(text, piece).failure, "") << piece;
        EXPECT_EQ(to_strings(read(text, piece)), whole) << piece;
    }
}

TEST(FeedCsv, CarriesNoAddressWhereTheFileHasNoColumnForIt) {
    const FeedText people = read("username,tombstone_address\nabc1,\n");
    ASSERT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.rows[0].forwarding_address, std::nullopt);
    EXPECT_EQ(people.rows[0].tombstone_address, "");
}

TEST(FeedCsv, CarriesWhatMayBeToldOfPeopleWhereTheFileHasAColumnForIt) {
    const FeedText people = read("username,disclosure\nabc1,nothing\nabc2,\n");
    ASSERT_THAT(people.rows, SizeIs(2));
    EXPECT_EQ(people.rows[0].disclosure, "nothing");
    EXPECT_EQ(people.rows[1].disclosure, "");
    EXPECT_EQ(read("username\nabc1\n").rows.at(0).disclosure, std::nullopt);
}

TEST(FeedCsv, ReadsColumnsOfOtherNames) {
    config::FeedColumns columns = all_columns();
    columns.username = "CRSid";
    columns.full_name = "Display name";
    columns.id = "";
    EXPECT_THAT(to_strings(read("id,display NAME,crsid\n7,Ada,abc1\n", 100, columns)),
                ElementsAre("people:2|abc1||Ada||-|-|"));
}

TEST(FeedCsv, NeedsAColumnForUsernames) {
    EXPECT_THAT(read("name;full_name\nabc1;Ada\n").failure,
                AllOf(StartsWith("people:1: "), HasSubstr("\"username\""), HasSubstr("name;full_name")));
}

TEST(FeedCsv, RefusesTwoColumnsOfOneName) {
    EXPECT_THAT(read("username,full_name,Full_Name\nabc1,A,B\n").failure,
                HasSubstr("two columns are named \"full_name\""));
    EXPECT_EQ(read("username,other,other\nabc1,A,B\n").failure, "") << "nobody reads those";
}

// The last row may be half of one, and an address that was cut off may look like a good one.
TEST(FeedCsv, TakesALastLineWithoutLineEndForCutOff) {
    const FeedText people = read("username,tombstone_address\nabc1,a@example.com\nabc2,b@example.co");
    EXPECT_EQ(people.failure, "people:3: the feed ends within this row");
    EXPECT_THAT(people.rows, SizeIs(1));
    EXPECT_THAT(read("username,full_name\nabc1,\"Ada\n").failure, StartsWith("people:2: "));
    EXPECT_NE(read("username,full_name\nabc1,Ada\n  ").failure, "");
}

TEST(FeedCsv, TakesAFeedWithoutRowsForBroken) {
    for (const char* text : {"", "\n", "\n\n", "username\n", "username,full_name\r\n\r\n"})
        EXPECT_THAT(read(text).failure, HasSubstr("is empty")) << text;
}

TEST(FeedCsv, RefusesWhatIsNoCsv) {
    EXPECT_THAT(read("username,full_name\nabc1,Ada\nabc2,Ada \"Bee\" Cee\n").failure,
                StartsWith("people:3: is no CSV"));
    EXPECT_THAT(read("username,full_name\nabc1,\"Ada\" Bee\n").failure, StartsWith("people:2: is no CSV"));
    EXPECT_THAT(read("<html><body>502 Bad Gateway</body></html>\n").failure, HasSubstr("no column"));
}

TEST(FeedCsv, RefusesUtf16) {
    EXPECT_THAT(read(std::string_view("\xff\xfeu\0s\0e\0r\0", 10)).failure, HasSubstr("is UTF-16"));
    EXPECT_THAT(read(std::string_view("\xfe\xff\0u\0s\0e\0r", 10), 1).failure, HasSubstr("is UTF-16"));
}

// Behind a comma without quotes nobody knows which field is which.
TEST(FeedCsv, GivesARowOfAnotherLengthWithAFault) {
    const FeedText people = read("full_name,username\nCee, Ada,abc1\nDee,abc2\nabc3\n");
    EXPECT_EQ(people.failure, "");
    ASSERT_THAT(people.rows, SizeIs(3));
    EXPECT_EQ(people.rows[0].username, "");
    EXPECT_THAT(people.rows[0].fault, HasSubstr("3 fields where the first line has 2"));
    EXPECT_EQ(people.rows[1].fault, "");
    EXPECT_THAT(people.rows[2].fault, HasSubstr("1 fields"));
}

// Whom it is about is known; whom else it is about, is not.
TEST(FeedCsv, TrustsTheFirstFieldOfARowOfAnotherLength) {
    const FeedText people = read("username,full_name\nabc1,Cee, Ada\n");
    ASSERT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.rows[0].username, "abc1");
    EXPECT_NE(people.rows[0].fault, "");
    EXPECT_TRUE(people.rows[0].may_hide_others);
}

struct Swallowing {
    const char* lines;
    std::vector<bool> may_hide_others; // of each row
};

// Two quotes that belong to different rows make one row of them, and that is good CSV.
TEST(FeedCsv, LC_30_KnowsARowThatMayHideOthers) {
    for (const Swallowing& feed : {
             Swallowing{"abc1,\"Alice,Physics\nvic1,Victor,Maths\nxyz2,Xavier,Bio\"\n", {true}},
             Swallowing{"abc1,\"Alice\nvic1,Victor\",Maths\nxyz2,Xavier,Bio\n", {true, false}},
             Swallowing{"abc1,Alice,\"Physics\rvic1,Victor,Maths\"\n", {true}},
             Swallowing{"abc1,Alice,Physics\nvic1,Victor\n", {false, true}},
             Swallowing{"abc1,Alice,Physics,vic1,Victor,Maths\n", {true}},
             Swallowing{"abc1,\"Alice, A.\",\"Physics\"\n", {false}},
         }) {
        const FeedText people = read(std::string("username,full_name,affiliation\n") + feed.lines);
        EXPECT_EQ(people.failure, "") << feed.lines;
        std::vector<bool> may_hide_others;
        for (const tombstone::Row& row : people.rows) {
            may_hide_others.push_back(row.may_hide_others);
            EXPECT_EQ(row.fault.empty(), !row.may_hide_others) << feed.lines;
        }
        EXPECT_EQ(may_hide_others, feed.may_hide_others) << feed.lines;
    }
}

// A row of ten megabytes, and a quote that is missing so that the rest of the file is one field.
TEST(FeedCsv, RefusesEndlessRowsAndFields) {
    const std::string many_fields = with_header("abc1" + std::string(10'000'000, ',') + "\n");
    EXPECT_THAT(read(many_fields).failure, AllOf(StartsWith("people:2: "), HasSubstr("octets")));
    const std::string long_field = with_header("abc1," + std::string(10'000'000, 'x') + "\n");
    EXPECT_THAT(read(long_field, 1'000).failure, AllOf(StartsWith("people:2: "), HasSubstr("octets")));
    std::string open_quote = with_header("abc1,1,\"Ada,,,\n");
    for (int i = 0; i < 100'000; ++i)
        open_quote += "xyz1,1,Zed,,,\n";
    EXPECT_THAT(read(open_quote).failure, AllOf(StartsWith("people:2: "), HasSubstr("is a quote missing?")));
}

TEST(FeedCsv, ReadsARowThatIsAsLongAsAllowed) {
    const std::string text = "username,full_name\nabc1," + std::string(longest_field, 'x') + "\n";
    for (const std::size_t piece : {std::size_t{65'536}, std::size_t{7}})
        EXPECT_EQ(read(text, piece).failure, "");
    EXPECT_NE(read("username,full_name\nabc1," + std::string(longest_field + 1, 'x') + "\n").failure, "");
}

TEST(FeedCsv, ReadsLinesThatEndWithCarriageReturns) {
    EXPECT_THAT(to_strings(read("username,full_name\rabc1,Ada\rabc2,Bea\r")), SizeIs(2));
    EXPECT_EQ(read("username,full_name\rabc1,Ada\rabc2,Bea\r").failure, "");
}

} // namespace
} // namespace columbarium::feed
