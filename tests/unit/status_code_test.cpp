// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/status_code.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

struct Row {
    const char* from;
    std::string_view text;
    std::string_view code;
};

TEST(StatusCode, DS_7_OfAFieldFollowsItsGrammar) {
    const Row table[] = {
        {"RFC 3463 section 2", "5.1.1", "5.1.1"},
        {"blanks around it", "  4.4.7 ", "4.4.7"},
        {"a comment behind it", "5.1.1 (bad mailbox)", "5.1.1"},
        {"a comment without a blank", "5.1.1(bad mailbox)", "5.1.1"},
        {"three digits", "5.7.509", "5.7.509"},
        {"success", "2.1.5", "2.1.5"},
        {"class 3 is none", "3.1.1", ""},
        {"class 6 is none", "6.1.1", ""},
        {"four digits", "5.1.1234", ""},
        {"a leading zero in the subject", "5.01.1", ""},
        {"a leading zero in the detail", "5.1.01", ""},
        {"zero itself", "5.0.0", "5.0.0"},
        {"a part is missing", "5.1", ""},
        {"a part too many", "5.1.1.1", ""},
        {"empty", "", ""},
        {"words", "failed", ""},
        {"a reply code", "550", ""},
        {"two digits of class", "55.1.1", ""},
    };
    for (const Row& row : table)
        EXPECT_EQ(status_code_in_field(row.text), row.code) << row.from;
}

TEST(StatusCode, OfATextIsItsMostTellingOne) {
    const Row table[] = {
        {"Postfix", "said: 550 5.1.1 <a@example.com>: Recipient address rejected", "5.1.1"},
        {"Exchange", "<ex03.corp.example.com #5.1.1>", "5.1.1"},
        {"Exchange, with a reply code", "#550 5.2.2 mailbox full ##", "5.2.2"},
        {"in parentheses", "mailbox is full (552 5.2.2).", "5.2.2"},
        {"the specific one before the general one", "5.0.0 (5.1.1)", "5.1.1"},
        {"the general one where no other is", "5.0.0 nothing else", "5.0.0"},
        {"the first of two specific ones", "#5.2.2, #5.1.1", "5.2.2"},
        {"a host address is none", "connect to 5.1.1.1: refused", ""},
        {"the end of a host address is none", "host 192.5.1.1 said no", ""},
        {"a version is none", "Exim 4.96.2a, v5.1.1", ""},
        {"a host's name is none", "mx5.1.1.example.com", ""},
        {"success is no failure", "2.0.0 OK", ""},
        {"empty", "", ""},
        {"at the very end", "failed: 4.4.1", "4.4.1"},
        {"at the end of a sentence", "It said 5.1.1.", "5.1.1"},
        {"a version behind a name is none", "delivered by Exim 4.7.2 and later", ""},
        {"a subject that RFC 3463 does not know", "#5.8.1", ""},
    };
    for (const Row& row : table)
        EXPECT_EQ(status_code_in_text(row.text), row.code) << row.from;
}

TEST(ReplyCode, OfATextStandsWhereAnAnswerBegins) {
    const Row table[] = {
        {"qmail", "Remote host said: 550 no such mailbox here", "550"},
        {"Sendmail", "<<< 553 <a@example.com>... User unknown", "553"},
        {"at the beginning", "421 try again later", "421"},
        {"at the beginning of a line", "host mail.example.com\n452 4.2.2 full", "452"},
        {"a line of several", "550-first\n550 second", "550"},
        {"in parentheses", "walter@gw.example.com (550 Host unknown)", "550"},
        {"a number of messages is none", "more than 500 messages wait", ""},
        {"hours are none", "after 432 hours in the queue", ""},
        {"part of a number is none", ": 5501 of 9000", ""},
        {"a year is none", "; 2026", ""},
        {"success is none", "said: 250 OK", ""},
        {"empty", "", ""},
    };
    for (const Row& row : table)
        EXPECT_EQ(reply_code_in_text(row.text), row.code) << row.from;
}

TEST(ReplyCode, StandsForAStatusCode) {
    EXPECT_EQ(status_of_reply_code("552"), "5.2.2") << "RFC 5321 section 4.2.3: exceeded storage allocation";
    EXPECT_EQ(status_of_reply_code("551"), "5.1.6") << "user not local";
    EXPECT_EQ(status_of_reply_code("556"), "5.1.10") << "RFC 7505";
    EXPECT_EQ(status_of_reply_code("599"), "5.0.0") << "DS-7: an unknown one stands for its class";
    EXPECT_EQ(status_of_reply_code("499"), "4.0.0");
    EXPECT_EQ(status_of_reply_code(""), "");
}

TEST(StatusCode, DS_7_SaysMoreThanItsClassWhereItsDetailIsNotZero) {
    EXPECT_TRUE(is_specific("5.1.1"));
    EXPECT_TRUE(is_specific("5.1.10"));
    EXPECT_FALSE(is_specific("5.0.0"));
    EXPECT_FALSE(is_specific("5.1.0"));
    EXPECT_FALSE(is_specific(""));
}

} // namespace
} // namespace columbarium::triage
