// SPDX-License-Identifier: LGPL-2.1-or-later
// What the delivery modules make of replies, and of what the host says of mail that it has sent.
#include <gtest/gtest.h>

#include "deliver/reply_line.hpp"

namespace columbarium::deliver {
namespace {

using tombstone::Handed;

std::string text_of(const ReplyLine& line) {
    return std::to_string(line.code) + "|" + line.enhanced + "|" + line.text;
}

TEST(ReplyLine, HasACodeAnEnhancedCodeAndWords) {
    EXPECT_EQ(text_of(read_reply_line("550 5.1.6 He has left")), "550|5.1.6|He has left");
    EXPECT_EQ(text_of(read_reply_line(tombstone::cannot_decide)).substr(0, 10), "451|4.3.0|");
    EXPECT_EQ(text_of(read_reply_line("552 5.999.999 Far")), "552|5.999.999|Far");
    EXPECT_EQ(text_of(read_reply_line("550 5.1.6")), "550|5.1.6|");
}

TEST(ReplyLine, GetsTheEnhancedCodeOfItsClassWhereItHasNoneThatFits) {
    EXPECT_EQ(text_of(read_reply_line("550 No such user")), "550|5.0.0|No such user");
    EXPECT_EQ(text_of(read_reply_line("550 4.1.6 Odd")), "550|5.0.0|4.1.6 Odd");
    EXPECT_EQ(text_of(read_reply_line("450 4.1 Odd")), "450|4.0.0|4.1 Odd");
    EXPECT_EQ(text_of(read_reply_line("450 4.1.1234 Odd")), "450|4.0.0|4.1.1234 Odd");
    EXPECT_EQ(text_of(read_reply_line("450 4.1.2x Odd")), "450|4.0.0|4.1.2x Odd");
    EXPECT_EQ(text_of(read_reply_line("450")), "450|4.0.0|");
}

TEST(ReplyLine, IsATemporaryFailureWhereItIsNoRefusal) {
    for (const char* line : {"", "250 2.0.0 OK", "55", "5500 5.1.6", "600 x", "abc", "550-5.1.1 more"})
        EXPECT_EQ(text_of(read_reply_line(line)), "451|4.3.0|") << line;
}

TEST(ReplyLine, ShowsNothingThatCouldEndALine) {
    const ReplyLine line = read_reply_line("550 5.1.1 a\r\n250 b\x80\x01" + std::string(2'000, 'x'));
    EXPECT_EQ(line.text.substr(0, 12), "a??250 b??xx");
    EXPECT_LE(line.text.size(), 400U);
}

TEST(Submission, IsOverWhereTheServerTookIt) {
    EXPECT_EQ(read_submission(1, "").handed, Handed::over);
}

TEST(Submission, WasNotHandedOverWhereTheServerSaidSo) {
    EXPECT_EQ(read_submission(0, "smtp(h): RCPT TO failed: 550 5.1.1 No").handed, Handed::never);
    EXPECT_EQ(read_submission(0, "smtp(h): DATA failed: 554 5.7.1 No").handed, Handed::never);
    EXPECT_EQ(read_submission(-1, "smtp(h): RCPT TO failed: 451 4.3.0 Later").handed, Handed::not_now);
    EXPECT_EQ(read_submission(-1, "smtp(h): DATA failed: 451 4.3.0 Later").handed, Handed::not_now);
}

TEST(Submission, WasNotHandedOverWhereItDidNotComeToTheData) {
    EXPECT_EQ(read_submission(-1, "smtp(h): RCPT TO failed: connect(h, 25) failed: refused").handed,
              Handed::not_now);
    EXPECT_EQ(read_submission(-1, "smtp(h): RCPT TO failed: Timed out").handed, Handed::not_now);
    EXPECT_EQ(read_submission(-1, "Invalid submission_host: x").handed, Handed::not_now);
    EXPECT_EQ(read_submission(-1, "Sendmail program returned error").handed, Handed::not_now);
}

TEST(Submission, CA_16_NobodyKnowsWhereTheDataWasNotAnswered) {
    EXPECT_EQ(read_submission(-1, "smtp(h): DATA failed: Connection lost").handed, Handed::unknown);
    EXPECT_EQ(read_submission(-1, "smtp(h): DATA failed: Command timed out").handed, Handed::unknown);
    EXPECT_EQ(read_submission(-1, "Failed to execute sendmail").handed, Handed::unknown);
}

TEST(Submission, CA_21_ARefusalIsTheServersOwnWhereItSaidOne) {
    const auto refusal = [](int status, const char* error) {
        return text_of(refusal_of(read_submission(status, error)));
    };
    EXPECT_EQ(refusal(0, "smtp(h): RCPT TO failed: 550 5.1.1 No such user"), "550|5.1.1|No such user");
    EXPECT_EQ(refusal(-1, "smtp(h): DATA failed: 452 4.2.2 Full"), "452|4.2.2|Full");
    EXPECT_EQ(refusal(-1, "smtp(h): DATA failed: Connection lost").substr(0, 10), "451|4.4.0|");
    EXPECT_EQ(refusal(0, "no address to send to: x").substr(0, 10), "554|5.4.0|");
}

TEST(Submission, WasAnsweredWhereTheServerSaidSomething) {
    EXPECT_TRUE(was_answered(read_submission(-1, "smtp(h): RCPT TO failed: 451 4.3.0 Later")));
    EXPECT_TRUE(was_answered(read_submission(0, "smtp(h): RCPT TO failed: 550 5.1.1 No")));
    EXPECT_TRUE(was_answered(read_submission(1, "")));
    EXPECT_FALSE(was_answered(read_submission(-1, "smtp(h): RCPT TO failed: Timed out")));
    EXPECT_FALSE(was_answered(read_submission(-1, "smtp(h): DATA failed: Connection lost")));
    EXPECT_FALSE(was_answered(read_submission(-1, "Sendmail program returned error")));
}

} // namespace
} // namespace columbarium::deliver
