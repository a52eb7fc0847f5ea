// SPDX-License-Identifier: LGPL-2.1-or-later
// Several recipients of one LMTP transaction, and several transactions on one connection.
#include "notice_lmtp_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class NoticeLmtpSeveral : public NoticeLmtpTest {};

TEST_F(NoticeLmtpSeveral, DC_9_EachRecipientOfATransactionGetsWhatIsHis) {
    put_site();
    const auto delivery = write_to(
        {silent, present, departed, "user@example.org", newcomer, traveller, "nobody@cam.example.org"});
    const char* const last_words[] = {"550 5.1.6", "250", "250", "250", "550 5.1.1", "250", "550 5.1.1"};
    ASSERT_THAT(delivery.recipients, SizeIs(std::size(last_words)));
    for (std::size_t i = 0; i < std::size(last_words); ++i)
        EXPECT_THAT(delivery.recipients[i].outcome(), Says(last_words[i]))
            << delivery.recipients[i].recipient;
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_EQ(rig::body_of(only_message("present").text), rig::body_of(letter(writer, {present})));
    EXPECT_THAT(sent_to("traveller@example.net"), SizeIs(1));
    EXPECT_THAT(sent_to(writer), SizeIs(1));
    EXPECT_THAT(sink.messages(), SizeIs(2));
}

TEST_F(NoticeLmtpSeveral, DC_9_RepliesStandInTheOrderOfTheRecipients) {
    put_site();
    const std::string robot = "Precedence: bulk\r\n" + letter(writer, {departed, present});
    const auto delivery = try_to_deliver(robot, {writer, {departed, present, "departed@example.ac.uk"}});
    EXPECT_THAT(delivery.recipients.at(0).outcome(), Says("550 5.1.6"));
    EXPECT_THAT(delivery.recipients.at(1).outcome(), Says("250"));
    EXPECT_THAT(delivery.recipients.at(2).outcome(), Says("550 5.1.6"));
    EXPECT_THAT(delivery.recipients.at(0).outcome().text, HasSubstr(departed));
    EXPECT_THAT(mailbox("present"), SizeIs(1));
}

TEST_F(NoticeLmtpSeveral, CA_15_AR_24_OneReplyTellsOfAll) {
    put_site();
    put_departed("gone", "gone@example.net");
    EXPECT_TRUE(write_to({departed, "gone@cam.example.org"}).accepted());
    const auto replies = sink.messages();
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].text, AllOf(HasSubstr("departed@example.com"), HasSubstr("gone@example.net")));
}

TEST_F(NoticeLmtpSeveral, CA_15_AR_3_OneReplyTellsOfThoseWhomTheSenderDoesNotKnowOf) {
    put_site();
    put_departed("gone", "gone@example.net");
    EXPECT_TRUE(write_to({departed}, "first").accepted());
    sink.clear();
    const auto second = write_to({departed, "gone@cam.example.org"}, "second");
    EXPECT_THAT(second.recipients.at(0).outcome(), Says("550 5.1.6"));
    EXPECT_THAT(second.recipients.at(1).outcome(), Says("250"));
    const auto replies = sink.messages();
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].text, HasSubstr("gone@example.net"));
}

TEST_F(NoticeLmtpSeveral, ARecipientWhoIsNamedTwiceIsAnsweredForOnce) {
    put_site();
    const auto delivery = write_to({departed, departed, "departed@example.ac.uk", traveller, traveller});
    for (const auto& recipient : delivery.recipients)
        EXPECT_THAT(recipient.outcome(), Says("250")) << recipient.recipient;
    EXPECT_THAT(sent_to(writer), SizeIs(1));
    EXPECT_THAT(sent_to("traveller@example.net"), SizeIs(1));
}

