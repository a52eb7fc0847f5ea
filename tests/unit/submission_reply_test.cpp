// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include <gmock/gmock.h>

#include "submission/reply.hpp"

namespace columbarium::submission {
namespace {

using ::testing::HasSubstr;

TEST(SubmissionReply, TakesOneReplyAtATimeOffWhatWasReceived) {
    std::string received = "250-first\r\n250 second\r\n550 5.1.1 No\r\n25";
    const auto first = take_reply(received);
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->code, 250);
    EXPECT_EQ((*first)->text, "250-first second");
    const auto second = take_reply(received);
    ASSERT_TRUE(second && *second);
    EXPECT_EQ((*second)->code, 550);
    EXPECT_EQ((*second)->text, "550 5.1.1 No");
    const auto third = take_reply(received);
    ASSERT_TRUE(third);
    EXPECT_FALSE(*third);
    EXPECT_EQ(received, "25");
}

TEST(SubmissionReply, WaitsForAllLinesOfAReply) {
    std::string received = "250-first\r\n250";
    const auto reply = take_reply(received);
    ASSERT_TRUE(reply);
    EXPECT_FALSE(*reply);
    received += "\r\n";
    EXPECT_TRUE(take_reply(received)->has_value());
    EXPECT_EQ(received, "");
}

TEST(SubmissionReply, FailsWhereItIsNoSmtp) {
    for (std::string received :
         {"hello\r\n", "25\r\n", "2500 ok\r\n", "250-one\r\n251 two\r\n", "\r\n", "25x ok\r\n"})
        EXPECT_FALSE(take_reply(received)) << received;
    std::string endless(longest_reply + 1, '2');
    const auto reply = take_reply(endless);
    ASSERT_FALSE(reply);
    EXPECT_THAT(reply.error().text, HasSubstr("too long"));
}

TEST(SubmissionReply, FindsTheKeywordsOfAnAnswerToEhlo) {
    EXPECT_EQ(keyword_of("250-DSN\r\n"), "DSN");
    EXPECT_EQ(keyword_of("250 auth plain login\r\n"), "AUTH");
    EXPECT_EQ(keyword_of("250\r\n"), "");
    EXPECT_EQ(keyword_of(""), "");
}

TEST(SubmissionReply, ShowsOnePrintableLine) {
    EXPECT_EQ(printable_line("a\tb\x7f\xc3\xa9 c \r\n"), "a?b??? c");
    EXPECT_EQ(printable_line(std::string(1'000, 'x')).size(), 300U);
}

TEST(SubmissionReply, StuffsDotsAndEndsTheData) {
    EXPECT_EQ(stuffed(""), ".\r\n");
    EXPECT_EQ(stuffed("a"), "a\r\n.\r\n");
    EXPECT_EQ(stuffed(".\r\n..a\r\n"), "..\r\n...a\r\n.\r\n");
    EXPECT_EQ(stuffed("a\n.\nb\r.\r"), "a\r\n..\r\nb\r\n..\r\n.\r\n");
}

} // namespace
} // namespace columbarium::submission
