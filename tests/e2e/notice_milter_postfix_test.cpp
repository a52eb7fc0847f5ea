// SPDX-License-Identifier: LGPL-2.1-or-later
// A real Postfix that asks columbarium-milter, and a next hop that takes all that is sent: what becomes of
// mail, as docs/tombstone.md has it.
#include <iostream>
#include <memory>
#include <optional>

#include "notice_milter_postfix_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class NoticeMilterPostfix : public NoticeMilterPostfixTest {};

TEST_F(NoticeMilterPostfix, CA_1_CA_2_CA_3_CA_6_CA_18_EachRecipientOfATransactionGetsWhatIsHis) {
    begin();
    const std::vector<std::string> everybody{present, traveller, departed, silent};
    const SmtpTalk said = talk(everybody);
    for (const char* taken : {present, traveller, departed})
        EXPECT_EQ(said.recipient(taken).code, 250) << to_string(said.recipient(taken));
    EXPECT_THAT(to_string(said.recipient(silent)), HasSubstr("550 5.1.6"));
    EXPECT_THAT(end_of(said), StartsWith("250"));

    const auto all = all_sent();
    EXPECT_THAT(recipients_of(all),
                UnorderedElementsAre("present@hermes.example.org", "traveller@example.net", writer));
    const auto forwarded = sent_to("traveller@example.net", 2);
    ASSERT_THAT(forwarded, SizeIs(1));
    EXPECT_EQ(forwarded[0].from.address, writer);
    EXPECT_EQ(forwarded[0].header("X-Columbarium-Forwarded"), ""); // it has other recipients, too
    EXPECT_THAT(forwarded[0].text, HasSubstr("shall we meet on Friday?"));
    const auto replies = sent_to(writer, 2);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].from.address, "");
    EXPECT_EQ(replies[0].header("Auto-Submitted"), "auto-replied");
    EXPECT_EQ(replies[0].header("In-Reply-To"), "<letter@example.com>");
    EXPECT_THAT(replies[0].body(), AllOf(HasSubstr("departed@example.com"), Not(HasSubstr("shall we meet"))));
}

TEST_F(NoticeMilterPostfix, CA_3_CA_19_DC_7_AnswersAndTakesTheMessageForWhoHasLeft) {
    begin();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: answer"));
}

TEST_F(NoticeMilterPostfix, CA_4_AR_3_TellsASenderOnceAndThenRefusesWithTheSameWords) {
    begin();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(answer(departed), AllOf(HasSubstr("550 5.1.6"), HasSubstr("departed@example.com")));
    EXPECT_THAT(answer("departed+x@cam.example.org"), HasSubstr("550 5.1.6"));
    EXPECT_THAT(answer(gone), HasSubstr("250")); // another person
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer, writer));
}

TEST_F(NoticeMilterPostfix, CA_4_DropsWhatARepeatedSenderWritesWhereTheSiteWantsItSo) {
    begin("", "[tombstone]\nrepeated = \"drop\"\n");
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: drop"));
}

TEST_F(NoticeMilterPostfix, CA_5_AR_6_RefusesAtRcptWhereTheSenderForbidsAReply) {
    begin();
    for (const char* sender : {"", "MAILER-DAEMON@example.com", "owner-list@example.com"}) {
        const SmtpTalk said = talk({departed}, sender);
        EXPECT_THAT(to_string(said.recipient(departed)), HasSubstr("550 5.1.6")) << sender;
    }
    EXPECT_THAT(all_sent(), IsEmpty());
}

TEST_F(NoticeMilterPostfix, CA_5_AR_2_RefusesAfterDataWhereTheMessageForbidsAReply) {
    begin();
    const SmtpTalk said =
        talk({departed}, writer, "Auto-Submitted: auto-generated\r\n" + letter(writer, {departed}));
    EXPECT_EQ(said.recipient(departed).code, 250);
    EXPECT_THAT(end_of(said), HasSubstr("550 5.1.6"));
    EXPECT_THAT(all_sent(), IsEmpty());
    EXPECT_THAT(log(), HasSubstr("AR-2"));
}

TEST_F(NoticeMilterPostfix, CA_6_CA_7_CA_8_CA_9_DC_1_DC_2_RefusesAtRcptWhoCannotBeReached) {
    begin();
    const SmtpTalk said = talk({silent, newcomer, closed, discreet});
    EXPECT_THAT(to_string(said.recipient(silent)), HasSubstr("550 5.1.6"));
    EXPECT_THAT(to_string(said.recipient(newcomer)), HasSubstr("550 5.1.1"));
    EXPECT_THAT(to_string(said.recipient(closed)), HasSubstr("550 5.2.1"));
    EXPECT_THAT(to_string(said.recipient(discreet)),
                AllOf(HasSubstr("550 5.1.6"), Not(HasSubstr("private@example.com"))));
    EXPECT_FALSE(said.end_of_data);
}

