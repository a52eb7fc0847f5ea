// SPDX-License-Identifier: LGPL-2.1-or-later
// The wall: reports of mail systems, spam, loops, forged and damaged messages.
#include <string>
#include <vector>

#include "mail_samples.hpp"
#include "reply_wall.hpp"

namespace columbarium::test {
namespace {

std::string report(const std::string& type, const std::string& machine_part) {
    return "From: Mail Delivery System <reports@mx.example.com>\nTo: abc1@cam.example.org\n"
           "Subject: Report\nDate: Tue, 3 Mar 2026 09:15:00 +0100\nMIME-Version: 1.0\n"
           "Content-Type: multipart/report; report-type=" +
           type +
           "; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSee below.\n\n--b\nContent-Type: message/" +
           type + "\n\n" + machine_part + "\n--b--\n";
}

std::string status(const std::string& action) {
    return report("delivery-status", "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; "
                                     "carl@example.net\nAction: " +
                                         action + "\nStatus: 5.1.1\n");
}

// A report that comes from a person's address, as those of some gateways do: the class has to tell it.
std::vector<WallRow> reports() {
    return {
        {.name = "AR_10_FailedDsn", .rules = "AR-10", .text = status("failed")},
        {.name = "AR_10_DelayedDsn", .rules = "AR-10", .text = status("delayed")},
        {.name = "AR_10_DeliveredDsn", .rules = "AR-10", .text = status("delivered")},
        {.name = "AR_6_AR_10_DsnWithNullSender",
         .rules = "AR-6 AR-10",
         .sender = "",
         .text = status("failed")},
        {.name = "AR_10_DsnWithoutAStatus", .rules = "AR-10", .text = report("delivery-status", "rubbish\n")},
        {.name = "AR_10_Mdn",
         .rules = "AR-10",
         .text =
             report("disposition-notification", "Final-Recipient: rfc822; carl@example.net\n"
                                                "Disposition: manual-action/MDN-sent-manually; displayed\n")},
        {.name = "AR_10_FeedbackReport",
         .rules = "AR-10",
         .text = report("feedback-report", "Feedback-Type: abuse\nUser-Agent: Loop/1.0\nVersion: 1\n")},
        {.name = "AR_9_ReportOfAnUnknownType", .rules = "AR-9", .text = report("tracking-status", "x: y\n")},
        {.name = "AR_7_AR_9_AR_10_ReturnedMailOfOldTimes",
         .rules = "AR-7 AR-9 AR-10",
         .sender = "MAILER-DAEMON@mx.example.com",
         .from = "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>\n",
         .subject = "Subject: Returned mail: User unknown\n",
         .body = "   ----- The following addresses had permanent fatal errors -----\n<carl@example.net>\n"},
        {.name = "AR_9_AR_10_FromMailerDaemonOnly",
         .rules = "AR-9 AR-10",
         .from = "From: MAILER-DAEMON@mx.example.com\n",
         .subject = "Subject: Undelivered Mail Returned to Sender\n",
         .body = "<carl@example.net>: host mx.example.net said: 550 5.1.1 user unknown\n"},
        {.name = "AR_9_ForwardedNotice",
         .rules = "AR-9",
         .subject = "Subject: Fwd: Undelivered Mail Returned to Sender\n"},
        {.name = "AR_9_ForwardedNoticeTwice",
         .rules = "AR-9",
         .subject = "Subject: WG: Fwd: Re: Undelivered Mail Returned to Sender\n"},
        {.name = "AR_9_NoticeInUnknownWords",
         .rules = "AR-9",
         .sender = "admin@corp.example",
         .from = "From: admin@corp.example\n",
         .subject = "Subject: Undelivered Mail Returned to Sender\n",
         .body = "Ask the desk.\n"},
        {.name = "AR_9_NoticeOfFailureInUnknownWords",
         .rules = "AR-9",
         .sender = "admin@corp.example",
         .from = "From: admin@corp.example\n",
         .subject = "Subject: failure notice\n",
         .body = "Ask the desk.\n"},
        {.name = "AR_9_NoticeOfReturnInUnknownWords",
         .rules = "AR-9",
         .subject = "Subject: Mail delivery failed: returning message to sender\n"},
        {.name = "AR_10_StatusAlone", .rules = "AR-10", .fields = "Content-Type: message/delivery-status\n"},
        {.name = "AR_10_DispositionAlone",
         .rules = "AR-10",
         .fields = "Content-Type: message/disposition-notification\n"},
        {.name = "AR_9_ReportBehindAComment",
         .rules = "AR-9",
         .fields = "Content-Type: (x) multipart/report; boundary=b\n"},
        {.name = "AR_9_ReportWithBlanks",
         .rules = "AR-9",
         .fields = "Content-Type: multipart / report; boundary=b\n"},
        {.name = "AR_10_DeliveryReportOfX400", .rules = "AR-10", .fields = "Message-Type: Delivery Report\n"},
        {.name = "AR_10_XFailedRecipients",
         .rules = "AR-10",
         .fields = "X-Failed-Recipients: carl@example.net\n",
         .subject = "Subject: Mail delivery failed: returning message to sender\n",
         .body = "This message was created automatically by mail delivery software.\n\n"
                 "  carl@example.net\n    Unrouteable address\n"},
    };
}
COLUMBARIUM_WALL(ReplyWallReports, reports);

std::vector<WallRow> marked_and_damaged() {
    const std::string rest = "To: abc1@cam.example.org\nSubject: Lunch\n\nHello\n";
    return {
        {.name = "AR_10_SpamFlag", .rules = "AR-10", .fields = "X-Spam-Flag: YES\n"},
        {.name = "AR_10_SpamStatus",
         .rules = "AR-10",
         .fields = "X-Spam-Status: Yes, score=12.1 required=5.0\n"},
        {.name = "AR_10_SpamFlagInLowerCase", .rules = "AR-10", .fields = "x-spam-flag: yes\n"},
        {.name = "AR_10_SpamFlagBesideAForgedOne",
         .rules = "AR-10",
         .fields = "X-Spam-Flag: YES\nX-Spam-Flag: NO\n"},
        {.name = "AR_10_SpamByRspamd",
         .rules = "AR-10",
         .fields = "X-Spamd-Result: default: True [17.00 / 15.00]\n"},
        {.name = "AR_10_SpamFlagInQuotes", .rules = "AR-10", .fields = "X-Spam-Flag: \"YES\"\n"},
        {.name = "AR_10_SpamRejected", .rules = "AR-10", .fields = "X-Spam_action: reject\n"},
        {.name = "AR_10_SpamByLevel", .rules = "AR-10", .fields = "X-Spam-Level: ******\n"},
        {.name = "AR_10_SpamByALowerLevel", .rules = "", .fields = "X-Spam-Level: ****\n"},
        {.name = "AR_10_SpamByLevelOnlyOfALenientSite",
         .rules = "",
         .fields = "X-Spam-Level: ******\nX-Spam-Status: No, score=6.1 required=8.0\n"},
        {.name = "AR_10_SpamX", .rules = "AR-10", .fields = "X-Spam: Yes\n"},
        {.name = "AR_10_SpamByConfidence", .rules = "AR-10", .fields = "X-MS-Exchange-Organization-SCL: 9\n"},
        {.name = "AR_10_SpamByBogofilter",
         .rules = "AR-10",
         .fields = "X-Bogosity: Spam, tests=bogofilter\n"},
        {.name = "AR_10_SpamByMailScanner",
         .rules = "AR-10",
         .fields = "X-Example-MailScanner-SpamCheck: spam, SpamAssassin (score=9)\n"},
        {.name = "AR_10_SpamInTheSubject", .rules = "AR-10", .subject = "Subject: ***SPAM*** Lunch\n"},
        {.name = "AR_10_SpamInAnEncodedSubject",
         .rules = "AR-10",
         .subject = "Subject: =?utf-8?q?=5BSPAM=5D_Lunch?=\n"},
        {.name = "AR_10_Virus", .rules = "AR-10", .fields = "X-Virus-Status: Infected with Eicar\n"},
        {.name = "AR_10_VirusByAmavis",
         .rules = "AR-10",
         .fields = "X-Amavis-Alert: INFECTED, message contains virus\n"},
        {.name = "AR_10_NoSpam",
         .rules = "",
         .fields = "X-Spam-Flag: NO\nX-Spam-Status: No, score=-1.0\nX-Spam-Level: *\nX-Virus-Status: Clean\n"
                   "X-Spamd-Result: default: False [1.00 / 15.00]\nX-MS-Exchange-Organization-SCL: 1\n"
                   "X-Bogosity: Ham\nX-Example-MailScanner-SpamCheck: not spam, SpamAssassin (score=0)\n"},
        {.name = "AR_10_SpeaksOfSpam", .rules = "", .subject = "Subject: Your spam filter [long]\n"},
        {.name = "AR_10_FromTheRecipient", .rules = "AR-10", .from = "From: Ann <abc1@cam.example.org>\n"},
        {.name = "AR_10_FromTheRecipientsAccount",
         .rules = "AR-10",
         .from = "From: ANN@hermes.example.org\n"},
        {.name = "AR_10_FromTheRecipientsNewAddress",
         .rules = "AR-10",
         .from = "From: \"Other, Ann\" <ann.other@example.net>\n"},
        {.name = "AR_10_FromTheRecipientsSubaddress",
         .rules = "AR-10",
         .from = "From: Ann <abc1+shop@cam.example.org>\n"},
        {.name = "AR_10_FromTheRecipientAmongOthers",
         .rules = "AR-10",
         .from = "From: Walter <walter@example.com>, abc1@cam.example.org\n"},
        {.name = "AR_8_FromOfALongList",
         .rules = "AR-8",
         .from =
             [] {
                 std::string from = "From: a0@example.com";
                 for (int i = 1; i <= 100; ++i)
                     from += ", a" + std::to_string(i) + "@example.com";
                 return from + "\n";
             }()},
        {.name = "AR_10_SenderIsTheRecipient", .rules = "AR-10", .fields = "Sender: abc1@cam.example.org\n"},
        {.name = "AR_10_ResentByTheRecipient",
         .rules = "AR-10",
         .fields = "Resent-From: Ann <ann@hermes.example.org>\n"},
        {.name = "AR_10_Loop", .rules = "AR-10", .fields = "X-Loop: abc1@cam.example.org\n"},
        {.name = "AR_10_LoopOfSomebodyElse", .rules = "", .fields = "X-Loop: walter@example.com\n"},
        {.name = "AR_10_GoesRound",
         .rules = "AR-10",
         .fields =
             [] {
                 std::string fields;
                 for (int i = 0; i < 51; ++i)
                     fields += "Received: from a.example by b.example; Tue, 3 Mar 2026 09:15:00 +0100\n";
                 return fields;
             }()},
        {.name = "AR_8_NoFrom", .rules = "AR-8", .from = ""},
        {.name = "AR_8_AR_9_EmptyFrom", .rules = "AR-8 AR-9", .from = "From:\n"},
        {.name = "AR_8_FromWithoutAddress", .rules = "AR-8", .from = "From: Walter\n"},
        {.name = "AR_8_TwoFroms",
         .rules = "AR-8",
         .from = "From: walter@example.com\nFrom: petra@example.com\n"},
        {.name = "AR_8_TwoFromsOneForged",
         .rules = "AR-8 AR-10",
         .from = "From: walter@example.com\nFrom: abc1@cam.example.org\n"},
        {.name = "AR_8_NulInTheHeader", .rules = "AR-8", .subject = std::string("Subject: Lu\0nch\n", 16)},
        {.name = "AR_4_AR_8_Empty", .rules = "AR-8 AR-4", .text = "\n"},
        {.name = "AR_4_AR_8_NoHeader", .rules = "AR-8 AR-4", .text = "\n" + rest},
        {.name = "AR_4_AR_8_OnlyRubbish", .rules = "AR-8 AR-4", .text = "rubbish\nmore of it\n"},
        {.name = "AR_8_AR_9_HeaderWithoutEnd",
         .rules = "AR-8 AR-9",
         .text = "From: walter@example.com\nTo: abc1@cam.example.org\nX-Long: " +
                 std::string(std::size_t{300} * 1024, 'x')},
        {.name = "AR_9_Huge", .rules = "AR-9", .body = std::string(std::size_t{64} * 1024, 'x')},
        {.name = "AR_9_AlmostHuge", .rules = "", .body = std::string(std::size_t{60} * 1024, 'x')},
        {.name = "AR_1_NulInTheBody", .rules = "", .body = std::string("Hello\0Ann\n", 10)},
        {.name = "AR_1_NoBody", .rules = "", .text = "From: walter@example.com\nTo: abc1@cam.example.org"},
        {.name = "AR_1_MboxLine",
         .rules = "",
         .text = "From walter@example.com Tue Mar  3\nFrom: walter@example.com\n" + rest},
    };
}
COLUMBARIUM_WALL(ReplyWallMarks, marked_and_damaged);

TEST(ReplyWall, AR_10_AnswersNoTestMailOfAMachine) {
    for (const char* name : {"arf-abuse-report",
                             "bad-truncated-dsn",
                             "bounce-domino",
                             "bounce-exchange-2003",
                             "bounce-exchange-5.5",
                             "bounce-exim",
                             "bounce-french-provider",
                             "bounce-german-provider",
                             "bounce-gmail-2009",
                             "bounce-groupwise",
                             "bounce-japanese-provider",
                             "bounce-postfix-plain-text",
                             "bounce-qmail",
                             "bounce-sendmail-8.6",
                             "bounce-webmail-provider",
                             "challenge-response",
                             "cron-output",
                             "delay-exim",
                             "dsn-delayed",
                             "dsn-delivered",
                             "dsn-failed-user-unknown",
                             "dsn-failed-with-transient-status",
                             "dsn-internationalized",
                             "dsn-relayed",
                             "dsn-several-recipients",
                             "mailing-list-post-by-machine",
                             "mailing-list-post",
                             "mdn-displayed",
                             "monitoring-alert",
                             "newsletter",
                             "out-of-office-exchange",
                             "out-of-office-german-subject-only",
                             "ticket-acknowledgement",
                             "vacation-auto-submitted"}) {
        // From a person's address, so that the message alone has to tell it.
        const WallRow row{.name = name, .text = test_mail(std::string(name) + ".eml")};
        const std::string rules = rules_against(row, wall_policy());
        EXPECT_TRUE(rules != "" && rules != "AR-4") << name;
    }
}

TEST(ReplyWall, ReportsAMessageThatCannotBeRead) {
    const std::string text = text_of({});
    FailingSource source(text, 0);
    mail::Message message(source);
    const auto found = reply::objections(message, wall_question({}), wall_policy());
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::temporary);
    EXPECT_FALSE(reply::is_addressed(message, "abc1@cam.example.org", wall_question({}), wall_policy()));
}

} // namespace
} // namespace columbarium::test
