// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever a name, an address, a subject or a text brings: no field and no recipient of a stranger's.
#include <ostream>

#include <gtest/gtest.h>

#include "composed_mail.hpp"
#include "mail/source.hpp"
#include "reply/compose.hpp"
#include "reply/templates.hpp"

namespace columbarium::reply {
namespace {

const std::vector<std::string>& evil_texts() {
    static const auto* const texts = new std::vector<std::string>{
        "x\r\nBcc: victim@example.org",
        "x\nBcc: victim@example.org",
        "x\rBcc: victim@example.org",
        "x\r\n\r\nbody",
        std::string("x\0y", 3),
        "\xe2\x80\xa8"
        "Bcc: victim@example.org",
        "\xc2\x85"
        "Bcc: victim@example.org",
        "=?utf-8?q?x=0D=0ABcc:_victim=40example.org?=",
        "x, victim@example.org",
        "x\" <victim@example.org>, \"y",
        "<victim@example.org>",
        "victim@example.org",
        "x (victim@example.org",
        "x) victim@example.org (",
        "a:victim@example.org;",
        "\\",
        "\"",
        "\xff\xfe\x80",
        "{{new_address}}",
        "{{/people}}{{#people}}",
        "{{{subject}}}",
        "{{>/etc/passwd}}",
        std::string(5'000, 'n'),
        std::string(400, '"'),
        std::string(2'000, '\xe4'),
        "名前 \xe2\x80\xae"
        "txt.exe",
        "\x1b[31mred",
        "=?utf-8?b?" + std::string(300, 'Q') + "?=",
        "--boundary--",
        "\t \t",
    };
    return *texts;
}

std::string fault_of(const Reply& reply, std::string_view original) {
    mail::StringSource source(original);
    mail::Message message(source);
    const auto text = compose(reply, message);
    return text ? test::fault_of_composed(*text, reply.from.address, reply.to)
                : "refused: " + text.error().text;
}

Reply simple() {
    Reply reply;
    reply.from = {"Ann", "ann@cam.example.org"};
    reply.to = "fred@example.net";
    reply.subject = "Auto: Lunch";
    reply.texts = {{"en", "moved\n"}};
    reply.message_id_domain = "cam.example.org";
    return reply;
}

TEST(ReplyInjection, NamesInjectNothing) {
    for (const std::string& evil : evil_texts()) {
        Reply reply = simple();
        reply.from.name = evil;
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
    }
}

TEST(ReplyInjection, SubjectsInjectNothing) {
    for (const std::string& evil : evil_texts()) {
        Reply reply = simple();
        reply.subject = evil;
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
    }
}

TEST(ReplyInjection, TextsAndLanguagesInjectNothing) {
    for (const std::string& evil : evil_texts()) {
        Reply reply = simple();
        reply.texts = {{evil, evil}, {"de", evil + "\n" + evil}};
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
        reply.texts = {{evil, evil}};
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
    }
}

TEST(ReplyInjection, MessageIdsInjectNothing) {
    for (const std::string& evil : evil_texts()) {
        for (const char* name : {"Message-ID", "References", "In-Reply-To", "Subject"})
            EXPECT_EQ(fault_of(simple(), fmt::format("Message-ID: <1@x>\r\n{}: <{}>\r\n\r\n", name, evil)),
                      "")
                << evil.substr(0, 60);
        Reply reply = simple();
        reply.message_id_domain = evil;
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
    }
}

TEST(ReplyInjection, AddressesGoOutAsTheyAreOrNotAtAll) {
    for (const std::string& evil : evil_texts())
        for (const std::string& address : {evil, evil + "@example.net", "fred@" + evil,
                                           "\"" + evil + "\"@example.net", "fred@example.net" + evil}) {
            Reply reply = simple();
            reply.to = address;
            if (const std::string fault = fault_of(reply, "\r\n"); !fault.starts_with("refused: ")) {
                EXPECT_EQ(fault, "") << address;
            }
            reply = simple();
            reply.from.address = address;
            if (const std::string fault = fault_of(reply, "\r\n"); !fault.starts_with("refused: ")) {
                EXPECT_EQ(fault, "") << address;
            }
        }
}

TEST(ReplyInjection, ValuesOfATemplateStayValues) {
    const auto templates = Templates::read(config::NoticePolicy());
    ASSERT_TRUE(templates.has_value()) << templates.error().text;
    for (const std::string& evil : evil_texts()) {
        const Values values{evil, {{evil, "new@example.org", evil}, {"b@example.org", evil, ""}}, 7};
        const auto texts = templates->texts("example.net", values);
        const auto subject = templates->subject(values);
        ASSERT_TRUE(texts.has_value() && subject.has_value()) << evil.substr(0, 60);
        EXPECT_FALSE(has_control(*subject)) << evil.substr(0, 60);
        Reply reply = simple();
        reply.texts = *texts;
        reply.subject = *subject;
        EXPECT_EQ(fault_of(reply, "\r\n"), "") << evil.substr(0, 60);
        // A line of a value would be a line of ours.
        EXPECT_EQ(texts->front().text.find("\nBcc:"), std::string::npos) << evil.substr(0, 60);
    }
}

TEST(ReplyInjection, ReportsInjectNothing) {
    for (const std::string& evil : evil_texts()) {
        const std::string original = fmt::format("Subject: {}\r\n{}: x\r\n\r\nbody\r\n", evil, evil);
        mail::StringSource source(original);
        mail::Message message(source);
        const auto text =
            compose_report({evil, "postmaster@cam.example.org"}, "fred@example.net",
                           {{evil, evil, evil}, {"b@cam.example.org", "5.1.6", "550 5.1.6 moved"}}, evil,
                           std::chrono::sys_seconds{}, message);
        ASSERT_TRUE(text.has_value()) << evil.substr(0, 60);
        EXPECT_EQ(test::fault_of_composed(*text, "postmaster@cam.example.org", "fred@example.net"), "")
            << evil << *text;
    }
}

} // namespace
} // namespace columbarium::reply
