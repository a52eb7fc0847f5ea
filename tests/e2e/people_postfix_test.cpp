// SPDX-License-Identifier: LGPL-2.1-or-later
// A real Postfix that asks the service where people are.
#include <memory>
#include <optional>

#include <gmock/gmock.h>

#include "people_service_fixture.hpp"
#include "rig/lmtp.hpp"
#include "rig/postfix.hpp"
#include "rig/smtp_sink.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PeoplePostfix : public PeopleServiceTest {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        postfix_ = std::make_unique<rig::Postfix>();
        socket_ = (postfix_->sockets() / "columbarium-people").string();
        options.extra_conf =
            "service columbarium {\n  unix_listener " + socket_ + " {\n    mode = 0666\n  }\n}\n";
    }

    void TearDown() override {
        if (postfix_ != nullptr) {
            postfix_->stop();
            if (HasFailure())
                std::cerr << postfix_->log();
        }
        PeopleServiceTest::TearDown();
    }

    // As docs/tombstone.md shows it.
    rig::Postfix& postfix() {
        if (postfix_->port() == 0) {
            put_everybody();
            const std::string map = "socketmap:unix:" + socket_ + ":";
            postfix_->start({"virtual_alias_domains = cam.example.org\n"
                             "virtual_alias_maps = " +
                                 map +
                                 "forwarding\n"
                                 "relocated_maps = " +
                                 map +
                                 "tombstone\n"
                                 "smtpd_recipient_restrictions =\n"
                                 "  check_recipient_access " +
                                 map +
                                 "resolve\n"
                                 "  reject_unauth_destination\n",
                             sink.port()});
        }
        return *postfix_;
    }

    // What Postfix says to a recipient, or, where it takes him, to the message.
    rig::Reply recipient(const std::string& address) {
        rig::Connection session("Postfix", postfix().port());
        EXPECT_EQ(rig::read_reply(session).code, 220);
        const auto say = [&session](const std::string& line) {
            session.write(line + "\r\n");
            return rig::read_reply(session);
        };
        EXPECT_EQ(say("EHLO client.example.com").code, 250);
        EXPECT_EQ(say("MAIL FROM:<sender@example.com>").code, 250);
        rig::Reply reply = say("RCPT TO:<" + address + ">");
        if (reply.positive()) {
            EXPECT_EQ(say("DATA").code, 354);
            reply = say("From: sender@example.com\r\nSubject: Hello\r\n\r\nHello\r\n.");
        }
        EXPECT_EQ(say("QUIT").code, 221);
        return reply;
    }

    // Until it does: Postfix keeps connections, and the service's processes change.
    bool comes_to_say(const std::string& address, int code) {
        return rig::eventually(rig::default_deadline, [&] { return recipient(address).code == code; });
    }

  private:
    std::unique_ptr<rig::Postfix> postfix_;
    std::string socket_;
};

TEST_F(PeoplePostfix, LC_25_ForwardsTheMailOfACurrentUser) {
    const rig::Reply reply = recipient("present@cam.example.org");
    EXPECT_EQ(reply.code, 250) << to_string(reply);
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, "present@hermes.example.org");
    EXPECT_EQ(sent[0].from.address, "sender@example.com");
}

TEST_F(PeoplePostfix, LC_9_TellsWhereSomebodyIsWhoHasDeparted) {
    const rig::Reply reply = recipient("departed@cam.example.org");
    EXPECT_EQ(reply.code, 550) << to_string(reply);
    EXPECT_EQ(reply.enhanced, "5.1.6");
    EXPECT_THAT(reply.text, AllOf(HasSubstr("departed@example.com"), Not(HasSubstr("hermes"))));
}

TEST_F(PeoplePostfix, LC_10_RefusesMailForWhoHasLeftNoAddress) {
    const rig::Reply reply = recipient("silent@cam.example.org");
    EXPECT_EQ(reply.code, 550) << to_string(reply);
    EXPECT_EQ(reply.enhanced, "5.1.6");
}

TEST_F(PeoplePostfix, LC_2_RefusesMailForSomebodyNewUntilHeSetsAnAddress) {
    const rig::Reply reply = recipient("newcomer@cam.example.org");
    EXPECT_EQ(reply.code, 550) << to_string(reply);
    EXPECT_EQ(reply.enhanced, "5.1.1");
    EXPECT_THAT(settings(sets("newcomer", "forwarding", "newcomer@example.com")),
                IsOk("newcomer@example.com"));
    EXPECT_EQ(recipient("newcomer@cam.example.org").code, 250);
    ASSERT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_EQ(sink.messages()[0].to[0].address, "newcomer@example.com");
}

TEST_F(PeoplePostfix, RefusesMailForNobody) {
    const rig::Reply reply = recipient("nobody@cam.example.org");
    EXPECT_EQ(reply.code, 550) << to_string(reply);
    EXPECT_EQ(reply.enhanced, "5.1.1");
    EXPECT_THAT(recipient("somebody@example.net").text, HasSubstr("Relay access denied"));
}

TEST_F(PeoplePostfix, LetsMailWaitWhileTheServiceIsGone) {
    EXPECT_EQ(recipient("present@cam.example.org").code, 250);
    dovecot().stop();
    const rig::Reply reply = recipient("present@cam.example.org");
    EXPECT_EQ(reply.code, 451) << to_string(reply);
    EXPECT_EQ(recipient("departed@cam.example.org").code, 451);
}

TEST_F(PeoplePostfix, GoesOnAfterAReloadOfDovecot) {
    EXPECT_EQ(recipient("present@cam.example.org").code, 250);
    reload();
    EXPECT_TRUE(comes_to_say("present@cam.example.org", 250));
    EXPECT_TRUE(comes_to_say("silent@cam.example.org", 550));
}

} // namespace
} // namespace columbarium::e2e
