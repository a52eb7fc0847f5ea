// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail that LDA delivers to accounts of people who may have left: what docs/tombstone.md says of each.
#include <fstream>
#include <iterator>

#include "notice_lmtp_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Exit statuses of LDA, sysexits(3).
constexpr int ok = 0;
constexpr int try_again = 75;

class NoticeLda : public NoticeRelayTest {
  protected:
    NoticeLda() {
        options.lda_plugins = {"columbarium"};
        options.submission_port = sink.port();
        options.extra_conf = "submission_timeout = 2s\n";
    }

    // The local part is the user.
    int write_to(const std::string& recipient, const std::string& message, const std::string& from = writer) {
        const auto result = dovecot().deliver_with_lda(recipient.substr(0, recipient.find('@')), message,
                                                       from, {"-r", recipient});
        last_ = rig::to_string(result);
        return result.status;
    }
    int write_to(const std::string& recipient) { return write_to(recipient, letter(writer, {recipient})); }

    std::string last_;
};

TEST_F(NoticeLda, CA_1_DeliversToWhoIsHere) {
    put_site();
    EXPECT_EQ(write_to(present), ok) << last_;
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLda, CA_1_LeavesTheUsersScriptInForce) {
    put_site();
    use_script("present", "require \"fileinto\"; fileinto \"Filed\";");
    create_mailbox("present", "Filed");
    EXPECT_EQ(write_to(present), ok) << last_;
    EXPECT_THAT(mailbox("present", "Filed"), SizeIs(1));
}

TEST_F(NoticeLda, CA_2_SendsOnWithTheSenderThatItHas) {
    put_site();
    EXPECT_EQ(write_to(traveller), ok) << last_;
    const auto sent = sent_to("traveller@example.net", 1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, writer);
    EXPECT_EQ(sent[0].header("X-Columbarium-Forwarded"), traveller);
    EXPECT_TRUE(sent[0].text.ends_with(letter(writer, {traveller}))) << sent[0].text;
    EXPECT_THAT(mailbox("traveller"), IsEmpty());
}

TEST_F(NoticeLda, CA_3_AR_17_AnswersAPersonWhoWritesToSomebodyWhoHasLeft) {
    put_site();
    EXPECT_EQ(write_to(departed), ok) << last_;
    const auto replies = sent_to(writer, 1);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].from.address, "");
    EXPECT_EQ(replies[0].header("Auto-Submitted"), "auto-replied");
    EXPECT_THAT(replies[0].text, AllOf(HasSubstr("departed@example.com"), Not(HasSubstr("shall we meet"))));
    EXPECT_THAT(mailbox("departed"), IsEmpty()) << "nothing of it is kept";
}

TEST_F(NoticeLda, CA_4_ReportsTheSecondMessageOfTheSameSender) {
    put_site();
    EXPECT_EQ(write_to(departed), ok) << last_;
    sink.clear();
    EXPECT_EQ(write_to(departed, letter(writer, {departed}, "second")), ok) << last_;
    const auto reports = sink.messages();
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_EQ(reports[0].from.address, "");
    EXPECT_THAT(reports[0].header("Content-Type"), HasSubstr("report-type"));
    EXPECT_THAT(reports[0].text, AllOf(HasSubstr("Status: 5.1.6"), HasSubstr("Action: failed"),
                                       HasSubstr("departed@cam.example.org"), Not(HasSubstr("shall we"))));
    EXPECT_THAT(mailbox("departed"), IsEmpty());
}

TEST_F(NoticeLda, CA_5_CA_6_CA_7_AR_29_RefusesByAReport) {
    put_site();
    EXPECT_EQ(write_to(departed, "Precedence: list\r\n" + letter(writer, {departed})), ok) << last_;
    EXPECT_EQ(write_to(silent), ok) << last_;
    EXPECT_EQ(write_to(newcomer), ok) << last_;
    const auto reports = sink.messages();
    ASSERT_THAT(reports, SizeIs(3));
    EXPECT_THAT(reports[0].text, HasSubstr("Status: 5.1.6"));
    EXPECT_THAT(reports[1].text, HasSubstr("Status: 5.1.6"));
    EXPECT_THAT(reports[2].text, HasSubstr("Status: 5.1.1"));
    for (const char* user : {"departed", "silent", "newcomer"})
        EXPECT_THAT(mailbox(user), IsEmpty());
}

TEST_F(NoticeLda, CA_5_RJ_5_ReportsNothingToTheNullSender) {
    put_site();
    EXPECT_EQ(write_to(departed, letter(writer, {departed}), ""), ok) << last_;
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_in_log(dovecot(), "no report to the null sender");
}

TEST_F(NoticeLda, CA_5_AR_10_RJ_5_ReportsNothingToWhoMayHaveBeenForged) {
    put_site();
    const std::string spam = "X-Spam-Flag: YES\r\n" + letter(writer, {departed});
    EXPECT_EQ(write_to(departed, spam), ok) << last_;
    EXPECT_EQ(write_to(departed, letter(writer, {departed}), "noreply@shop.example.com"), ok) << last_;
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_in_log(dovecot(), "no report to this sender");
}

