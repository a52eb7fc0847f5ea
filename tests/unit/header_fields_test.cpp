// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/header_fields.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <glib.h>
#include <gtest/gtest.h>

namespace columbarium::mail {
namespace {

TEST(HeaderFields, SplitsABlockIntoNamesAndValues) {
    const HeaderFields fields("From: a@example.com\nTo:b@example.com\nX-Empty:\n");
    ASSERT_EQ(fields.fields().size(), 3U);
    EXPECT_EQ(fields.fields()[0].name, "From");
    EXPECT_EQ(fields.fields()[0].raw, "a@example.com");
    EXPECT_EQ(fields.raw("To"), "b@example.com");
    EXPECT_TRUE(fields.has("X-Empty"));
    EXPECT_EQ(fields.raw("X-Empty"), "");
    EXPECT_FALSE(fields.has("Cc"));
    EXPECT_EQ(fields.raw("Cc"), "");
    EXPECT_EQ(fields.text("Cc"), "");
}

TEST(HeaderFields, DS_4_ComparesNamesWithoutRegardToCase) {
    const HeaderFields fields("FINAL-recipient: rfc822; a@example.com\n");
    EXPECT_TRUE(fields.has("Final-Recipient"));
    EXPECT_EQ(fields.raw("final-RECIPIENT"), "rfc822; a@example.com");
}

TEST(HeaderFields, DS_4_KeepsAFoldedValueTogether) {
    const HeaderFields fields("Diagnostic-Code: smtp; 550\n  5.1.1\n\tno such user\nStatus: 5.1.1\n");
    ASSERT_EQ(fields.fields().size(), 2U);
    EXPECT_EQ(unfold(fields.raw("Diagnostic-Code")), "smtp; 550 5.1.1 no such user");
    EXPECT_EQ(fields.raw("Status"), "5.1.1");
}

TEST(HeaderFields, ReadsBothLineEnds) {
    const std::string_view text = "A: 1\r\nB: 2\r\n 3\r\n\r\nbody: no field\r\n";
    const HeaderFields fields(text);
    ASSERT_EQ(fields.fields().size(), 2U);
    EXPECT_EQ(fields.raw("A"), "1");
    EXPECT_EQ(unfold(fields.raw("B")), "2 3");
    EXPECT_EQ(text.substr(fields.length()), "body: no field\r\n");
}

TEST(HeaderFields, EndAtTheFirstEmptyLine) {
    const std::string_view text = "A: 1\n\nB: 2\n";
    const HeaderFields fields(text);
    EXPECT_FALSE(fields.has("B"));
    EXPECT_EQ(text.substr(fields.length()), "B: 2\n");
}

TEST(HeaderFields, OfATextWithoutAHeaderAreNone) {
    EXPECT_TRUE(HeaderFields("").fields().empty());
    EXPECT_EQ(HeaderFields("").length(), 0U);
    EXPECT_TRUE(HeaderFields("\n").fields().empty());
    EXPECT_EQ(HeaderFields("\nFrom: in the body\n").length(), 1U);
    EXPECT_TRUE(HeaderFields("no colon in any line\nnor here\n").fields().empty());
    EXPECT_TRUE(HeaderFields(" a fold of nothing\n").fields().empty());
}

TEST(HeaderFields, PassOverTheFromLineOfAnMbox) {
    const HeaderFields fields("From walter@example.com Tue Mar  3 09:14:05 2026\nSubject: x\n\n");
    EXPECT_FALSE(fields.has("From"));
    EXPECT_EQ(fields.raw("Subject"), "x");
}

TEST(HeaderFields, PassOverLinesThatAreNoField) {
    const HeaderFields fields("A: 1\nrubbish\n its fold\nno name : in two words\nB: 2\n: no name\n");
    ASSERT_EQ(fields.fields().size(), 2U);
    EXPECT_EQ(fields.raw("A"), "1") << "the fold of a rubbish line is no part of the field before it";
    EXPECT_EQ(fields.raw("B"), "2");
}

TEST(HeaderFields, TolerateBlanksBeforeTheColon) {
    EXPECT_EQ(HeaderFields("Subject  : x\n").raw("Subject"), "x") << "RFC 5322 section 4.5.8";
}

TEST(HeaderFields, GiveTheFirstOfSeveral) {
    const HeaderFields fields("Received: first\nReceived: second\n");
    EXPECT_EQ(fields.raw("Received"), "first");
    EXPECT_EQ(fields.fields().size(), 2U);
}

TEST(HeaderFields, BearAnEndlessLine) {
    const std::string block = "Subject: " + std::string(10'000'000, 'x');
    EXPECT_EQ(HeaderFields(block).raw("Subject").size(), 10'000'000U);
}

TEST(HeaderFields, BearEndlessFolds) {
    std::string block = "Subject: x\n";
    for (int line = 0; line < 200'000; ++line)
        block += " y\n";
    EXPECT_EQ(HeaderFields(block).fields().size(), 1U);
    EXPECT_EQ(unfold(HeaderFields(block).raw("Subject")).size(), 400'001U);
}

TEST(Unfold, JoinsLinesWithOneBlank) {
    EXPECT_EQ(unfold("plain"), "plain");
    EXPECT_EQ(unfold("a\r\n b"), "a b");
    EXPECT_EQ(unfold("a\n\t  b"), "a b");
    EXPECT_EQ(unfold("a\n \n b"), "a b");
    EXPECT_EQ(unfold("a  b"), "a  b") << "blanks that are no fold stay";
    EXPECT_EQ(unfold(""), "");
}

struct Encoded {
    const char* from;
    std::string_view raw;
    std::string_view text;
};

TEST(DecodedText, IsWhatPeopleSee) {
    const Encoded table[] = {
        {"RFC 2047 section 2, Q", "=?iso-8859-1?Q?J=FCrgen?=", "Jürgen"},
        {"RFC 2047 section 2, B", "=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"},
        {"RFC 2047 section 6.2: blanks between encoded words vanish", "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
        {"RFC 2047 section 6.2, folded", "=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"},
        {"RFC 2047 section 8: text beside a word", "=?ISO-8859-1?Q?a?= b", "a b"},
        {"a provider in Japan", "=?ISO-2022-JP?B?GyRCJWEbKEI=?=", "メ"},
        {"RFC 6532: UTF-8 as it is", "Grüße aus Köln", "Grüße aus Köln"},
        {"plain", "Undelivered Mail Returned to Sender", "Undelivered Mail Returned to Sender"},
        {"a question mark is no word", "what =? nothing", "what =? nothing"},
        {"an unclosed word", "=?utf-8?Q?never", "=?utf-8?Q?never"},
    };
    for (const Encoded& row : table)
        EXPECT_EQ(decode_text(row.raw), row.text) << row.from;
}

TEST(DecodedText, IsAlwaysValidUtf8) {
    using namespace std::string_view_literals;
    const std::string_view table[] = {
        "Gr\xfc\xdf"
        "e"sv,
        "\xff\xfe\x80"sv,
        "a\0b"sv,
        "=?utf-8?Q?=FF=FE?="sv,
        "=?no-such-charset?Q?J=FCrgen?="sv,
        "=?utf-8?B?////?="sv,
        "=?utf-8?Q?=00?="sv,
        "\xed\xa0\x80"sv, // a surrogate
        "=?utf-16?B?2AA=?="sv,
    };
    for (const std::string_view raw : table) {
        const std::string text = decode_text(raw);
        EXPECT_TRUE(g_utf8_validate_len(text.data(), text.size(), nullptr)) << testing::PrintToString(raw);
    }
}

} // namespace
} // namespace columbarium::mail