TEST_F(NoticeLmtpSeveral, OneConnectionKeepsItsTransactionsApart) {
    put_site();
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(departed), Says("250"));
    ASSERT_THAT(session.command("RSET"), Says("250"));
    for (int i = 0; i < 3; ++i) {
        ASSERT_THAT(session.mail("writer" + std::to_string(i) + "@example.com"), Says("250"));
        ASSERT_THAT(session.rcpt(silent), Says("550 5.1.6"));
        ASSERT_THAT(session.rcpt(departed), Says("250"));
        ASSERT_THAT(session.rcpt(present), Says("250"));
        ASSERT_THAT(session.data(), Says("354"));
        const auto said = session.send_message(letter(writer, {departed, present}), 2);
        EXPECT_THAT(said.at(0), Says("250"));
        EXPECT_THAT(said.at(1), Says("250"));
    }
    EXPECT_THAT(mailbox("present"), SizeIs(3));
    EXPECT_THAT(sink.messages(), SizeIs(3));
}

TEST_F(NoticeLmtpSeveral, AClientThatGoesAwayInTheMiddleLeavesNothingBehind) {
    put_site();
    for (int i = 0; i < 3; ++i) {
        auto session = dovecot().lmtp();
        ASSERT_THAT(session.mail(writer), Says("250"));
        ASSERT_THAT(session.rcpt(departed), Says("250"));
        if (i > 0) {
            ASSERT_THAT(session.data(), Says("354"));
        }
    }
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_TRUE(write_to({departed}).accepted()) << "nobody has claimed anything";
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtpSeveral, CA_1_TheSiteAddressAndTheAccountGetOneCopy) {
    put_site();
    EXPECT_TRUE(write_to({present, "present@hermes.example.org"}, "first").accepted());
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    EXPECT_TRUE(
        write_to({"present@hermes.example.org", "present@example.ac.uk", present}, "second").accepted());
    EXPECT_THAT(mailbox("present"), SizeIs(2));
}

TEST_F(NoticeLmtpSeveral, APersonWhoChangesInsideATransactionIsDecidedOnOnce) {
    put_site();
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(present), Says("250"));
    ASSERT_THAT(session.rcpt(departed), Says("250"));
    put(somebody("present", "", "present@example.com", 30));
    put(somebody("departed", "departed@hermes.example.org", ""));
    ASSERT_THAT(session.rcpt("present@example.ac.uk"), Says("250"));
    ASSERT_THAT(session.rcpt("departed@example.ac.uk"), Says("250"));
    ASSERT_THAT(session.data(), Says("354"));
    for (const auto& said : session.send_message(letter(writer, {departed, present}), 4))
        EXPECT_THAT(said, Says("250"));
    EXPECT_THAT(session.command("NOOP"), Says("250"));
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    const auto sent = sink.messages();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0].text, Not(HasSubstr("present@example.com")));
    EXPECT_THAT(write_to({present}, "second").outcome(), Says("250"));
    EXPECT_THAT(sink.messages(), SizeIs(2)) << "the next transaction asks anew";
}

TEST_F(NoticeLmtpSeveral, APipelineAnRsetAndBdatAreUnderstood) {
    put_site();
    const std::string text = letter(writer, {departed, present});
    rig::Connection client("LMTP", dovecot().lmtp_port());
    ASSERT_EQ(rig::read_reply(client).code, 220);
    client.write("LHLO client.example.com\r\n");
    ASSERT_EQ(rig::read_reply(client).code, 250);
    const std::string begin = "MAIL FROM:<" + std::string(writer) + ">\r\nRCPT TO:<" + departed +
                              ">\r\nRCPT TO:<" + silent + ">\r\nRCPT TO:<" + present + ">\r\n";
    client.write(begin + "RSET\r\n" + begin + "BDAT " + std::to_string(text.size() - 10) + "\r\n" +
                 text.substr(0, text.size() - 10) + "BDAT 10 LAST\r\n" + text.substr(text.size() - 10) +
                 "NOOP\r\n");
    for (const unsigned code : {250, 250, 550, 250, 250, 250, 250, 550, 250, 250, 250, 250, 250})
        EXPECT_EQ(rig::read_reply(client).code, code);
    EXPECT_THAT(mailbox("present"), SizeIs(1));
    EXPECT_THAT(sent_to(writer), SizeIs(1));
}

} // namespace
} // namespace columbarium::e2e
