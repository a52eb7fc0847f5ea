// SPDX-License-Identifier: LGPL-2.1-or-later
// The wall has doors: mail of people, which must be answered; and AR-4, whether it is addressed to who has
// left.
#include <string>
#include <vector>

#include "mail_samples.hpp"
#include "reply_wall.hpp"

namespace columbarium::test {
namespace {

WallRow answered(std::string name, std::string fields) {
    return {.name = "AR_1_Answers" + std::move(name), .fields = std::move(fields)};
}

std::vector<WallRow> people() {
    const std::string mime = "MIME-Version: 1.0\nContent-Type: ";
    return {
        answered("APlainMessage", ""),
        answered("AMailProgram", "User-Agent: Pigeon Mail 3.1\n"),
        answered("AnswersInAConversation",
                 "In-Reply-To: <a@cam.example.org>\nReferences: <a@cam.example.org>\n"),
        answered("AReplyToElsewhere", "Reply-To: Walter at home <walter@example.net>\n"),
        answered("AReplyToAList", "Reply-To: talk@lists.example.com\n"),
        answered("ASender", "Sender: secretary@example.com\n"),
        answered("AnOrganisation", "Organization: Example Limited\n"),
        answered("HighPriority", "X-Priority: 1\nImportance: high\nPriority: urgent\n"),
        answered("ReceiptWanted", "Disposition-Notification-To: walter@example.com\n"),
        answered("ADeliveredTo", "Delivered-To: abc1@cam.example.org\n"),
        answered("SignedByDkim",
                 "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k; h=from; bh=a; b=b\n"),
        answered("Autocrypt", "Autocrypt: addr=walter@example.com; keydata=AAAA\n"),
        answered("OurOwnForwarding", "X-Columbarium-Forwarded: abc2@cam.example.org\n"),
        answered("ManyReceived",
                 [] {
                     std::string fields;
                     for (int i = 0; i < 12; ++i)
                         fields += "Received: from a.example by b.example; Tue, 3 Mar 2026 09:15:00 +0100\n";
                     return fields;
                 }()),
        answered("Alternatives", mime + "multipart/alternative; boundary=\"b\"\n"),
        answered("Attachments", mime + "multipart/mixed; boundary=\"b\"\n"),
        answered("SignedText",
                 mime + "multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"b\"\n"),
        answered("EncryptedText",
                 mime + "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n"),
        answered("Html", mime + "text/html; charset=utf-8\n"),
        answered("AnInvitation", mime + "text/calendar; method=REQUEST; charset=utf-8\n"),
        {.name = "AR_1_AnswersANameInQuotes", .from = "From: \"Smith, Walter\" <walter@example.com>\n"},
        {.name = "AR_1_AnswersANameThatHoldsAnAddress",
         .from = "From: \"walter@home\" <walter@example.com>\n"},
        {.name = "AR_1_AnswersAnEncodedName",
         .from = "From: =?iso-8859-1?q?J=FCrgen?= <walter@example.com>\n"},
        {.name = "AR_1_AnswersANameInAComment", .from = "From: walter@example.com (Walter Smith)\n"},
        {.name = "AR_1_AnswersTwoAuthors",
         .from = "From: walter@example.com, petra@example.com\nSender: walter@example.com\n"},
        {.name = "AR_1_AnswersANameLikeAMachines", .from = "From: No Reply Needed <walter@example.com>\n"},
        {.name = "AR_22_AnswersWhereFromIsAnother", .from = "From: Walter <walter@home.example.net>\n"},
        {.name = "AR_1_AnswersAnInfoAddress",
         .sender = "info@example.com",
         .from = "From: info@example.com\n"},
        {.name = "AR_1_AnswersASupportDesk",
         .sender = "support@example.com",
         .from = "From: Support <support@example.com>\n"},
        {.name = "AR_1_AnswersAnEmptySubject", .subject = "Subject:\n"},
        {.name = "AR_1_AnswersNoSubject", .subject = ""},
        {.name = "AR_1_AnswersAnAnswersSubject", .subject = "Subject: Re: Lunch on Friday\n"},
        {.name = "AR_1_AnswersAForwardsSubject", .subject = "Subject: Fwd: Lunch on Friday\n"},
        {.name = "AR_1_AnswersAMarkAlone", .subject = "Subject: fwd\n"},
        {.name = "AR_1_AnswersAMarkWithNothingBehind", .subject = "Subject: Fwd:\n"},
        {.name = "AR_1_AnswersWhoAnswersABounce",
         .fields = "User-Agent: Pigeon Mail 3.1\n",
         .subject = "Subject: Re: Undelivered Mail Returned to Sender\n"},
        {.name = "AR_1_AnswersAnEncodedSubject", .subject = "Subject: =?utf-8?b?R3LDvMOfZQ==?=\n"},
        {.name = "AR_1_AnswersWhoSpeaksOfHolidays", .subject = "Subject: Holiday photographs\n"},
        {.name = "AR_1_AnswersWhoSpeaksOfAutomation",
         .subject = "Subject: Automatic doors in the new building\n"},
        {.name = "AR_1_AnswersWhoSpeaksOfALists",
         .subject = "Subject: The mailing list, unsubscribe me please\n"},
        {.name = "AR_1_AnswersAnEmptyBody", .body = ""},
        {.name = "AR_1_AnswersABodyThatQuotesHeaders",
         .body = "> Auto-Submitted: auto-replied\n> Precedence: bulk\n\nwhat is this?\n"},
        {.name = "AR_1_AnswersOctetsOfNoCharset",
         .body = "Gr\xfc\xdf"
                 "e\n"},
    };
}
COLUMBARIUM_WALL(ReplyWallPeople, people);

WallRow addressed(std::string name, std::string rules, std::string to) {
    return {.name = "AR_4_" + std::move(name), .rules = std::move(rules), .to = std::move(to)};
}

std::vector<WallRow> addressing() {
    return {
        addressed("To", "", "To: abc1@cam.example.org\n"),
        addressed("ToWithName", "", "To: \"Other, Ann\" <abc1@cam.example.org>\n"),
        addressed("ToInCapitals", "", "TO: ABC1@CAM.EXAMPLE.ORG\n"),
        addressed("ToAmongMany", "",
                  "To: a@example.com, b@example.com,\n abc1@cam.example.org, c@example.com\n"),
        addressed("ToInAGroup", "", "To: friends: a@example.com, abc1@cam.example.org;\n"),
        addressed("ToQuoted", "", "To: \"abc1\"@cam.example.org\n"),
        addressed("ToWithComment", "", "To: abc1@cam.example.org (Ann Other)\n"),
        addressed("ToAnotherField", "", "To: a@example.com\nTo: abc1@cam.example.org\n"),
        addressed("Cc", "", "To: a@example.com\nCc: abc1@cam.example.org\n"),
        addressed("Bcc", "", "To: a@example.com\nBcc: abc1@cam.example.org\n"),
        addressed("ResentTo", "", "To: a@example.com\nResent-To: abc1@cam.example.org\n"),
        addressed("ResentCc", "", "To: a@example.com\nResent-Cc: abc1@cam.example.org\n"),
        addressed("ResentBcc", "", "To: a@example.com\nresent-bcc: <abc1@cam.example.org>\n"),
        addressed("Subaddress", "", "To: abc1+talk@cam.example.org\n"),
        addressed("AnotherDomainOfTheSite", "", "To: abc1@alumni.cam.example.org\n"),
        addressed("AnOldDomain", "", "To: abc1@old.example.org\n"),
        addressed("Nobody", "AR-4", ""),
        addressed("EmptyTo", "AR-4", "To:\n"),
        addressed("UndisclosedRecipients", "AR-4", "To: undisclosed-recipients:;\n"),
        addressed("SomebodyElse", "AR-4", "To: abc2@cam.example.org\n"),
        addressed("SameNameElsewhere", "AR-4", "To: abc1@example.com\n"),
        addressed("OnlyInAName", "AR-4", "To: \"abc1@cam.example.org\" <list@example.com>\n"),
        addressed("OnlyInAComment", "AR-4", "To: list@example.com (abc1@cam.example.org)\n"),
        addressed("OnlyTheBeginning", "AR-4", "To: abc1@cam.example.org.example.com\n"),
        addressed("OnlyTheEnd", "AR-4", "To: xabc1@cam.example.org\n"),
        addressed("OnlyDeliveredTo", "AR-4", "Delivered-To: abc1@cam.example.org\nTo: a@example.com\n"),
        addressed("OnlyXOriginalTo", "AR-4", "X-Original-To: abc1@cam.example.org\nTo: a@example.com\n"),
        addressed("BrokenTo", "AR-4", "To: <abc1 at cam example org>\n"),
    };
}
COLUMBARIUM_WALL(ReplyWallAddressing, addressing);

TEST(ReplyWall, AR_4_IsNotAskedWhereTheSiteDoesNotWantIt) {
    config::ReplyPolicy policy = wall_policy();
    policy.addressed_only = false;
    expect_wall({.name = "nobody is addressed", .to = ""}, policy);
}

TEST(ReplyWall, AR_1_AnswersTestMailOfPeople) {
    for (const char* name : {"personal-html", "personal-plain", "personal-reply-quotes-a-bounce",
                             "personal-with-attachment", "bad-boundary-never-closed", "bad-wrong-charset"}) {
        std::string text = test_mail(std::string(name) + ".eml");
        const WallRow row{.name = name, .text = "Cc: abc1@cam.example.org\n" + text};
        EXPECT_EQ(rules_against(row, wall_policy()), "") << name;
    }
}

} // namespace
} // namespace columbarium::test
