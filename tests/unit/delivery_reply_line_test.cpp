// SPDX-License-Identifier: LGPL-2.1-or-later
// What the delivery modules make of replies, and of what the host says of mail that it has sent.
#include <gtest/gtest.h>

#include "deliver/patience.hpp"
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

TEST(Submission, CA_21_ARefusalHasACodeThatGoesWithData) {
    const auto reply_to = [](const std::string& said) {
        const Sent sent = read_submission(said[0] == '5' ? 0 : -1, "smtp(h): DATA failed: " + said);
        return text_of(refusal_of(sent));
    };
    EXPECT_EQ(reply_to("421 4.3.2 Going down"), "451|4.3.2|Going down");
    EXPECT_EQ(reply_to("421 Going down"), "451|4.4.0|Going down");
    EXPECT_EQ(reply_to("454 4.7.0 TLS"), "451|4.7.0|TLS");
    for (const char* code : {"450", "451", "452", "550", "552", "553", "554"})
        EXPECT_EQ(reply_to(std::string(code) + " x").substr(0, 4), std::string(code) + "|");
    for (const char* code :
         {"500", "503", "521", "530", "534", "535", "538", "551", "556", "559", "571", "599"})
        EXPECT_EQ(reply_to(std::string(code) + " x").substr(0, 4), "554|") << code;
}

struct Forwarded {
    int status;
    const char* stage;
    const char* reply;
    Handed handed;
    bool is_ours_to_mend;
};

TEST(Submission, CA_21_OnlyWhatIsSaidOfTheMailIsFinalWhereItIsSentOn) {
    constexpr Handed never = Handed::never;
    constexpr Handed not_now = Handed::not_now;
    const Forwarded table[] = {
        {0, "RCPT TO", "550 5.1.1 No such user", never, false},
        {0, "RCPT TO", "550 No such user", never, false},
        {0, "RCPT TO", "551 5.1.6 Moved", never, false},
        {0, "RCPT TO", "553 5.1.3 Bad address", never, false},
        {0, "RCPT TO", "554 5.1.1 No such user", never, false},
        {0, "RCPT TO", "556 5.1.10 Takes no mail", never, false},
        {0, "DATA", "550 5.7.1 Spam", never, false},
        {0, "DATA", "552 5.3.4 Too big", never, false},
        {0, "DATA", "554 5.7.1 Spam", never, false},
        {0, "RCPT TO", "550 5.7.1 Relaying denied", not_now, true},
        {0, "RCPT TO", "554 5.7.1 Relay access denied", not_now, true},
        {0, "RCPT TO", "550 relay not permitted", not_now, true},
        {0, "RCPT TO", "553 sorry, that domain isn't in my list of allowed rcpthosts", not_now, true},
        {0, "RCPT TO", "554 Go away", not_now, true},
        {0, "RCPT TO", "552 5.2.2 Full", not_now, true},
        {0, "RCPT TO", "500 What?", not_now, true},
        {0, "RCPT TO", "503 5.5.1 Order", not_now, true},
        {0, "RCPT TO", "530 5.7.0 Log in first", not_now, true},
        {0, "RCPT TO", "534 5.7.9 Mechanism", not_now, true},
        {0, "RCPT TO", "535 5.7.8 Password", not_now, true},
        {0, "RCPT TO", "538 5.7.11 Encryption", not_now, true},
        {0, "DATA", "530 5.7.0 Log in first", not_now, true},
        {-1, "RCPT TO", "421 4.7.0 Too many errors", not_now, true},
        {-1, "RCPT TO", "454 4.7.0 TLS", not_now, true},
        {-1, "RCPT TO", "450 4.2.0 Greylisted", not_now, false},
        {-1, "RCPT TO", "Command timed out", not_now, false},
        {-1, "DATA", "Lost connection to remote server", Handed::unknown, false},
    };
    for (const Forwarded& row : table) {
        const std::string said = std::string("smtp(h): ") + row.stage + " failed: " + row.reply;
        const Sent sent = as_forward(read_submission(row.status, said));
        EXPECT_EQ(sent.handed, row.handed) << said;
        EXPECT_EQ(sent.is_ours_to_mend, row.is_ours_to_mend) << said;
        EXPECT_EQ(refusal_of(sent).code >= 500, row.handed == never) << said;
    }
    EXPECT_EQ(as_forward(read_submission(1, "")).handed, Handed::over);
    EXPECT_EQ(as_forward(read_submission(0, "no address to send to: x")).handed, never);
}

TEST(Submission, TellsARefusalOfTheRecipientFromOthers) {
    const auto is_one = [](int status, const char* error) {
        return is_refusal_of_recipient(read_submission(status, error));
    };
    EXPECT_TRUE(is_one(0, "smtp(h): RCPT TO failed: 550 5.1.1 No"));
    EXPECT_TRUE(is_one(0, "smtp(h): RCPT TO failed: 553 5.1.2 No"));
    EXPECT_FALSE(is_one(0, "smtp(h): RCPT TO failed: 550 5.7.1 No"));
    EXPECT_FALSE(is_one(0, "smtp(h): RCPT TO failed: 554 5.1.1 No"));
    EXPECT_FALSE(is_one(0, "smtp(h): RCPT TO failed: 530 5.7.0 No"));
    EXPECT_FALSE(is_one(0, "smtp(h): DATA failed: 554 5.7.1 No"));
    EXPECT_FALSE(is_one(-1, "smtp(h): RCPT TO failed: 450 4.1.1 No"));
}

TEST(Submission, IsOutOfReachWhereTheServerCannotBeReachedOrIsSilent) {
    for (const char* error :
         {"smtp(h): RCPT TO failed: Command timed out", "smtp(h): DATA failed: Command timed out",
          "smtp(h): RCPT TO failed: Connect timed out",
          "smtp(h): RCPT TO failed: Failed to connect to remote server",
          "smtp(h): RCPT TO failed: Failed to lookup remote server", "Failed to execute sendmail"})
        EXPECT_TRUE(is_unreachable(read_submission(-1, error))) << error;
}

TEST(Submission, IsWithinReachWhereTheServerSaidSomethingWhateverThatWas) {
    for (const char* error :
         {"smtp(h): RCPT TO failed: 451 4.3.0 Later", "smtp(h): RCPT TO failed: 451 4.4.1 Lookup timed out",
          "smtp(h): DATA failed: Lost connection to remote server: Remote closed connection unexpectedly",
          "smtp(h): RCPT TO failed: Invalid command reply: Invalid status code in reply",
          "Sendmail program returned error"})
        EXPECT_FALSE(is_unreachable(read_submission(-1, error))) << error;
    EXPECT_FALSE(is_unreachable(read_submission(0, "smtp(h): RCPT TO failed: 550 5.1.1 No")));
    EXPECT_FALSE(is_unreachable(read_submission(1, "")));
}

TEST(Patience, EndsAMinuteAfterTheData) {
    using std::chrono::seconds;
    EXPECT_EQ(seconds_left(seconds(0), 30), 30U);
    EXPECT_EQ(seconds_left(seconds(35), 30), 25U);
    EXPECT_EQ(seconds_left(seconds(35), 0), 25U) << "no bound of the site's own";
    EXPECT_EQ(seconds_left(std::chrono::milliseconds(59'999), 30), 0U);
    EXPECT_EQ(seconds_left(seconds(700), 30), 0U);
}

} // namespace
} // namespace columbarium::deliver
