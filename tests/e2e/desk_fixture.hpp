// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of a triage desk's sending: support@example.org, with the service.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sieve_fixture.hpp"

namespace columbarium::e2e {

class DeskTest : public SieveTest {
  protected:
    static constexpr const char* desk = "support@example.org";

    // Channels: disputes (a copy in Sent/disputes, the token arbitration), help (inline), meta (nothing
    // more), SE (no forward: mail waits in Channels/SE). Buckets: returns (records bounces), bat (answers),
    // misc.
    DeskTest();

    // The server, with the directory of the store and the texts of the answers.
    rig::Dovecot& desk_server();

    // Delivers to the desk, whose script routes it so; expects that it is accepted.
    void route(std::string_view commands, const std::string& message,
               const std::string& from = "elena@example.com");
    [[nodiscard]] rig::Delivery try_to_route(std::string_view commands, const std::string& message,
                                             const std::string& from = "elena@example.com");

    // The only message that went out. Fails the test, and returns an empty one, where there are none or
    // several.
    [[nodiscard]] rig::SentMessage only_sent();

    // The desk's INBOX has this many messages, each with the keyword; nothing else went there.
    void expect_not_forwarded(std::size_t count = 1);

    // Waits until the log has this text.
    void expect_in_log(std::string_view text);
};

// A request from a person, with further fields ("X-Mailer: x\n").
[[nodiscard]] std::string a_request(const std::string& subject, const std::string& fields = "",
                                    const std::string& body = "Please help me.\n");

} // namespace columbarium::e2e
