// SPDX-License-Identifier: LGPL-2.1-or-later
// A real Exim that gives Dovecot the mail of the site's people by LMTP, as docs/tombstone.md shows it: it
// asks with the sender that it has before it takes a message.
#include <iostream>
#include <memory>

#include <gmock/gmock.h>

#include "notice_relay_fixture.hpp"
#include "rig/exim.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class NoticeEximLmtp : public NoticeRelayTest {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Exim::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        put_site();
        exim_ = std::make_unique<rig::Exim>();
        exim_->start(R"(
acl_smtp_rcpt = acl_check_rcpt
begin acl
acl_check_rcpt:
  deny    domains = !cam.example.org
          message = relay not permitted
  require verify  = recipient/callout=30s,use_sender,no_cache,defer_ok
  accept
begin routers
columbarium:
  driver = manualroute
  domains = cam.example.org
  transport = dovecot_lmtp
  route_list = * 127.0.0.1
  self = send
outgoing:
  driver = manualroute
  transport = outgoing_smtp
  route_list = * 127.0.0.1
  self = send
begin transports
dovecot_lmtp:
  driver = smtp
  protocol = lmtp
  port = )" + std::to_string(dovecot().lmtp_port()) +
                     R"(
  allow_localhost
outgoing_smtp:
  driver = smtp
  port = )" + std::to_string(sink.port()) +
                     R"(
  allow_localhost
  hosts_try_chunking =
)");
    }

    void TearDown() override {
        if (exim_ != nullptr) {
            exim_->stop();
            if (HasFailure())
                std::cerr << exim_->log();
        }
        NoticeRelayTest::TearDown();
    }

    SmtpTalk talk(const std::string& from, const std::vector<std::string>& to, const std::string& message) {
        return talk_smtp(exim_->port(), from, to, message);
    }

  private:
    std::unique_ptr<rig::Exim> exim_;
};

TEST_F(NoticeEximLmtp, CA_1_CA_2_CA_3_CA_6_DC_1_EachRecipientOfATransactionGetsWhatIsHis) {
    const std::vector<std::string> everybody{present, traveller, departed, silent, newcomer};
    const SmtpTalk said = talk(writer, everybody, letter(writer, everybody));
    for (const char* taken : {present, traveller, departed})
        EXPECT_EQ(said.recipient(taken).code, 250) << taken << ": " << to_string(said.recipient(taken));
    EXPECT_THAT(to_string(said.recipient(silent)), AllOf(StartsWith("550"), HasSubstr("5.1.6")));
    EXPECT_THAT(to_string(said.recipient(newcomer)), AllOf(StartsWith("550"), HasSubstr("5.1.1")));
    ASSERT_TRUE(said.end_of_data.has_value());
    EXPECT_EQ(said.end_of_data->code, 250);

    const auto forwarded = sent_to("traveller@example.net", 2);
    ASSERT_THAT(forwarded, SizeIs(1));
    EXPECT_EQ(forwarded[0].from.address, writer);
    const auto replies = sent_to(writer, 2);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].from.address, "");
    EXPECT_THAT(replies[0].text, AllOf(HasSubstr("Auto-Submitted: auto-replied"),
                                       HasSubstr("departed@example.com"), Not(HasSubstr("shall we meet"))));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return mailbox("present").size() == 1; }));
}

TEST_F(NoticeEximLmtp, CA_5_AR_6_AR_7_RefusesAtTheDoorWhomNobodyAnswers) {
    for (const char* sender : {"", "owner-ducks@lists.example.com", "noreply@shop.example.com"})
        EXPECT_EQ(talk(sender, {departed}, letter(writer, {departed})).recipient(departed).code, 550)
            << sender;
    EXPECT_EQ(talk("", {present}, letter(writer, {present})).recipient(present).code, 250);
    EXPECT_THAT(sink.messages(), SizeIs(0));
}

} // namespace
} // namespace columbarium::e2e