TEST_F(NoticeMilterPostfix, CA_10_LeavesRolesNobodyAndOtherDomainsAlone) {
    put(somebody("postmaster", "", "", true)); // whoever called somebody so
    begin();
    const std::vector<std::string> others{"postmaster@cam.example.org", "abuse@cam.example.org", nobody,
                                          "present@hermes.example.org"};
    EXPECT_THAT(end_of(talk(others)), StartsWith("250"));
    EXPECT_THAT(recipients_of(sink.wait_for(1)), testing::UnorderedElementsAreArray(others));
    EXPECT_THAT(sink.messages()[0].header("X-Columbarium-Forwarded"), IsEmpty());
}

TEST_F(NoticeMilterPostfix, CA_11_CA_20_DefersWhileTheStoreIsAwayAndGoesOnWhenItIsBack) {
    begin();
    take_store_away();
    EXPECT_THAT(answer(silent), HasSubstr("451 4.3.0"));
    EXPECT_THAT(answer("anybody@hermes.example.org"), HasSubstr("250")); // no address of ours
    bring_store_back();
    EXPECT_TRUE(rig::eventually(rig::default_deadline,
                                [&] { return answer(silent).find("550 5.1.6") != std::string::npos; }));
}

TEST_F(NoticeMilterPostfix, CA_20_AcceptsWhileTheStoreIsAwayWhereTheSiteWantsItSo) {
    begin("on_error = \"accept\"\n");
    take_store_away();
    EXPECT_THAT(answer(silent), HasSubstr("250"));
    EXPECT_THAT(recipients_of(sink.wait_for(1)), ElementsAre(silent));
    bring_store_back();
}

TEST_F(NoticeMilterPostfix, CA_12_AR_10_RefusesWhatThePersonHimselfWrites) {
    begin();
    EXPECT_THAT(answer(departed, "departed@example.com"), HasSubstr("550 5.1.6"));
    EXPECT_THAT(answer(departed, departed), HasSubstr("550 5.1.6"));
    EXPECT_THAT(all_sent(), IsEmpty());
}

TEST_F(NoticeMilterPostfix, CA_14_RefusesAMessageThatComesRoundAgain) {
    begin();
    const SmtpTalk said =
        talk({traveller}, writer,
             "X-Columbarium-Forwarded: " + std::string(traveller) + "\r\n" + letter(writer, {traveller}));
    EXPECT_THAT(end_of(said), HasSubstr("554 5.4.6"));
    EXPECT_THAT(all_sent(), IsEmpty());
}

TEST_F(NoticeMilterPostfix, CA_15_AR_24_SendsOneReplyForSeveralWhoHaveLeft) {
    begin();
    EXPECT_THAT(end_of(talk({departed, gone})), StartsWith("250"));
    const auto sent = all_sent();
    ASSERT_THAT(recipients_of(sent), ElementsAre(writer));
    EXPECT_THAT(sent[0].body(), AllOf(HasSubstr("departed@example.com"), HasSubstr("gone@example.com")));
}

TEST_F(NoticeMilterPostfix, CA_16_DefersWhereTheReplyCannotBeHandedOverNowAndTellsLater) {
    begin();
    sink.refuse(writer, "450 4.2.1 Later");
    EXPECT_THAT(answer(departed), HasSubstr("451 4.3.0"));
    sink.accept_everything();
    EXPECT_THAT(answer(departed), HasSubstr("250")); // the claim was given back
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
}

TEST_F(NoticeMilterPostfix, CA_16_RefusesWhereTheReplyIsRefusedForGood) {
    begin();
    sink.refuse(writer);
    EXPECT_THAT(answer(departed), HasSubstr("550 5.1.6"));
    sink.accept_everything();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
}

TEST_F(NoticeMilterPostfix, CA_16_RefusesAndNeverTellsAgainWhereNobodyKnowsWhatBecameOfTheReply) {
    begin();
    sink.hang_at(rig::SinkStage::end_of_data);
    EXPECT_THAT(answer(departed), HasSubstr("550 5.1.6"));
    sink.accept_everything();
    EXPECT_THAT(answer(departed), HasSubstr("550 5.1.6"));
    EXPECT_THAT(all_sent(), IsEmpty());
}

TEST_F(NoticeMilterPostfix, CA_17_AR_31_RefusesWhereACapIsReached) {
    begin("", "[reply]\nper_sender_day = 1\n");
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(answer(gone), HasSubstr("550 5.1.6"));
    EXPECT_THAT(answer(gone, "another@example.com"), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), UnorderedElementsAre(writer, "another@example.com"));
}

TEST_F(NoticeMilterPostfix, CA_18_AR_29_RJ_4_ReportsWhoIsRefusedAfterDataWhileOthersAreNot) {
    begin();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("250"));
    EXPECT_THAT(recipients_of(all_sent()),
                UnorderedElementsAre(writer, writer, "present@hermes.example.org"));
    const auto told = sent_to(writer, 3);
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_EQ(told[1].from.address, "");
    EXPECT_THAT(told[1].header("Content-Type"), HasSubstr("report-type=delivery-status"));
    EXPECT_THAT(told[1].body(),
                AllOf(HasSubstr("Action: failed"), HasSubstr("Status: 5.1.6"),
                      HasSubstr("rfc822; departed@cam.example.org"), Not(HasSubstr("shall we meet"))));
}

