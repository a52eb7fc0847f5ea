// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail_test.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

#include "server_log.hpp"

namespace columbarium::rig {

Dovecot& MailTest::dovecot() {
    if (!dovecot_) {
        if (options.submission_port == 0) {
            options.submission_port = sink.port();
        }
        dovecot_ = std::make_unique<Dovecot>(options);
    }
    return *dovecot_;
}

Delivery MailTest::deliver(std::string_view message, const Envelope& envelope) {
    Delivery delivery = dovecot().deliver(message, envelope);
    EXPECT_TRUE(delivery.accepted()) << to_string(delivery);
    return delivery;
}

Delivery MailTest::try_to_deliver(std::string_view message, const Envelope& envelope) {
    return dovecot().deliver(message, envelope);
}

void MailTest::use_script(const std::string& user, const std::string& script) {
    auto session = dovecot().managesieve(user);
    const SieveResult stored = session.put_script("main", script);
    EXPECT_TRUE(stored.ok()) << to_string(stored);
    const SieveResult activated = session.activate("main");
    EXPECT_TRUE(activated.ok()) << to_string(activated);
}

void MailTest::create_mailbox(const std::string& user, const std::string& mailbox) {
    dovecot().imap(user).create(mailbox);
}

std::vector<StoredMessage> MailTest::mailbox(const std::string& user, const std::string& mailbox) {
    return dovecot().mailbox(user, mailbox);
}

std::vector<std::string> MailTest::mailboxes(const std::string& user) {
    return dovecot().mailboxes(user);
}

SieveResult MailTest::put_script(const std::string& user, const std::string& name,
                                 const std::string& script) {
    return dovecot().put_script(user, name, script);
}

SieveResult MailTest::check_script(const std::string& user, const std::string& script) {
    return dovecot().check_script(user, script);
}

StoredMessage MailTest::only_message(const std::string& user, const std::string& mailbox) {
    auto messages = dovecot().mailbox(user, mailbox);
    EXPECT_EQ(messages.size(), 1U) << "in " << mailbox << " of " << user;
    return messages.size() == 1 ? std::move(messages.front()) : StoredMessage{};
}

void MailTest::check_log(const std::string& log) const {
    for (const auto& alarm : alarms_in(log)) {
        const bool expected =
            std::any_of(expected_alarms_.begin(), expected_alarms_.end(),
                        [&](const auto& text) { return alarm.find(text) != std::string::npos; });
        if (!expected) {
            ADD_FAILURE() << "the server's log holds: " << alarm;
        }
    }
}

void MailTest::TearDown() {
    if (!dovecot_) {
        return;
    }
    // The log is complete only when the server has ended.
    try {
        dovecot_->stop();
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
    check_log(dovecot_->log());
    if (HasFailure()) {
        std::cout << "--- the server's log\n" << dovecot_->log() << "---\n";
    }
}

void PrintTo(const Reply& reply, std::ostream* stream) {
    *stream << to_string(reply);
}

void PrintTo(const Delivery& delivery, std::ostream* stream) {
    *stream << to_string(delivery);
}

void PrintTo(const SieveResult& result, std::ostream* stream) {
    *stream << to_string(result);
}

void PrintTo(const RunResult& result, std::ostream* stream) {
    *stream << to_string(result);
}

void PrintTo(const StoredMessage& message, std::ostream* stream) {
    *stream << message.text;
}

void PrintTo(const SentMessage& message, std::ostream* stream) {
    *stream << message.text;
}

} // namespace columbarium::rig