TEST_F(NoticeLda, CA_10_LeavesOtherAddressesOfTheUserAlone) {
    put_site();
    EXPECT_EQ(write_to("departed@example.org"), ok) << last_;
    EXPECT_THAT(mailbox("departed"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLda, CA_10_LeavesTheAddressOfSomebodyElseAlone) {
    put_site();
    const auto result =
        dovecot().deliver_with_lda("present", letter(writer, {departed}), writer, {"-r", departed});
    EXPECT_EQ(result.status, ok) << rig::to_string(result);
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLda, AnswersForTheRecipientThatTheMtaWasToldOf) {
    put_site();
    const auto result = dovecot().deliver_with_lda("departed", letter(writer, {departed}), writer,
                                                   {"-a", departed, "-r", "departed@hermes.example.org"});
    EXPECT_EQ(result.status, ok) << rig::to_string(result);
    EXPECT_THAT(sent_to(writer, 1), SizeIs(1));
}

TEST_F(NoticeLda, CA_11_IsTriedAgainWhereThereIsNoService) {
    options.extra_conf += "service columbarium {\n  executable = /bin/false\n}\n";
    expect_alarm("service(columbarium)");
    EXPECT_EQ(write_to(departed), try_again) << last_;
    EXPECT_THAT(mailbox("departed"), IsEmpty());
}

TEST_F(NoticeLda, CA_11_IsTriedAgainWhereTheServiceDoesNotKnowTheDomain) {
    options.extra_conf +=
        "protocol lda {\n  plugin {\n    columbarium_config = @directory@/wider.toml\n  }\n}\n";
    put_site();
    std::ifstream narrow(dovecot().directory() / "columbarium.toml");
    std::string text(std::istreambuf_iterator<char>(narrow), {});
    const std::string domains = "domains = [";
    text.insert(text.find(domains) + domains.size(), "\"new.example.org\", ");
    people_server().write_file("wider.toml", text);
    EXPECT_EQ(write_to("departed@new.example.org"), try_again) << last_;
    EXPECT_EQ(write_to(departed), ok) << last_;
    EXPECT_THAT(mailbox("departed"), IsEmpty());
}

TEST_F(NoticeLda, CA_14_ReportsALoop) {
    put_site();
    EXPECT_EQ(write_to(traveller, "X-Columbarium-Forwarded: traveller@cam.example.org\r\n" +
                                      letter(writer, {traveller})),
              ok)
        << last_;
    const auto reports = sink.messages();
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_THAT(reports[0].text, HasSubstr("Status: 5.4.6"));
}

TEST_F(NoticeLda, CA_16_IsTriedAgainWhereTheReplyIsDeferredAndTellsThen) {
    put_site();
    sink.refuse_messages("451 4.3.0 Try again later");
    EXPECT_EQ(write_to(departed), try_again) << last_;
    sink.accept_everything();
    EXPECT_EQ(write_to(departed), ok) << last_;
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLda, CA_21_IsTriedAgainWhereTheNextServerDefersAndReportedWhereItRefuses) {
    put_site();
    sink.refuse("traveller@example.net", "452 4.2.2 Mailbox full");
    EXPECT_EQ(write_to(traveller), try_again) << last_;
    sink.refuse("traveller@example.net", "550 5.1.1 No such user");
    EXPECT_EQ(write_to(traveller), ok) << last_;
    const auto reports = sent_to(writer, 1);
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_THAT(reports[0].text, HasSubstr("Status: 5.1.1"));
}

TEST_F(NoticeLda, CA_21_IsTriedAgainWhereTheNextServerTakesNoMailFromHere) {
    put_site();
    for (const char* reply : {"530 5.7.0 Log in first", "554 5.7.1 Relay access denied"}) {
        sink.refuse("traveller@example.net", reply);
        EXPECT_EQ(write_to(traveller), try_again) << reply << last_;
    }
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLda, CA_21_IsTriedAgainWhereTheRefusalCannotBeReported) {
    put_site();
    sink.refuse("traveller@example.net", "550 5.1.1 No such user");
    for (const char* reply :
         {"530 5.7.0 Log in first", "554 5.7.1 Relay access denied", "550 5.7.1 No", "450 4.2.0 Later"}) {
        sink.refuse(writer, reply);
        EXPECT_EQ(write_to(traveller), try_again) << reply << last_;
    }
    EXPECT_EQ(write_to(silent), try_again) << last_;
    sink.refuse(writer, "550 5.1.1 No such user");
    EXPECT_EQ(write_to(traveller), ok) << "there is nobody to be told: " << last_;
}

TEST_F(NoticeLda, CA_21_IsTriedAgainWhereABounceIsRefusedByTheNextServer) {
    put_site();
    sink.refuse("traveller@example.net", "550 5.1.1 No such user");
    EXPECT_EQ(write_to(traveller, letter(writer, {traveller}), ""), try_again) << last_;
    expect_in_log(dovecot(), "the message has to wait");
}

} // namespace
} // namespace columbarium::e2e