TEST_F(NoticeMilterPostfix, CA_18_SaysNothingOfWhoIsRefusedWhereTheSiteWantsItSo) {
    begin("mixed = \"drop\"\n");
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("250"));
    EXPECT_THAT(recipients_of(all_sent()), UnorderedElementsAre(writer, "present@hermes.example.org"));
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: refused, and the sender gets no report"));
}

TEST_F(NoticeMilterPostfix, CA_18_DefersTheWholeMessageWhereTheReportCannotBeHandedOverNow) {
    begin();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    sink.refuse(writer, "450 4.2.1 Later");
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("451"));
    sink.accept_everything();
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("250")); // the claim was given back
    EXPECT_THAT(sent_to(writer, 3), SizeIs(2));
}

TEST_F(NoticeMilterPostfix, CA_18_RJ_5_ReportsNothingToWhoMayHaveBeenForged) {
    begin();
    const std::vector<std::string> both = {present, departed};
    for (const char* field : {"X-Spam-Flag: YES", "Auto-Submitted: auto-replied"})
        EXPECT_THAT(end_of(talk(both, writer, std::string(field) + "\r\n" + letter(writer, both))),
                    StartsWith("250"));
    EXPECT_THAT(sent_to(writer, 2), IsEmpty());
    EXPECT_THAT(sent_to("present@hermes.example.org", 2), SizeIs(2));
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: refused, and the sender gets no report"));
}

TEST_F(NoticeMilterPostfix, CA_18_AR_31_ReportsToOneSenderOnceInAnHour) {
    begin();
    const std::vector<std::string> both = {present, departed};
    const std::string list = "List-Id: <friends.example.com>\r\n" + letter(writer, both);
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(end_of(talk(both, writer, list)), StartsWith("250"));
    EXPECT_THAT(sent_to(writer, 4), SizeIs(1));
    EXPECT_THAT(sent_to("present@hermes.example.org", 4), SizeIs(3));
}

TEST_F(NoticeMilterPostfix, CA_19_RefusesWhereAllAreRefusedAfterData) {
    begin();
    EXPECT_THAT(end_of(talk({departed, gone})), StartsWith("250"));
    EXPECT_THAT(end_of(talk({departed, gone})), HasSubstr("550 5.1.6"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
}

TEST_F(NoticeMilterPostfix, CA_2_LeavesForwardingToTheMtaWhereTheSiteWantsItSo) {
    begin("forwarding = \"leave\"\n");
    EXPECT_THAT(end_of(talk({present, traveller, departed})), StartsWith("250"));
    EXPECT_THAT(recipients_of(all_sent()), UnorderedElementsAre(present, traveller, writer));
}

TEST_F(NoticeMilterPostfix, CA_22_TellsAnAddressOfAnotherWhoHasLeftAndDecidesAnewOnMailToThat) {
    put(somebody("heir", "", departed, true));
    begin();
    EXPECT_THAT(answer("heir@cam.example.org"), HasSubstr("250"));
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    const auto sent = all_sent();
    ASSERT_THAT(recipients_of(sent), ElementsAre(writer, writer));
    EXPECT_THAT(sent[0].body(), HasSubstr(departed));
    EXPECT_THAT(sent[1].body(), HasSubstr("departed@example.com"));
}

TEST_F(NoticeMilterPostfix, RefusalsMayHoldAPercentSign) {
    put(somebody("percent", "", "100%d@example.com", true));
    begin();
    EXPECT_THAT(answer("percent@cam.example.org"), HasSubstr("250"));
    EXPECT_THAT(answer("percent@cam.example.org"), AllOf(HasSubstr("100%d@"), Not(HasSubstr("%%"))));
}

TEST_F(NoticeMilterPostfix, TakesAMessageLargerThanIsAnsweredAndRefusesIt) {
    begin("", "[reply]\nmessage_kib = 8\n");
    std::string large = letter(writer, {departed, present});
    for (int i = 0; i < 10'000; ++i)
        large += "A line of a large message, which nobody has to read to its end\r\n";
    const SmtpTalk said = talk({departed, present}, writer, large);
    EXPECT_THAT(end_of(said), StartsWith("250"));
    const auto reports = sent_to(writer, 2);
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_THAT(reports[0].header("Content-Type"), HasSubstr("report"));
    const auto delivered = sent_to("present@hermes.example.org", 2);
    ASSERT_THAT(delivered, SizeIs(1));
    EXPECT_EQ(delivered[0].body().size(), large.size() - large.find("\r\n\r\n") - 4);
}

} // namespace
} // namespace columbarium::e2e
