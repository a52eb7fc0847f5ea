// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail over LMTP to one person of the site: what docs/tombstone.md says of each.
#include "notice_lmtp_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class NoticeLmtp : public NoticeLmtpTest {
  protected:
    // Says no to one recipient at RCPT, and sends nothing.
    void expect_refused_at_rcpt(const std::string& recipient, const char* codes) {
        const auto delivery = write_to({recipient});
        EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says(codes));
        EXPECT_THAT(sink.messages(), IsEmpty());
    }
};

TEST_F(NoticeLmtp, CA_1_DeliversToTheAccountOfWhoIsHere) {
    put_site();
    EXPECT_TRUE(write_to({present}).accepted());
    const auto message = only_message("present");
    EXPECT_EQ(rig::header_field(message.text, "Delivered-To"), "present@hermes.example.org");
    EXPECT_EQ(rig::header_field(message.text, "Subject"), "Lunch on Friday?");
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_1_DeliversToASubaddressOfWhoIsHere) {
    put_site();
    EXPECT_TRUE(write_to({"Present+lunch@CAM.example.org"}).accepted());
    EXPECT_THAT(mailbox("present"), SizeIs(1));
}

TEST_F(NoticeLmtp, CA_1_VacationKnowsTheAddressThatWasWrittenTo) {
    options.extra_conf += "plugin {\n  sieve_vacation_use_original_recipient = yes\n}\n";
    put_site();
    use_script("present", "require \"vacation\"; vacation \"I am away.\";");
    EXPECT_TRUE(write_to({present}).accepted());
    const auto replies = NoticeRelayTest::sent_to(writer, 1);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].text, HasSubstr("I am away."));
}

TEST_F(NoticeLmtp, CA_1_ScriptsSeeTheSubaddress) {
    options.extra_conf += "recipient_delimiter = +\n";
    put_site();
    create_mailbox("present", "Lists");
    use_script("present", "require [\"envelope\", \"subaddress\", \"fileinto\"];\n"
                          "if envelope :detail \"to\" \"lists\" { fileinto \"Lists\"; }");
    EXPECT_TRUE(write_to({"present+lists@cam.example.org"}).accepted());
    EXPECT_THAT(mailbox("present", "Lists"), SizeIs(1));
    EXPECT_EQ(rig::header_field(mailbox("present", "Lists").at(0).text, "Delivered-To"),
              "present+lists@hermes.example.org");
}

TEST_F(NoticeLmtp, CA_2_SendsOnWithTheSenderThatItHas) {
    put_site();
    const auto delivery = write_to({traveller});
    EXPECT_THAT(delivery.outcome(), Says("250 2.0.0"));
    const auto sent = sent_to("traveller@example.net");
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, writer);
    EXPECT_EQ(sent[0].header("X-Columbarium-Forwarded"), traveller);
    EXPECT_THAT(sent[0].header("Received"), AllOf(HasSubstr("from client.example.com"), HasSubstr("LMTP")));
    EXPECT_TRUE(sent[0].text.ends_with(letter(writer, {traveller}))) << sent[0].text;
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtp, CA_2_SendsABounceOnWithTheNullSender) {
    put_site();
    EXPECT_TRUE(write_from("", {traveller}).accepted());
    const auto sent = sent_to("traveller@example.net");
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "");
}

TEST_F(NoticeLmtp, CA_2_SendsOnWhatIsLongerThanMemoryAndHasLinesWithDots) {
    put_site();
    std::string text = letter(writer, {traveller});
    for (int i = 0; i < 20'000; ++i)
        text += ".a line with a dot before it, and umlauts: \xc3\xa4\xc3\xb6\xc3\xbc\r\n";
    EXPECT_TRUE(try_to_deliver(text, {writer, {traveller}}).accepted());
    const auto sent = sent_to("traveller@example.net");
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_TRUE(sent[0].text.ends_with(text));
}

TEST_F(NoticeLmtp, CA_3_AR_16_AR_17_AR_20_AnswersAPersonWhoWritesToSomebodyWhoHasLeft) {
    put_site();
    const auto delivery = write_to({departed});
    EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says("250"));
    EXPECT_THAT(delivery.outcome(), Says("250 2.0.0"));
    const auto sent = sink.messages();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "");
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, writer);
    EXPECT_EQ(sent[0].header("Auto-Submitted"), "auto-replied");
    EXPECT_EQ(sent[0].header("In-Reply-To"), "<letter@example.com>");
    EXPECT_EQ(sent[0].header("Subject"), "Auto: Lunch on Friday?");
    EXPECT_THAT(sent[0].text, AllOf(HasSubstr("departed@example.com"), Not(HasSubstr("shall we meet"))));
    expect_in_log(dovecot(), "to=<departed@cam.example.org>: answer");
}

TEST_F(NoticeLmtp, CA_4_AR_3_RefusesTheSecondMessageOfTheSameSenderWithTheAddress) {
    put_site();
    EXPECT_TRUE(write_to({departed}, "first").accepted());
    const auto second = write_to({departed}, "second");
    EXPECT_THAT(second.outcome(), Says("550 5.1.6"));
    EXPECT_THAT(second.outcome().text, HasSubstr("departed@example.com"));
    EXPECT_THAT(sink.messages(), SizeIs(1));
    EXPECT_TRUE(write_from("other@example.com", {departed}).accepted()) << "he was not told yet";
    EXPECT_THAT(sink.messages(), SizeIs(2));
}

TEST_F(NoticeLmtp, CA_4_DropsTheSecondMessageWhereTheSiteWantsIt) {
    configure("[tombstone]\nrepeated = \"drop\"\n");
    put_site();
    EXPECT_TRUE(write_to({departed}, "first").accepted());
    EXPECT_TRUE(write_to({departed}, "second").accepted());
    EXPECT_THAT(sink.messages(), SizeIs(1));
    expect_in_log(dovecot(), "to=<departed@cam.example.org>: drop");
}

