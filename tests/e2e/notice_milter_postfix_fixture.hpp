// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of columbarium-milter with a real Postfix that asks it, and a next hop that takes all
// that is sent.
#pragma once

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "notice_milter_fixture.hpp"
#include "notice_relay_fixture.hpp"
#include "rig/eventually.hpp"
#include "rig/postfix.hpp"

namespace columbarium::e2e {

class NoticeMilterPostfixTest : public NoticeMilterTest {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        put_everybody();
    }

    void TearDown() override {
        if (postfix_ == nullptr)
            return;
        postfix_->stop();
        if (HasFailure())
            std::cerr << postfix_->log();
    }

    // The milter with these settings, and Postfix in front.
    void begin(const std::string& milter = {}, const std::string& tables = {}) {
        configure(milter, tables);
        start();
        postfix_ = std::make_unique<rig::Postfix>();
        postfix_->start({"relay_domains = cam.example.org hermes.example.org\n"
                         "smtpd_milters = inet:127.0.0.1:" +
                             std::to_string(port()) +
                             "\n"
                             "milter_default_action = tempfail\n"
                             "smtpd_recipient_restrictions = reject_unauth_destination\n",
                         sink.port()});
    }

    SmtpTalk talk(const std::vector<std::string>& to, const std::string& from = writer) {
        return talk(to, from, letter(from, to));
    }
    SmtpTalk talk(const std::vector<std::string>& to, const std::string& from, const std::string& message) {
        return talk_smtp(postfix_->port(), from, to, message);
    }

    // What Postfix says to a message.
    static std::string end_of(const SmtpTalk& said) {
        return said.end_of_data ? to_string(*said.end_of_data) : "nobody was taken";
    }

    // To one recipient: what Postfix says last.
    std::string answer(const std::string& to, const std::string& from = writer) {
        const SmtpTalk said = talk({to}, from);
        return said.end_of_data ? end_of(said) : to_string(said.recipient(to));
    }

    static std::vector<std::string> recipients_of(const std::vector<rig::SentMessage>& sent) {
        std::vector<std::string> found;
        for (const rig::SentMessage& message : sent)
            for (const rig::EnvelopeAddress& to : message.to)
                found.push_back(to.address);
        return found;
    }

    // All that comes: when nothing is on its way any more.
    std::vector<rig::SentMessage> all_sent() {
        EXPECT_TRUE(rig::eventually(rig::default_deadline, [this] {
            return is_empty("maildrop") && is_empty("incoming") && is_empty("active");
        }));
        return sink.messages();
    }

  private:
    [[nodiscard]] bool is_empty(const std::string& queue) const {
        return std::filesystem::is_empty(postfix_->directory() / "spool" / queue);
    }

    std::unique_ptr<rig::Postfix> postfix_;
};

} // namespace columbarium::e2e
