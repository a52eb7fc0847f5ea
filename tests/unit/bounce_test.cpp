// SPDX-License-Identifier: LGPL-2.1-or-later
// Who did not get the message, and why: the bounce facts of tests/mail.
#include "triage/bounce.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using test::Sample;
using Values = std::vector<std::string>;

struct Row {
    const char* file;
    Values recipient;
    Values action;
    Values status;
    Values reason;
    Values permanent;
    Values message_id;
};

const Values failed = {"failed"};
const Values probe_17 = {"probe-20260303-17@example.org"};
const Values probe_18 = {"probe-20260303-18@example.org"};

TEST(Bounce, OfEachTestMailSaysWhoAndWhy) {
    const Row table[] = {
        {"dsn-failed-user-unknown.eml",
         {"walter@example.com"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_17},
        {"dsn-failed-with-transient-status.eml",
         {"orders@shop.example.com"},
         failed,
         {"4.4.1"},
         {"network-error"},
         {"no"},
         {"ticket-4711-reply@example.org"}},
        {"dsn-delayed.eml",
         {"orders@shop.example.com"},
         {"delayed"},
         {"4.4.1"},
         {"network-error"},
         {"no"},
         {"ticket-4711-reply@example.org"}},
        {"dsn-several-recipients.eml",
         {"anna@example.com", "bruno@example.net", "d.ebert@gone.example.net"},
         {"failed", "delayed", "failed"},
         {"5.2.2", "4.4.1", "5.1.2"},
         {"mailbox-full", "network-error", "host-unknown"},
         {"yes"},
         {"issue-12@example.org"}},
        {"dsn-internationalized.eml",
         {"grüße@example.com"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         {"eai-original-9@example.org"}},
        {"bad-truncated-dsn.eml", {"walter@example.com"}, failed, {"5.1.1"}, {"user-unknown"}, {"yes"}, {}},
        {"bounce-domino.eml", {"walter@corp.example.net"}, failed, {"5.1.1"}, {"user-unknown"}, {"yes"}, {}},
        {"bounce-exchange-2003.eml",
         {"walter@corp.example.com"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         {}},
        {"bounce-exchange-5.5.eml",
         {"walter@corp.example.com"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_18},
        {"bounce-exim.eml", {"walter@example.com"}, failed, {"5.2.2"}, {"mailbox-full"}, {"yes"}, probe_18},
        {"bounce-french-provider.eml",
         {"walter@courriel.example.net"},
         failed,
         {"5.2.2"},
         {"mailbox-full"},
         {"yes"},
         probe_18},
        {"bounce-german-provider.eml",
         {"walter@post.example.net"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_18},
        {"bounce-gmail-2009.eml", {"walter@example.com"}, failed, {"5.7.1"}, {"blocked"}, {"yes"}, probe_18},
        {"bounce-groupwise.eml",
         {"walter@gw.example.com"},
         failed,
         {"5.1.2"},
         {"host-unknown"},
         {"yes"},
         probe_18},
        {"bounce-japanese-provider.eml",
         {"walter@mobile.example.net"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_18},
        {"bounce-postfix-plain-text.eml",
         {"walter@nowhere.example.com"},
         failed,
         {"5.1.2"},
         {"host-unknown"},
         {"yes"},
         probe_18},
        {"bounce-qmail.eml", {"walter@example.com"}, failed, {"5.1.1"}, {"user-unknown"}, {"yes"}, probe_18},
        {"bounce-sendmail-8.6.eml",
         {"walter@example.com"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_18},
        {"bounce-webmail-provider.eml",
         {"walter@webmail.example.net"},
         failed,
         {"5.1.1"},
         {"user-unknown"},
         {"yes"},
         probe_18},
        {"delay-exim.eml",
         {"walter@slow.example.com"},
         {"delayed"},
         {"4.4.1"},
         {"network-error"},
         {"no"},
         {}},
    };
    for (const Row& row : table) {
        Sample sample(test::test_mail(row.file));
        EXPECT_EQ(sample[Fact::bounce_recipient], row.recipient) << row.file;
        EXPECT_EQ(sample[Fact::bounce_action], row.action) << row.file;
        EXPECT_EQ(sample[Fact::bounce_status], row.status) << row.file;
        EXPECT_EQ(sample[Fact::bounce_reason], row.reason) << row.file;
        EXPECT_EQ(sample[Fact::bounce_permanent], row.permanent) << row.file;
        EXPECT_EQ(sample[Fact::bounce_message_id], row.message_id) << row.file;
    }
}

TEST(Bounce, FactsAreAbsentWhereNothingFailed) {
    for (const char* file :
         {"dsn-delivered.eml", "dsn-relayed.eml", "mdn-displayed.eml", "personal-plain.eml",
          "personal-forwards-a-bounce.eml", "personal-reply-quotes-a-bounce.eml", "arf-abuse-report.eml",
          "vacation-auto-submitted.eml", "bad-empty.eml"}) {
        Sample sample(test::test_mail(file));
        for (const Fact fact :
             {Fact::bounce_action, Fact::bounce_diagnostic, Fact::bounce_message_id, Fact::bounce_permanent,
              Fact::bounce_reason, Fact::bounce_recipient, Fact::bounce_recipients, Fact::bounce_remote_mta,
              Fact::bounce_status, Fact::bounce_subject})
            EXPECT_EQ(sample[fact], Values{}) << file;
    }
}

TEST(Bounce, DS_5_TellsWhatTheRefusingSystemSaid) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    EXPECT_EQ(sample[Fact::bounce_remote_mta], Values{"mail.example.com"});
    EXPECT_EQ(sample[Fact::bounce_diagnostic],
              Values{"550 5.1.1 <walter@example.com>: Recipient address rejected: User unknown in local "
                     "recipient table"});
    Sample in_text(test::test_mail("bounce-exim.eml"));
    EXPECT_EQ(in_text[Fact::bounce_remote_mta], Values{"mail.example.com"});
    ASSERT_EQ(in_text[Fact::bounce_diagnostic].size(), 1U);
    EXPECT_NE(in_text[Fact::bounce_diagnostic][0].find("552 5.2.2 mailbox quota exceeded"),
              std::string::npos);
}

TEST(Bounce, DS_5_HasOneValuePerRecipientInEveryFact) {
    Sample sample(test::test_mail("dsn-several-recipients.eml"));
    EXPECT_EQ(sample[Fact::bounce_remote_mta], (Values{"mail.example.com", "", ""}));
    EXPECT_EQ(sample[Fact::bounce_diagnostic].size(), 3U);
}

TEST(Bounce, DS_10_TellsWhatWasReturned) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    EXPECT_EQ(sample[Fact::bounce_subject], Values{"Please confirm your address"});
    EXPECT_EQ(sample[Fact::bounce_recipients], Values{"walter@example.com"});
    Sample eai(test::test_mail("dsn-internationalized.eml"));
    EXPECT_EQ(eai[Fact::bounce_subject], Values{"Ihre Anfrage über Öffnungszeiten"});
    EXPECT_EQ(eai[Fact::bounce_recipients], Values{"grüße@example.com"});
}

TEST(Bounce, DS_8_KeepsTheCaseOfTheLocalPart) {
    std::string text = test::test_mail("dsn-failed-user-unknown.eml");
    const std::string field = "Final-Recipient: rfc822; walter@";
    text.replace(text.find(field), field.size(), "Final-Recipient: rfc822; Walter@");
    Sample sample(text);
    EXPECT_EQ(sample[Fact::bounce_recipient], Values{"Walter@example.com"});
}

std::string plain_bounce(const std::string& said) {
    return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: support@example.org\nSubject: failure "
           "notice\n\nHi. This is the program at mx.example.org.\n\n<walter@example.com>:\n" +
           said + "\n";
}

struct SaidRow {
    const char* from;
    const char* said;
    const char* status;
    const char* permanent;
};

TEST(Bounce, DS_7_HasAStatusFromTheTextWhereNoFieldGivesOne) {
    const SaidRow table[] = {
        {"an enhanced code", "Remote host said: 550 5.7.1 no", "5.7.1", "yes"},
        {"a reply code with a phrase", "Remote host said: 550 user unknown", "5.1.1", "yes"},
        {"a reply code that says enough", "Remote host said: 552 no", "5.2.2", "yes"},
        {"a reply code of a class", "Remote host said: 554 no", "5.0.0", "yes"},
        {"a transient one", "Remote host said: 452 4.2.2 mailbox full", "4.2.2", "no"},
        {"nothing", "It did not work.", "5.0.0", "unknown"},
    };
    for (const SaidRow& row : table) {
        Sample sample(plain_bounce(row.said));
        EXPECT_EQ(sample[Fact::bounce_status], Values{row.status}) << row.from;
        EXPECT_EQ(sample[Fact::bounce_permanent], Values{row.permanent}) << row.from;
    }
}

TEST(Bounce, BoundsADiagnosticBetweenCharacters) {
    std::string long_text;
    for (int i = 0; i < 5000; ++i)
        long_text += "ü";
    Sample sample(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nSubject: failure\nContent-Type: "
        "multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: "
        "message/delivery-status\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: "
        "5.1.1\nDiagnostic-Code: smtp; " +
        long_text + "\n\n--b--\n");
    const Values diagnostics = sample[Fact::bounce_diagnostic];
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_LE(diagnostics[0].size(), 1000U);
    EXPECT_TRUE(diagnostics[0].ends_with("ü"));
}

} // namespace
} // namespace columbarium::triage
