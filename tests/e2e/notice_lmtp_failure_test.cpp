// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail over LMTP while something is broken: nothing is taken and then forgotten, nobody is told twice.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

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
    const auto again = write_to({departed}).outcome();
    EXPECT_THAT(again, AnyOf(Says("250"), Says("550 5.1.6")));
    EXPECT_THAT(sent_to(writer), SizeIs(again.positive() ? 1 : 0));
    EXPECT_TRUE(again.positive() || again.text.find("departed@example.com") != std::string::npos)
        << "he is told, by the refusal";
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

TEST_F(NoticeLmtpFailure, CA_11_DefersWhoseDomainTheServiceDoesNotKnowAndNobodyElse) {
    options.extra_conf +=
        "protocol lmtp {\n  plugin {\n    columbarium_config = @directory@/wider.toml\n  }\n}\n";
    put_site();
    std::ifstream narrow(dovecot().directory() / "columbarium.toml");
    std::string text(std::istreambuf_iterator<char>(narrow), {});
    const std::string domains = "domains = [";
    text.insert(text.find(domains) + domains.size(), "\"new.example.org\", ");
    people_server().write_file("wider.toml", text);
    const auto delivery = write_to({"present@new.example.org", present});
    EXPECT_THAT(delivery.recipients.at(0).at_rcpt, Says("451 4.3.0"));
    EXPECT_THAT(delivery.recipients.at(1).outcome(), Says("250"));
    EXPECT_THAT(mailbox("present"), SizeIs(1));
}

TEST_F(NoticeLmtpFailure, CA_11_GoesOnWithTheLastGoodConfiguration) {
    put_site();
    auto session = dovecot().lmtp();
    const auto write_on = [&](const std::string& recipient, const std::string& name) {
        EXPECT_THAT(session.mail(writer), Says("250"));
        const auto said = session.rcpt(recipient);
        EXPECT_THAT(session.rcpt("user@example.org"), Says("250"));
        EXPECT_THAT(session.data(), Says("354"));
        static_cast<void>(session.send_message(letter(writer, {recipient}, name), said.positive() ? 2 : 1));
        return said;
    };
    EXPECT_THAT(write_on(present, "first"), Says("250"));
    const auto file = dovecot().directory() / "columbarium.toml";
    ASSERT_TRUE(std::filesystem::exists(file));
    std::ofstream(file, std::ios::app) << "\n[tombstone]\nrepeated = \"shout\"\n";
    EXPECT_THAT(write_on(present, "second"), Says("250"));
    EXPECT_THAT(write_on(silent, "third"), Says("550 5.1.6")) << "the service knows him still";
    EXPECT_THAT(mailbox("present"), SizeIs(2));
    EXPECT_THAT(mailbox("user"), SizeIs(3));
    expect_in_log(dovecot(), "going on with what the file said before");
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

TEST_F(NoticeLmtpFailure, CA_21_A421DoesNotEndTheConnection) {
    put_site();
    sink.refuse("traveller@example.net", "421 4.3.2 Going down");
    auto session = dovecot().lmtp();
    ASSERT_THAT(session.mail(writer), Says("250"));
    ASSERT_THAT(session.rcpt(traveller), Says("250"));
    ASSERT_THAT(session.rcpt(present), Says("250"));
    ASSERT_THAT(session.data(), Says("354"));
    const auto said = session.send_message(letter(writer, {traveller, present}), 2);
    EXPECT_THAT(said.at(0), Says("451 4."));
    EXPECT_THAT(said.at(1), Says("250"));
    EXPECT_THAT(session.command("NOOP"), Says("250"));
    EXPECT_THAT(mailbox("present"), SizeIs(1));
}

TEST_F(NoticeLmtpFailure, CA_21_DefersWhereTheNextServerDoesNotTakeMailFromHere) {
    put_site();
    for (const char* reply : {"530 5.7.0 Log in first", "554 5.7.1 Relay access denied", "535 5.7.8 No"}) {
        sink.refuse("traveller@example.net", reply);
        EXPECT_THAT(write_to({traveller}).outcome(), Says("451 4.4.0")) << reply;
    }
    expect_in_log(dovecot(), "cannot be sent on");
}

TEST_F(NoticeLmtpFailure, CA_21_AReplyThatCannotBeReadConcernsItsRecipientAlone) {
    put_site();
    put(somebody("wanderer", "wanderer@example.net", ""));
    sink.refuse("traveller@example.net", "571 5.7.1 Blocked");
    expect_alarm("Invalid command reply");
    const auto delivery = write_to({traveller, "wanderer@cam.example.org"});
    EXPECT_THAT(delivery.recipients.at(0).outcome(), Says("451"));
    EXPECT_THAT(delivery.recipients.at(1).outcome(), Says("250"));
    EXPECT_THAT(sent_to("wanderer@example.net"), SizeIs(1));
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