TEST_F(NoticeLmtp, CA_5_AR_2_DC_6_RefusesAfterDataWhatMayNotBeAnswered) {
    put_site();
    const auto delivery = try_to_deliver("Auto-Submitted: auto-generated\r\n" + letter(writer, {departed}),
                                         {writer, {departed}});
    EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says("250"));
    EXPECT_THAT(delivery.outcome(), Says("550 5.1.6"));
    EXPECT_THAT(delivery.outcome().text, Not(HasSubstr("example.com"))) << "a robot is told nothing";
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_in_log(dovecot(), "refuse: AR-2");
}

TEST_F(NoticeLmtp, CA_5_AR_6_RefusesTheNullSenderAtRcpt) {
    put_site();
    const auto delivery = write_from("", {departed});
    EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says("550 5.1.6"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_5_AR_4_RefusesWhoIsNotNamedInTheMessage) {
    put_site();
    const auto delivery = try_to_deliver(letter(writer, {"friends@example.com"}), {writer, {departed}});
    EXPECT_THAT(delivery.outcome(), Says("550 5.1.6"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_6_DC_1_RefusesWhoHasLeftWithoutAnAddress) {
    put_site();
    expect_refused_at_rcpt(silent, "550 5.1.6");
}

TEST_F(NoticeLmtp, CA_7_DC_2_RefusesWhoNeverHadAnAddress) {
    put_site();
    expect_refused_at_rcpt(newcomer, "550 5.1.1");
}

TEST_F(NoticeLmtp, CA_8_DC_2_RefusesWhoHasUnsetHisAddress) {
    auto unset = somebody("unset", "", "");
    unset.is_new = false;
    put(unset);
    expect_refused_at_rcpt("unset@cam.example.org", "550 5.2.1");
}

TEST_F(NoticeLmtp, CA_9_AR_19_RefusesWhoDisclosesNothing) {
    auto shy = somebody("shy", "", "shy@example.com", 30);
    shy.disclosure = config::Disclosure::nothing;
    put(shy);
    expect_refused_at_rcpt("shy@cam.example.org", "550 5.1.6");
}

TEST_F(NoticeLmtp, CA_10_LeavesOtherDomainsAndRolesAndUnknownNamesToTheHost) {
    put_site();
    EXPECT_TRUE(write_to({"user@example.org"}).accepted());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    for (const char* address :
         {"postmaster@cam.example.org", "abuse@cam.example.org", "nobody@cam.example.org"})
        EXPECT_THAT(write_to({address}).recipients.at(0).at_rcpt, Says("550 5.1.1")) << "no such user here";
    EXPECT_TRUE(write_to({"user@cam.example.org"}).accepted()) << "the store does not know him, Dovecot does";
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_12_AR_10_RefusesHisOwnMailFromEachOfHisAddresses) {
    put_site();
    for (const char* own : {"departed@cam.example.org", "departed@example.ac.uk", "departed@example.com"})
        EXPECT_THAT(write_from(own, {departed}).recipients.at(0).at_rcpt, Says("550 5.1.6")) << own;
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_13_ALoginCountsAsAuthenticated) {
    configure("[reply]\nauthenticated_only = true\nauthserv_ids = [\"mx.example.org\"]\n");
    options.extra_conf += "login_trusted_networks = 127.0.0.1\n";
    put_site();
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6"));
    EXPECT_THAT(sink.messages(), IsEmpty());
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.command("XCLIENT LOGIN=wendy"), Says("220"));
    ASSERT_THAT(session.command("LHLO client.example.com"), Says("250"));
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(departed), Says("250"));
    ASSERT_THAT(session.data(), Says("354"));
    EXPECT_THAT(session.send_message(letter(writer, {departed}), 1).at(0), Says("250"));
    EXPECT_THAT(sent_to(writer), SizeIs(1));
}

TEST_F(NoticeLmtp, CA_14_RefusesWhatWasSentOnForThisPersonBefore) {
    put_site();
    EXPECT_TRUE(write_to({traveller}).accepted());
    const std::string forwarded = sent_to("traveller@example.net").at(0).text;
    const auto again = try_to_deliver(forwarded, {writer, {"traveller@example.ac.uk"}});
    EXPECT_THAT(again.outcome(), Says("554 5.4.6"));
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtp, CA_14_RefusesToSendOnWhatHasGoneRoundTooOften) {
    put_site();
    std::string text;
    for (int i = 0; i < 51; ++i)
        text += "Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\n";
    EXPECT_THAT(try_to_deliver(text + letter(writer, {traveller}), {writer, {traveller}}).outcome(),
                Says("554 5.4.6"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtp, CA_17_AR_31_RefusesWhereACapIsReached) {
    configure("[reply]\nper_hour = 1\n");
    put_site();
    EXPECT_TRUE(write_to({departed}).accepted());
    EXPECT_THAT(write_from("other@example.com", {departed}).outcome(), Says("550 5.1.6"));
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtp, CA_22_TellsAnAddressThatIsAnotherOfThoseWhoHaveLeft) {
    put_site();
    put_departed("earlier", departed);
    EXPECT_TRUE(write_to({"earlier@cam.example.org"}).accepted());
    ASSERT_THAT(sent_to(writer), SizeIs(1));
    EXPECT_THAT(sent_to(writer)[0].text, HasSubstr(departed));
    EXPECT_TRUE(write_to({departed}).accepted());
    EXPECT_THAT(sent_to(writer), SizeIs(2));
}

} // namespace
} // namespace columbarium::e2e
