// SPDX-License-Identifier: LGPL-2.1-or-later
// The wall: what the reverse-path alone forbids.
#include <string>
#include <vector>

#include "reply_wall.hpp"

namespace columbarium::test {
namespace {

WallRow from_sender(std::string name, std::string rules, std::string sender) {
    return {.name = std::move(name), .rules = std::move(rules), .sender = std::move(sender)};
}

std::vector<WallRow> senders() {
    return {
        from_sender("AR_6_NullReversePath", "AR-6", ""),
        from_sender("AR_6_BlankReversePath", "AR-6", " "),
        from_sender("AR_7_NoAddress", "AR-7", "walter"),
        from_sender("AR_7_NoDomain", "AR-7", "walter@"),
        from_sender("AR_7_NoLocalPart", "AR-7", "@example.com"),
        from_sender("AR_7_ControlCharacter", "AR-7", "wal\x01ter@example.com"),
        from_sender("AR_7_TwoAddresses", "AR-7", "a@example.com,b@example.com"),
        from_sender("AR_7_MailerDaemon", "AR-7 AR-9", "MAILER-DAEMON@example.com"),
        from_sender("AR_7_MailerDaemonQuoted", "AR-7", "\"mailer-daemon\"@example.com"),
        from_sender("AR_7_MailerDaemonWithSubaddress", "AR-7 AR-9", "mailer-daemon+17@example.com"),
        from_sender("AR_7_Postmaster", "AR-7", "Postmaster@example.com"),
        from_sender("AR_7_DoubleBounce", "AR-7 AR-9", "double-bounce@mx.example.com"),
        from_sender("AR_7_Root", "AR-7", "root@host.example.com"),
        from_sender("AR_7_Nobody", "AR-7", "nobody@host.example.com"),
        from_sender("AR_7_WebServer", "AR-7", "www-data@host.example.com"),
        from_sender("AR_7_Owner", "AR-7", "owner-talk@lists.example.com"),
        from_sender("AR_7_OwnerBehind", "AR-7", "talk-owner@lists.example.com"),
        from_sender("AR_7_Request", "AR-7", "talk-request@lists.example.com"),
        from_sender("AR_7_RequestInCapitals", "AR-7", "TALK-REQUEST@LISTS.EXAMPLE.COM"),
        from_sender("AR_7_Bounces", "AR-7", "talk-bounces@lists.example.com"),
        from_sender("AR_7_Bounce", "AR-7", "bounce@news.example.com"),
        from_sender("AR_7_BouncesWithNumber", "AR-7", "bounces+17-ab12@news.example.com"),
        from_sender("AR_7_Errors", "AR-7", "talk-errors@lists.example.com"),
        from_sender("AR_7_Listserv", "AR-7", "LISTSERV@lists.example.com"),
        from_sender("AR_7_Majordomo", "AR-7", "majordomo@lists.example.com"),
        from_sender("AR_7_Mailman", "AR-7", "mailman-bounces@lists.example.com"),
        from_sender("AR_7_Verp", "AR-7", "talk+abc1=cam.example.org@lists.example.com"),
        from_sender("AR_7_VerpOfEzmlm", "AR-7", "talk-return-17-abc1=cam.example.org@lists.example.com"),
        from_sender("AR_7_VerpOfAForwarder", "AR-7", "walter+caf_=abc1=cam.example.org@example.com"),
        from_sender("AR_7_VerpBehindSrs", "AR-7",
                    "SRS0=ab12=tt=lists.example.com=talk+abc1=cam.example.org@fwd.example"),
        from_sender("AR_7_OwnerBehindBatv", "AR-7", "prvs=1234abcdef=owner-talk@lists.example.com"),
        from_sender("AR_7_Noreply", "AR-7", "noreply@shop.example.com"),
        from_sender("AR_7_NoReply", "AR-7", "no-reply@shop.example.com"),
        from_sender("AR_7_NoReplyWithUnderline", "AR-7", "no_reply@shop.example.com"),
        from_sender("AR_7_DoNotReply", "AR-7", "Do-Not-Reply@shop.example.com"),
        from_sender("AR_7_Donotreply", "AR-7", "donotreply@shop.example.com"),
        from_sender("AR_7_NoreplyWithSubaddress", "AR-7", "noreply+17@shop.example.com"),
        from_sender("AR_7_ServiceNoreply", "AR-7", "service.noreply@shop.example.com"),
        from_sender("AR_7_NoreplyInGerman", "AR-7", "keine-antwort@laden.example.de"),
        from_sender("AR_7_NoreplyInFrench", "AR-7", "ne-pas-repondre@boutique.example.fr"),
        from_sender("AR_7_Autoreply", "AR-7", "auto-reply@example.com"),
        from_sender("AR_7_Vacation", "AR-7", "vacation-17@example.com"),
        from_sender("AR_7_PostmasterWithSubaddress", "AR-7", "postmaster+17@example.com"),
        from_sender("AR_7_AutoNotify", "AR-7", "auto-notify@example.com"),
        from_sender("AR_7_Notifications", "AR-7", "notifications@example.com"),
        from_sender("AR_7_NotificationsWithSubaddress", "AR-7", "notifications+ab12@example.com"),
        from_sender("AR_7_NoreplyInPortuguese", "AR-7", "nao-responder@loja.example.br"),
        from_sender("AR_7_NoreplyInPortugueseOnceMore", "AR-7", "nao-responda@loja.example.br"),
        from_sender("AR_7_Confirm", "AR-7", "sam-confirm@example.com"),
        from_sender("AR_7_ChallengeWithSubaddress", "AR-7", "sam+challenge@example.com"),
        from_sender("AR_7_BouncesBehindADot", "AR-7", "news.bounces@example.com"),
        // Nothing can be sent there.
        from_sender("AR_7_DotBehindTheDomain", "AR-7", "fred@example.com."),
        from_sender("AR_7_TwoDots", "AR-7", "a..b@example.com"),
        from_sender("AR_7_DotInFront", "AR-7", ".a@example.com"),
        from_sender("AR_7_DotAtTheEnd", "AR-7", "a.@example.com"),
        from_sender("AR_7_DomainInULabels", "AR-7",
                    "fred@b\xc3\xbc"
                    "cher.example"),
        from_sender("AR_7_Internationalised", "AR-7", "w\xc3\xa4lter@ex\xc3\xa4mple.com"),
        from_sender("AR_7_LongerThanAnAddressMayBe", "AR-7", std::string(320, 'a') + "@example.com"),
        from_sender("AR_7_QuotedBlank", "AR-7", "\"a b\"@example.com"),
        from_sender("AR_10_TheRecipientHimself", "AR-10", "abc1@cam.example.org"),
        from_sender("AR_10_TheRecipientInCapitals", "AR-10", "ABC1@CAM.EXAMPLE.ORG"),
        from_sender("AR_10_TheRecipientsSubaddress", "AR-10", "abc1+lists@cam.example.org"),
        from_sender("AR_10_HisAccount", "AR-10", "ann@hermes.example.org"),
        from_sender("AR_10_HisNewAddress", "AR-10", "ann.other@example.net"),
        from_sender("AR_10_HisAddressInAnotherDomain", "AR-10", "abc1@alumni.cam.example.org"),
        from_sender("AR_10_HisAddressInAnOldDomain", "AR-10", "abc1@old.example.org"),
        from_sender("AR_10_HisNewAddressBehindBatv", "AR-10", "prvs=1234abcdef=ann.other@example.net"),
        from_sender("AR_10_HisNewAddressBehindSrs", "AR-10",
                    "SRS0=ab12=tt=example.net=ann.other@fwd.example"),
        from_sender("AR_5_AnAddressNeverAnswered", "AR-5", "Robot@Example.com"),
        from_sender("AR_5_ItsSubaddress", "AR-5", "robot+17@example.com"),
        from_sender("AR_5_ADomainNeverAnswered", "AR-5", "walter@bulk.example.com"),
        from_sender("AR_5_ADomainBelowIt", "AR-5", "walter@a.b.bulk.example.com"),
        from_sender("AR_5_ALocalPartNeverAnswered", "AR-5", "kiosk@hotel.example.net"),
        from_sender("AR_5_BehindBatv", "AR-5", "prvs=1234abcdef=robot@example.com"),
        // Near misses: people.
        from_sender("AR_5_AnotherRobot", "", "robot@example.org"),
        from_sender("AR_5_ADomainThatOnlyEndsAlike", "", "walter@notbulk.example.com"),
        from_sender("AR_5_ALocalPartThatOnlyBeginsAlike", "", "kioskowner@hotel.example.net"),
        from_sender("AR_7_OwnersName", "", "bowner@example.com"),
        from_sender("AR_7_Requests", "", "requests@example.com"),
        from_sender("AR_7_Casino", "", "casino.reply@example.com"),
        from_sender("AR_7_NoraReply", "", "nora.reply@example.com"),
        from_sender("AR_7_Rooter", "", "rooter@example.com"),
        from_sender("AR_7_Announces", "", "announces@example.com"),
        from_sender("AR_7_Damon", "", "damon@example.com"),
        from_sender("AR_7_ListAsAName", "", "franz.list@example.com"),
        from_sender("AR_10_SomebodyElsesSubaddress", "", "abc2+abc1@cam.example.org"),
        from_sender("AR_10_SameNameElsewhere", "", "abc1@example.com"),
        from_sender("AR_7_Vacations", "", "vacation@hotel.example"),
        from_sender("AR_7_DaemonAsAName", "", "daemon.smith@example.com"),
        from_sender("AR_7_ChallengeAsAName", "", "sam.challenge@example.com"),
        from_sender("AR_7_BounceAsAName", "", "fred.bounce@example.com"),
        from_sender("AR_7_RequestAsASubaddress", "", "mary+request@example.com"),
        // Wrapped people.
        from_sender("AR_22_Batv", "", "prvs=1234abcdef=walter@example.com"),
        from_sender("AR_22_Srs0", "", "SRS0=ab12=tt=example.com=walter@fwd.example"),
        from_sender("AR_22_Srs1", "", "SRS1=cd34=fwd.example==ab12=tt=example.com=walter@second.example"),
        from_sender("AR_22_ALabels", "", "fred@xn--bcher-kva.example"),
        from_sender("AR_22_Quoted", "", "\"walter.smith\"@example.com"),
    };
}
COLUMBARIUM_WALL(ReplyWallSenders, senders);

TEST(ReplyWall, AR_7_SaysThatNoReplyIsSentToAQuotedLocalPart) {
    reply::Question question = wall_question({});
    question.sender = "\"a b\"@example.com";
    const auto found = reply::objections_to_sender(question, wall_policy());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().text, "no reply is sent to this quoted local part: \"a b\"@example.com");
}

} // namespace
} // namespace columbarium::test
