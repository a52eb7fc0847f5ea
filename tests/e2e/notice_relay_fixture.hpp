// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests with a real MTA in front of Dovecot: people who are here, who forward, and who have
// left.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "people_service_fixture.hpp"
#include "rig/lmtp.hpp"
#include "rig/smtp_sink.hpp"

namespace columbarium::e2e {

// What an MTA said to a client.
struct SmtpTalk {
    std::map<std::string, rig::Reply> recipients;
    std::optional<rig::Reply> end_of_data; // nothing where no recipient was taken

    [[nodiscard]] const rig::Reply& recipient(const std::string& address) const {
        return recipients.at(address);
    }
};

// One transaction on a connection of its own.
[[nodiscard]] SmtpTalk talk_smtp(std::uint16_t port, const std::string& from,
                                 const std::vector<std::string>& to, const std::string& message);

// A message that a person wrote to these people; its Message-ID has `name`.
[[nodiscard]] std::string letter(const std::string& from, const std::vector<std::string>& to,
                                 const std::string& name = "letter");

class NoticeRelayTest : public PeopleServiceTest {
  protected:
    // Dovecot's LMTP has the module; what it sends goes to `sink`.
    NoticeRelayTest();

    // "present" has his mail here, "traveller" at example.net, "departed" left an address, "silent" left
    // none, "newcomer" is new.
    void put_site();

    static constexpr const char* writer = "writer@example.com";
    static constexpr const char* present = "present@cam.example.org";
    static constexpr const char* traveller = "traveller@cam.example.org";
    static constexpr const char* departed = "departed@cam.example.org";
    static constexpr const char* silent = "silent@cam.example.org";
    static constexpr const char* newcomer = "newcomer@cam.example.org";

    // What has come to the sink for this recipient, of at least `count` messages that come to it in all.
    [[nodiscard]] std::vector<rig::SentMessage> sent_to(const std::string& recipient, std::size_t count);
};

} // namespace columbarium::e2e
