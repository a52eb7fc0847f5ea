// SPDX-License-Identifier: LGPL-2.1-or-later
// What RCPT is answered, as a table.
#include "notice_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using test::at_site;

std::optional<Verdict> at_rcpt(std::string_view username, std::string sender = "fred@example.net",
                               std::string_view address = {}) {
    return at_recipient({std::move(sender), false}, at_site(username, address), test::notice_site());
}

Verdict refused(std::string_view reply) {
    return Refuse{std::string(reply)};
}

TEST(NoticeAtRecipient, CA_1_DeliversToTheAccountOfWhoIsHere) {
    EXPECT_EQ(at_rcpt("account"), Verdict(DeliverOn{"account@hermes.example.org"}));
    EXPECT_EQ(at_rcpt("account", ""), Verdict(DeliverOn{"account@hermes.example.org"}));
}

TEST(NoticeAtRecipient, CA_2_ForwardsForWhoIsHereAndHasHisMailElsewhere) {
    EXPECT_EQ(at_rcpt("forwards"), Verdict(ForwardTo{"elsewhere@example.net"}));
    // A bounce to him is his, too.
    EXPECT_EQ(at_rcpt("forwards", ""), Verdict(ForwardTo{"elsewhere@example.net"}));
}

TEST(NoticeAtRecipient, CA_3_WaitsForTheMessageWhereTheSenderMayBeAnswered) {
    EXPECT_EQ(at_rcpt("ann"), std::nullopt);
    EXPECT_EQ(at_rcpt("left1"), std::nullopt);
}

TEST(NoticeAtRecipient, CA_5_AR_6_AR_7_RefusesSendersWhoAreNeverAnswered) {
    for (const char* sender :
         {"", "mailer-daemon@example.net", "owner-list@example.net", "list-request@example.net",
          "noreply@example.net", "no-reply@example.net", "not an address", "bounces+ann=cam@example.net"})
        EXPECT_EQ(at_rcpt("ann", sender), refused(test::moved_away)) << sender;
}

TEST(NoticeAtRecipient, CA_6_RefusesForWhoLeftNoAddress) {
    EXPECT_EQ(at_rcpt("gone"), refused("550 5.1.6 The person of this address has left and named no other "
                                       "address"));
}

TEST(NoticeAtRecipient, CA_7_RefusesForWhoHasNeverSetAnAddress) {
    EXPECT_EQ(at_rcpt("fresh"), refused(refusal(RejectReason::no_address)));
    EXPECT_TRUE(refusal(RejectReason::no_address).starts_with("550 5.1.1 "));
}

TEST(NoticeAtRecipient, CA_8_RefusesForWhoHasUnsetHisAddress) {
    EXPECT_EQ(at_rcpt("unset"), refused(refusal(RejectReason::unset)));
    EXPECT_TRUE(refusal(RejectReason::unset).starts_with("550 5.2.1 "));
}

TEST(NoticeAtRecipient, CA_9_AR_19_SaysOfWhoTellsNothingTheSameAsOfWhoLeftNoAddress) {
    EXPECT_EQ(at_rcpt("silent"), at_rcpt("gone"));
}

TEST(NoticeAtRecipient, CA_10_LeavesOtherRecipientsAlone) {
    EXPECT_EQ(at_rcpt("stranger"), Verdict(DeliverOn{}));
    EXPECT_EQ(at_rcpt("stranger", "", "postmaster@cam.example.org"), Verdict(DeliverOn{}));
}

TEST(NoticeAtRecipient, CA_12_AR_10_RefusesMailOfTheDepartedHimself) {
    for (const char* sender : {"ann@cam.example.org", "ANN@cantab.example.org", "ann+x@cam.example.org",
                               "ann@new.example.com", "Ann@New.example.com", "ann@hermes.example.org"})
        EXPECT_EQ(at_rcpt("ann", sender), refused(test::moved_away)) << sender;
    EXPECT_EQ(at_rcpt("ann", "bob@cam.example.org"), std::nullopt);
}

TEST(NoticeAtRecipient, CA_13_TreatsAuthenticatedSendersAsAllOthers) {
    const config::SiteConfig site = test::notice_site();
    EXPECT_EQ(at_recipient({"fred@example.net", true}, at_site("ann"), site), std::nullopt);
    EXPECT_EQ(at_recipient({"noreply@example.net", true}, at_site("ann"), site), refused(test::moved_away));
    EXPECT_EQ(at_recipient({"fred@example.net", true}, at_site("gone"), site),
              refused(refusal(RejectReason::departed)));
}

TEST(NoticeAtRecipient, DC_1_DC_3_RefusalsAreOneLineOfAsciiAndNeverA551) {
    for (const char* name : {"gone", "fresh", "unset", "silent", "ann"}) {
        const auto verdict = at_rcpt(name, "");
        ASSERT_TRUE(verdict && std::holds_alternative<Refuse>(*verdict)) << name;
        const std::string& reply = std::get<Refuse>(*verdict).reply;
        EXPECT_TRUE(reply.starts_with("550 5.")) << reply;
        EXPECT_EQ(reply.find_first_of("<>\r\n"), std::string::npos) << reply;
        EXPECT_EQ(reply.find("secret"), std::string::npos) << reply;
        EXPECT_LE(reply.size(), 510U);
    }
}

TEST(NoticeAtRecipient, SaysWhyForTheLog) {
    const config::SiteConfig site = test::notice_site();
    const auto reason = [&](const char* username, const char* sender) {
        return reason_at_recipient({sender, false}, at_site(username), site);
    };
    EXPECT_EQ(reason("ann", "fred@example.net"), "");
    EXPECT_EQ(reason("account", "fred@example.net"), "");
    EXPECT_EQ(reason("stranger", ""), "");
    EXPECT_TRUE(reason("ann", "").starts_with("AR-6 ")) << reason("ann", "");
    EXPECT_TRUE(reason("silent", "fred@example.net").starts_with("AR-19 "));
    for (const char* username : {"gone", "fresh", "unset"})
        EXPECT_NE(reason(username, "fred@example.net"), "");
}

TEST(NoticeVerdict, HasANameForLogs) {
    EXPECT_EQ(name_of(DeliverOn{}), "deliver");
    EXPECT_EQ(name_of(ForwardTo{}), "forward");
    EXPECT_EQ(name_of(Answer{}), "answer");
    EXPECT_EQ(name_of(Refuse{}), "refuse");
    EXPECT_EQ(name_of(Drop{}), "drop");
    EXPECT_EQ(name_of(Defer{}), "defer");
}

} // namespace
} // namespace columbarium::tombstone
