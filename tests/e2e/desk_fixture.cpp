// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk_fixture.hpp"

#include <filesystem>

#include "rig/eventually.hpp"

namespace columbarium::e2e {

DeskTest::DeskTest() {
    options.service = true;
    options.site_config = R"([store]
sqlite = "@directory@/store/desk.sqlite"

[reply]
addressed_only = true

[desk]
from = "Support <support@example.org>"
forwards_per_message = 2
forwards_per_hour = 5

[triage.tokens.arbitration]
pattern = '\b(a[0-9]{8}\.[0-9]+)\b'

[answers.the-bat]
templates = "@directory@/answers"
languages = ["en", "ru"]

[destinations.disputes]
kind = "channel"
forward_to = "disputes@example.net"
mailbox = "Sent/disputes"
tokens = ["arbitration"]

[destinations.help]
kind = "channel"
forward_to = "help@example.net"
original = "inline"
per_hour = 2

[destinations.meta]
kind = "channel"
forward_to = "meta@example.net"

[destinations.SE]
kind = "channel"
mailbox = "Channels/SE"

[destinations.returns]
kind = "bucket"
mailbox = "Returns"
record_bounces = true

[destinations.bat]
kind = "bucket"
mailbox = "Bat"
answer = "the-bat"

[destinations.misc]
kind = "bucket"
mailbox = "Misc"
)";
}

rig::Dovecot& DeskTest::desk_server() {
    rig::Dovecot& server = dovecot();
    if (std::filesystem::exists(server.directory() / "store"))
        return server;
    std::filesystem::remove(server.write_file("store/empty", ""));
    for (const char* language : {"en", "ru"}) {
        const std::string name = std::string("the-bat.") + language + ".txt";
        server.write_file("answers/" + name, std::string("You use The Bat! (") + language +
                                                 ")\n{{#subject}}About: "
                                                 "{{subject}}{{/subject}}\n");
    }
    return server;
}

rig::Delivery DeskTest::try_to_route(std::string_view commands, const std::string& message,
                                     const std::string& from) {
    desk_server();
    use_script("support", script(commands));
    return try_to_deliver(message, {.from = from, .to = {desk}});
}

void DeskTest::route(std::string_view commands, const std::string& message, const std::string& from) {
    const auto delivery = try_to_route(commands, message, from);
    EXPECT_TRUE(delivery.accepted()) << to_string(delivery);
}

rig::SentMessage DeskTest::only_sent() {
    const auto sent = sink.wait_for(1);
    EXPECT_EQ(sent.size(), 1U);
    return sent.size() == 1 ? sent.front() : rig::SentMessage();
}

void DeskTest::expect_not_forwarded(std::size_t count) {
    const auto kept = mailbox("support");
    EXPECT_EQ(kept.size(), count);
    for (const auto& message : kept)
        EXPECT_TRUE(message.has_flag("$NotForwarded")) << message.text;
}

void DeskTest::expect_in_log(std::string_view text) {
    EXPECT_TRUE(rig::eventually(rig::default_deadline,
                                [&] { return dovecot().log().find(text) != std::string::npos; }))
        << "no line holds " << text;
}

std::string a_request(const std::string& subject, const std::string& fields, const std::string& body) {
    return rig::message(
        "From: Elena Example <elena@example.com>\nTo: support@example.org\nSubject: " + subject +
        "\nDate: Wed, 11 Mar 2026 10:00:00 +0000\nMessage-ID: <request.1@example.com>\n" + fields + "\n" +
        body);
}

} // namespace columbarium::e2e
