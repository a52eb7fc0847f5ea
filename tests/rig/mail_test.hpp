// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of end-to-end tests: a sink, a Dovecot that sends through it, and verbs to tell a story with.
//
//     TEST_F(Returns, TakesABounce) {
//         use_script("user", R"(require "fileinto"; fileinto "Returns";)");
//         deliver(mail_file("bounce.eml"), {.from = "", .to = {"user@example.org"}});
//         EXPECT_EQ(mailbox("user", "Returns").size(), 1);
//     }
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dovecot.hpp"
#include "mail_text.hpp"
#include "smtp_sink.hpp"

namespace columbarium::rig {

// Each test has its own sink and its own server. The server starts at the first verb that needs it, with what
// `options` holds then; a change of `options` after that is a failure of the test. After the test the server
// is stopped and its log is searched for alarms (server_log.hpp): each is a failure. The log of a failed test
// is printed.
class MailTest : public ::testing::Test {
  protected:
    DovecotOptions options;
    SmtpSink sink;

    // The server, started if it was not.
    Dovecot& dovecot();

    // Delivers over LMTP and expects that every recipient is accepted.
    Delivery deliver(std::string_view message, const Envelope& envelope = {});

    // Delivers over LMTP and expects nothing: for tests of refusals.
    [[nodiscard]] Delivery try_to_deliver(std::string_view message, const Envelope& envelope = {});

    // Uploads a script as "main", expects that the server takes it, and makes it the active one.
    void use_script(const std::string& user, const std::string& script);

    // Creates a mailbox, which has to be new.
    void create_mailbox(const std::string& user, const std::string& mailbox);

    // As in Dovecot.
    [[nodiscard]] std::vector<StoredMessage> mailbox(const std::string& user,
                                                     const std::string& mailbox = "INBOX");
    [[nodiscard]] std::vector<std::string> mailboxes(const std::string& user);
    [[nodiscard]] SieveResult put_script(const std::string& user, const std::string& name,
                                         const std::string& script);
    [[nodiscard]] SieveResult check_script(const std::string& user, const std::string& script);

    // The only message of a mailbox. Fails the test, and returns an empty one, when there are none or
    // several.
    [[nodiscard]] StoredMessage only_message(const std::string& user, const std::string& mailbox = "INBOX");

    // For a test that provokes a line which would count as an alarm: lines that hold `text` are passed over.
    void expect_alarm(const std::string& text) { expected_alarms_.push_back(text); }

    // A failure of the test for every alarm in the log that was not expected.
    void check_log(const std::string& log) const;

    void TearDown() override;

  private:
    std::unique_ptr<Dovecot> dovecot_;
    std::vector<std::string> expected_alarms_;
};

// For GoogleTest's failure messages; found by their argument.
void PrintTo(const Reply& reply, std::ostream* stream);
void PrintTo(const Delivery& delivery, std::ostream* stream);
void PrintTo(const SieveResult& result, std::ostream* stream);
void PrintTo(const RunResult& result, std::ostream* stream);
void PrintTo(const StoredMessage& message, std::ostream* stream);
void PrintTo(const SentMessage& message, std::ostream* stream);

} // namespace columbarium::rig
