// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/netstring.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::wire {
namespace {

using namespace std::string_literals;

struct Case {
    const char* name;
    std::string input;
    NetstringState state;
    std::string content = {};
    std::size_t consumed = 0;
};

void PrintTo(const Case& example, std::ostream* stream) {
    *stream << example.name;
}

class Netstrings : public ::testing::TestWithParam<Case> {};

TEST_P(Netstrings, AreReadFromTheBeginningOfTheInput) {
    const NetstringRead read = read_netstring(GetParam().input, 20);
    EXPECT_EQ(read.state, GetParam().state);
    EXPECT_EQ(read.content, GetParam().content);
    EXPECT_EQ(read.consumed, GetParam().consumed);
}

constexpr auto complete = NetstringState::complete;
constexpr auto incomplete = NetstringState::incomplete;
constexpr auto malformed = NetstringState::malformed;

const Case cases[] = {
    {"OfTheSpecification", "12:hello world!,", complete, "hello world!", 16},
    {"Empty", "0:,", complete, "", 3},
    {"WithAnotherBehindIt", "1:a,1:b,", complete, "a", 4},
    {"WithItsOwnSignsInside", "6:1:a,,:,", complete, "1:a,,:", 9},
    {"WithNul", "3:a\0b,"s, complete, "a\0b"s, 6},
    {"OfTheGreatestLength", "20:aaaaaaaaaabbbbbbbbbb,", complete, "aaaaaaaaaabbbbbbbbbb", 24},
    {"NothingYet", "", incomplete},
    {"OneDigit", "2", incomplete},
    {"ZeroOnly", "0", incomplete},
    {"LengthOnly", "20", incomplete},
    {"NoContentYet", "3:", incomplete},
    {"HalfTheContent", "3:ab", incomplete},
    {"NoCommaYet", "3:abc", incomplete},
    {"EmptyWithoutComma", "0:", incomplete},
    {"OneOctetTooLong", "21:", malformed},
    {"OneOctetTooLongBeforeTheColon", "21", malformed},
    {"LongerThanAnyInteger", "99999999999999999999999999999999", malformed},
    {"WrapsToASmallNumber", "18446744073709551617:a,", malformed},
    {"LeadingZero", "03:abc,", malformed},
    {"TwoZeros", "00:,", malformed},
    {"NoLength", ":abc,", malformed},
    {"NegativeLength", "-1:a,", malformed},
    {"SignedLength", "+1:a,", malformed},
    {"BlankBeforeTheLength", " 1:a,", malformed},
    {"BlankBehindTheLength", "1 :a,", malformed},
    {"HexadecimalLength", "a:aaaaaaaaaa,", malformed},
    {"OtherSignThanColon", "3;abc,", malformed},
    {"OtherSignThanComma", "3:abc;", malformed},
    {"LengthTooSmall", "2:abc,", malformed},
    {"LineOfAnotherProtocol", "get x\r\n", malformed},
};

INSTANTIATE_TEST_SUITE_P(Inputs, Netstrings, ::testing::ValuesIn(cases),
                         [](const auto& example) { return std::string(example.param.name); });

TEST(NetstringLimit, IsThatOfPostfix) {
    EXPECT_EQ(longest_netstring, 100'000U);
    std::string longest;
    append_netstring(longest, std::string(longest_netstring, 'x'));
    EXPECT_EQ(read_netstring(longest).state, complete);
    EXPECT_EQ(read_netstring("100001:").state, malformed);
}

TEST(NetstringsThatAreAppended, AreReadAgain) {
    std::string text;
    for (const std::string& content : {""s, "a"s, ",:1"s, std::string(1, '\0'), std::string(5'000, '9')}) {
        text.clear();
        append_netstring(text, content);
        const NetstringRead read = read_netstring(text);
        ASSERT_EQ(read.state, complete) << content;
        EXPECT_EQ(read.content, content);
        EXPECT_EQ(read.consumed, text.size());
    }
}

TEST(NetstringsThatAreAppended, FollowWhatIsThereAlready) {
    std::string text = "x";
    append_netstring(text, "hello");
    append_netstring(text, "");
    EXPECT_EQ(text, "x5:hello,0:,");
}

// Whoever reads pieces relies on both: a beginning of something whole is never malformed, and what is
// malformed stays so.
TEST(NetstringBeginnings, AreIncompleteUntilTheLastOctet) {
    const std::string whole = "12:hello world!,";
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(read_netstring(whole.substr(0, length)).state, incomplete) << length;
}

TEST(NetstringBeginnings, ThatAreMalformedStayMalformed) {
    for (const Case& example : cases) {
        if (example.state != malformed)
            continue;
        for (const char* more : {"0", ":", ",", ":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"})
            EXPECT_EQ(read_netstring(example.input + more, 20).state, malformed) << example.name << more;
    }
}

} // namespace
} // namespace columbarium::wire
