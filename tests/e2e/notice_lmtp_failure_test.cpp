// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail over LMTP while something is broken: nothing is taken and then forgotten, nobody is told twice.
#include <chrono>
#include <csignal>

#include "notice_lmtp_fixture.hpp"

namespace columbarium::e2e {
namespace {

using rig::SinkStage;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NoticeLmtpFailure : public NoticeLmtpTest {
  protected:
    pid_t service_pid() { return status().at("pid").get<pid_t>(); }
};

TEST_F(NoticeLmtpFailure, CA_11_DefersWhereThereIsNoServiceAndLeavesOtherDomainsAlone) {
    options.extra_conf += "service columbarium {\n  executable = /bin/false\n}\n";
    expect_alarm("service(columbarium)");
    const auto begin = std::chrono::steady_clock::now();
    const auto delivery = write_to({present, departed, "user@example.org", silent});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(12)) << "waits once, not thrice";
    for (const std::size_t i : {0U, 1U, 3U})
        EXPECT_THAT(delivery.recipients.at(i).at_rcpt, Says("451 4.3.0"));
    EXPECT_THAT(delivery.recipients.at(2).outcome(), Says("250"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtpFailure, CA_11_DefersAfterDataWhereTheServiceHangsAndTellsLater) {
    put_site();
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(departed), Says("250"));
    ASSERT_THAT(session.rcpt("user@example.org"), Says("250"));
    const pid_t pid = service_pid();
    ASSERT_EQ(::kill(pid, SIGSTOP), 0);
    ASSERT_THAT(session.data(), Says("354"));
    const auto said = session.send_message(letter(writer, {departed}), 2);
    ASSERT_EQ(::kill(pid, SIGCONT), 0);
    EXPECT_THAT(said.at(0), Says("451 4.3.0"));
    EXPECT_THAT(said.at(1), Says("250"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
    // The service has read the question meanwhile: nobody knows whether he was told, so he is refused.
    EXPECT_THAT(write_to({departed}).outcome(), AnyOf(Says("250"), Says("550 5.1.6")));
}

TEST_F(NoticeLmtpFailure, CA_11_GoesOnWhereTheServiceIsKilledBetweenRcptAndTheEndOfData) {
    put_site();
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(departed), Says("250"));
    ASSERT_EQ(::kill(service_pid(), SIGKILL), 0);
    expect_alarm("killed with signal 9");
    ASSERT_THAT(session.data(), Says("354"));
    EXPECT_THAT(session.send_message(letter(writer, {departed}), 1).at(0), Says("250"));
    EXPECT_THAT(sent_to(writer), SizeIs(1));
}

TEST_F(NoticeLmtpFailure, CA_11_DefersWhereTheConfigurationCannotBeRead) {
    configure("[tombstone]\nrepeated = \"shout\"\n");
    const auto delivery = write_to({departed});
    EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says("451 4.3.0"));
    expect_in_log(dovecot(), "repeated");
}

TEST_F(NoticeLmtpFailure, CA_11_DefersWhereTheTemplatesCannotBeReadAndTellsWhenTheyCan) {
    configure("[tombstone]\ntemplates = \"@directory@/replies\"\n");
    put_site();
    EXPECT_THAT(write_to({departed}).outcome(), Says("451 4.3.0"));
    people_server().write_file("replies/change-of-address.en.txt",
                               "{{#people}}Now at {{{new_address}}}.{{/people}}\n");
    EXPECT_THAT(write_to({departed}).outcome(), Says("250"));
    ASSERT_THAT(sent_to(writer), SizeIs(1));
    EXPECT_THAT(sent_to(writer)[0].text, HasSubstr("Now at departed@example.com."));
}

TEST_F(NoticeLmtpFailure, CA_16_DefersWhereTheReplyIsDeferredAndTellsLater) {
    put_site();
    sink.refuse_messages("451 4.3.0 Try again later");
    EXPECT_THAT(write_to({departed}).outcome(), Says("451 4.3.0"));
    sink.accept_everything();
    EXPECT_THAT(write_to({departed}).outcome(), Says("250"));
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtpFailure, CA_16_DefersWhereNobodyTakesTheReply) {
    options.submission_port = closed_port();
    put_site();
    EXPECT_THAT(write_to({departed}).outcome(), Says("451 4.3.0"));
}

TEST_F(NoticeLmtpFailure, CA_16_DefersWhereTheServerFallsSilentBeforeTheMessage) {
    put_site();
    sink.hang_at(SinkStage::mail);
    EXPECT_THAT(write_to({departed}).outcome(), Says("451 4.3.0"));
    sink.accept_everything();
    EXPECT_THAT(write_to({departed}).outcome(), Says("250"));
}

TEST_F(NoticeLmtpFailure, CA_16_RefusesWhereTheReplyIsRefusedForGoodAndMayTellLater) {
    put_site();
    sink.refuse(writer, "550 5.1.1 No such user");
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6"));
    sink.accept_everything();
    EXPECT_THAT(write_to({departed}).outcome(), Says("250"));
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeLmtpFailure, CA_16_RefusesWhereTheConnectionIsLostAfterTheMessageAndTellsNobodyAgain) {
    put_site();
    sink.drop_at(SinkStage::end_of_data);
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6"));
    sink.accept_everything();
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6")) << "he may have been told";
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeLmtpFailure, CA_16_RefusesWhereTheServerFallsSilentAfterTheMessage) {
    put_site();
    sink.hang_at(SinkStage::end_of_data);
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6"));
    sink.accept_everything();
    EXPECT_THAT(write_to({departed}).outcome(), Says("550 5.1.6")) << "he may have been told";
}

TEST_F(NoticeLmtpFailure, CA_21_SaysWhatTheNextServerSaid) {
    put_site();
    sink.refuse("traveller@example.net", "550 5.1.1 No such user");
    EXPECT_THAT(write_to({traveller}).outcome(), Says("550 5.1.1"));
    sink.refuse("traveller@example.net", "452 4.2.2 Mailbox full");
    EXPECT_THAT(write_to({traveller}).outcome(), Says("452 4.2.2"));
    sink.accept_everything();
    sink.refuse_messages("554 5.7.1 Spam");
    EXPECT_THAT(write_to({traveller}).outcome(), Says("554 5.7.1"));
    sink.accept_everything();
    EXPECT_THAT(write_to({traveller}).outcome(), Says("250"));
}

TEST_F(NoticeLmtpFailure, CA_21_DefersWhereTheConnectionIsLostAndNobodyKnows) {
    put_site();
    sink.drop_at(SinkStage::end_of_data);
    EXPECT_THAT(write_to({traveller}).outcome(), Says("451 4.4.0"));
}

TEST_F(NoticeLmtpFailure, CA_21_AServerThatHangsIsWaitedForOnceInATransaction) {
    put_site();
    put(somebody("wanderer", "wanderer@example.net", ""));
    put(somebody("rover", "rover@example.net", ""));
    sink.hang_at(SinkStage::greeting);
    const auto begin = std::chrono::steady_clock::now();
    const auto delivery =
        write_to({traveller, "wanderer@cam.example.org", "rover@cam.example.org", departed, present});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << "two seconds, once";
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_THAT(delivery.recipients.at(i).outcome(), Says("451 4.4.0"));
    EXPECT_THAT(delivery.recipients.at(3).outcome(), Says("451 4.3.0"));
    EXPECT_THAT(delivery.recipients.at(4).outcome(), Says("250"));
    EXPECT_THAT(mailbox("present"), SizeIs(1));
}

} // namespace
} // namespace columbarium::e2e
