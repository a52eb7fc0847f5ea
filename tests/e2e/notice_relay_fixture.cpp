// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notice_relay_fixture.hpp"

#include <algorithm>

#include "rig/socket.hpp"

namespace columbarium::e2e {

SmtpTalk talk_smtp(std::uint16_t port, const std::string& from, const std::vector<std::string>& to,
                   const std::string& message) {
    rig::Connection session("the MTA", port);
    EXPECT_EQ(rig::read_reply(session).code, 220);
    const auto say = [&session](const std::string& line) {
        session.write(line + "\r\n");
        return rig::read_reply(session);
    };
    SmtpTalk talk;
    EXPECT_EQ(say("EHLO client.example.com").code, 250);
    EXPECT_EQ(say("MAIL FROM:<" + from + ">").code, 250);
    bool is_anybody_taken = false;
    for (const std::string& address : to) {
        const rig::Reply reply = say("RCPT TO:<" + address + ">");
        is_anybody_taken = is_anybody_taken || reply.positive();
        talk.recipients[address] = reply;
    }
    if (is_anybody_taken) {
        EXPECT_EQ(say("DATA").code, 354);
        talk.end_of_data = say(message + ".");
    }
    EXPECT_EQ(say("QUIT").code, 221);
    return talk;
}

std::string letter(const std::string& from, const std::vector<std::string>& to, const std::string& name) {
    std::string addressees;
    for (const std::string& address : to)
        addressees += (addressees.empty() ? "" : ", ") + address;
    return "From: Wendy Writer <" + from + ">\r\nTo: " + addressees +
           "\r\nSubject: Lunch on Friday?\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <" + name +
           "@example.com>\r\n\r\nHello,\r\n\r\nshall we meet on Friday?\r\n\r\nWendy\r\n";
}

NoticeRelayTest::NoticeRelayTest() {
    options.lmtp_plugins = {"lmtp_columbarium"};
}

void NoticeRelayTest::put_site() {
    put_everybody();
    put(somebody("traveller", "traveller@example.net", ""));
}

std::vector<rig::SentMessage> NoticeRelayTest::sent_to(const std::string& recipient, std::size_t count) {
    std::vector<rig::SentMessage> found = sink.wait_for(count);
    std::erase_if(found, [&](const rig::SentMessage& message) {
        return std::none_of(message.to.begin(), message.to.end(),
                            [&](const rig::EnvelopeAddress& to) { return to.address == recipient; });
    });
    return found;
}

} // namespace columbarium::e2e
