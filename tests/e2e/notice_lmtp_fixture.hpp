// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of LMTP by itself, with mail to people who are here, who forward, and who have left.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "notice_relay_fixture.hpp"

namespace columbarium::e2e {

// A reply with this beginning: "550 5.1.6".
MATCHER_P(Says, beginning, "") {
    *result_listener << to_string(arg);
    return to_string(arg).starts_with(beginning);
}

// Waits until the server's log has this text: it is written by another process.
void expect_in_log(const rig::Dovecot& server, const std::string& text);

class NoticeLmtpTest : public NoticeRelayTest {
  protected:
    // "present" and "user" are the only users whom Dovecot knows; sending waits no longer than two seconds.
    NoticeLmtpTest();

    // A message from the writer to these people, whom it names.
    [[nodiscard]] rig::Delivery write_to(const std::vector<std::string>& to,
                                         const std::string& name = "letter");
    // The same from somebody else.
    [[nodiscard]] rig::Delivery write_from(const std::string& from, const std::vector<std::string>& to,
                                           const std::string& name = "letter");

    // What the sink has for this recipient, without waiting: the reply to the message tells that it is there.
    [[nodiscard]] std::vector<rig::SentMessage> sent_to(const std::string& recipient);

    // The settings of the table [tombstone] or [reply], and the like.
    void configure(const std::string& lines) { options.site_config += lines; }

    // Somebody else who has left for this address.
    void put_departed(const std::string& username, const std::string& tombstone_address);
};

} // namespace columbarium::e2e
