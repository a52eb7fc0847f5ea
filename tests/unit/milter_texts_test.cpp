// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include <gmock/gmock.h>

#include "milter/message_text.hpp"
#include "milter/reply_text.hpp"

namespace columbarium::milter {
namespace {

std::string all_of(MessageText& text) {
    std::string buffer;
    EXPECT_TRUE(text.read(0, 1'000'000, buffer));
    return buffer;
}

TEST(MilterReplyText, DC_1_SplitsAReplyIntoCodeEnhancedCodeAndText) {
    const ReplyText text = reply_text("550 5.1.6 Moved, write to a@example.com");
    EXPECT_EQ(text.code, "550");
    EXPECT_EQ(text.enhanced, "5.1.6");
    EXPECT_EQ(text.text, "Moved, write to a@example.com");
}

TEST(MilterReplyText, KeepsTheTextOfAReplyWithoutEnhancedCode) {
    for (const char* other : {"550 Moved", "550 4.1.6 Moved", "550 5.1 Moved", "550 5.1.6x Moved"}) {
        const ReplyText text = reply_text(other);
        EXPECT_EQ(text.code, "550");
        EXPECT_EQ(text.enhanced, "") << other;
        EXPECT_EQ(text.text, other + 4);
    }
}

TEST(MilterReplyText, DoublesPercentSignsAndShowsNothingThatEndsALine) {
    EXPECT_EQ(reply_text("550 5.1.6 100%d@example.com").text, "100%%d@example.com");
    EXPECT_EQ(reply_text("550 5.1.6 a\r\nb\xc3\xa9").text, "a??b??");
}

TEST(MilterReplyText, DefersWhereTheReplyIsNone) {
    for (const char* wrong : {"", "250 2.0.0 Fine", "55 x", "moved"}) {
        EXPECT_EQ(reply_text(wrong).code, "451") << wrong;
        EXPECT_EQ(reply_text(wrong).enhanced, "4.3.0");
    }
}

TEST(MilterMessageText, PutsAMessageTogetherAsItWas) {
    MessageText text(1'000);
    text.add_field("From", " fred@example.com", true);
    text.add_field("Subject", "a\n\tfolded one", false);
    text.add_field("X-Other", "\tx\r\n y", true);
    text.end_header();
    text.add_body("Hello,\r\n");
    text.add_body("Fred\r\n");
    EXPECT_EQ(all_of(text),
              "From: fred@example.com\r\nSubject: a\r\n\tfolded one\r\nX-Other:\tx\r\n y\r\n\r\n"
              "Hello,\r\nFred\r\n");
    EXPECT_FALSE(text.is_enough());
    EXPECT_EQ(*text.size(), all_of(text).size());
}

TEST(MilterMessageText, KeepsTheBeginningAndCountsTheRest) {
    const std::string piece(60'000, 'x');
    MessageText text(50'000'000);
    std::size_t given = 0;
    for (; given < 10'000'000; given += piece.size())
        text.add_body(piece);
    EXPECT_EQ(*text.size(), given);
    EXPECT_FALSE(text.is_enough());
    std::string kept;
    EXPECT_EQ(*text.read(0, 20'000'000, kept), MessageText::most_kept);
    EXPECT_EQ(*text.read(MessageText::most_kept, 1, kept), 0U);
}

TEST(MilterMessageText, SaysWhenNoMoreNeedBeCounted) {
    MessageText text(10);
    text.add_body("12345678");
    EXPECT_FALSE(text.is_enough());
    text.add_body("90abc");
    EXPECT_TRUE(text.is_enough());
    EXPECT_EQ(*text.size(), 13U);
    text.clear();
    EXPECT_FALSE(text.is_enough());
    EXPECT_EQ(*text.size(), 0U);
    EXPECT_EQ(all_of(text), "");
}

TEST(MilterMessageText, IsReadInPieces) {
    MessageText text(100);
    text.add_body("0123456789");
    std::string buffer = "x";
    EXPECT_EQ(*text.read(3, 4, buffer), 4U);
    EXPECT_EQ(buffer, "x3456");
    EXPECT_EQ(*text.read(8, 4, buffer), 2U);
    EXPECT_EQ(*text.read(10, 4, buffer), 0U);
}

} // namespace
} // namespace columbarium::milter
