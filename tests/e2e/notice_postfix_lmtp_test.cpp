// SPDX-License-Identifier: LGPL-2.1-or-later
// A real Postfix that gives Dovecot the mail of the site's people by LMTP, as docs/tombstone.md shows it.
#include <iostream>
#include <memory>

#include <gmock/gmock.h>

#include "notice_relay_fixture.hpp"
#include "rig/postfix.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class NoticePostfixLmtp : public NoticeRelayTest {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        postfix_ = std::make_unique<rig::Postfix>();
        socket_ = (postfix_->sockets() / "columbarium-people").string();
        options.extra_conf =
            "service columbarium {\n  unix_listener " + socket_ + " {\n    mode = 0666\n  }\n}\n";
        put_site();
        postfix_->start({"relay_domains = cam.example.org\n"
                         "relay_transport = lmtp:inet:127.0.0.1:" +
                             std::to_string(dovecot().lmtp_port()) +
                             "\n"
                             "smtpd_recipient_restrictions =\n"
                             "  check_recipient_access socketmap:unix:" +
                             socket_ +
                             ":resolve\n"
                             "  reject_unauth_destination\n",
                         sink.port()});
    }

    void TearDown() override {
        if (postfix_ != nullptr) {
            postfix_->stop();
            if (HasFailure())
                std::cerr << postfix_->log();
        }
        NoticeRelayTest::TearDown();
    }

    SmtpTalk talk(const std::string& from, const std::vector<std::string>& to, const std::string& message) {
        return talk_smtp(postfix_->port(), from, to, message);
    }

  private:
    std::unique_ptr<rig::Postfix> postfix_;
    std::string socket_;
};

TEST_F(NoticePostfixLmtp, CA_1_CA_2_CA_3_CA_6_DC_1_EachRecipientOfATransactionGetsWhatIsHis) {
    const std::vector<std::string> everybody{present, traveller, departed, silent, newcomer};
    const SmtpTalk said = talk(writer, everybody, letter(writer, everybody));
    for (const char* taken : {present, traveller, departed})
        EXPECT_EQ(said.recipient(taken).code, 250) << taken << ": " << to_string(said.recipient(taken));
    EXPECT_THAT(to_string(said.recipient(silent)), HasSubstr("550 5.1.6"));
    EXPECT_THAT(to_string(said.recipient(newcomer)), HasSubstr("550 5.1.1"));
    ASSERT_TRUE(said.end_of_data.has_value());
    EXPECT_EQ(said.end_of_data->code, 250);

    const auto forwarded = sent_to("traveller@example.net", 2);
    ASSERT_THAT(forwarded, SizeIs(1));
    EXPECT_EQ(forwarded[0].from.address, writer);
    EXPECT_THAT(forwarded[0].text, HasSubstr("shall we meet on Friday?"));
    const auto replies = sent_to(writer, 2);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].from.address, "");
    EXPECT_THAT(replies[0].text, AllOf(HasSubstr("Auto-Submitted: auto-replied"),
                                       HasSubstr("departed@example.com"), Not(HasSubstr("shall we meet"))));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return mailbox("present").size() == 1; }));
}

TEST_F(NoticePostfixLmtp, CA_4_DC_9_WhoWasToldIsRefusedAndOthersOfTheMessageGetIt) {
    (void)talk(writer, {departed}, letter(writer, {departed}, "first"));
    ASSERT_THAT(sent_to(writer, 1), SizeIs(1));
    const SmtpTalk said = talk(writer, {present, departed}, letter(writer, {present, departed}, "second"));
    EXPECT_EQ(said.end_of_data->code, 250);
    // Postfix has taken it, so Postfix reports what LMTP refused.
    const auto reports = sent_to(writer, 2);
    ASSERT_THAT(reports, SizeIs(2));
    EXPECT_THAT(reports[1].text, AllOf(HasSubstr("multipart/report"), HasSubstr("550 5.1.6"),
                                       HasSubstr("departed@example.com")));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return mailbox("present").size() == 1; }));
}

} // namespace
} // namespace columbarium::e2e
