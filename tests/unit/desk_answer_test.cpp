// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/answer.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "composed_mail.hpp"
#include "composed_texts.hpp"
#include "mail/source.hpp"
#include "scratch_folder.hpp"

namespace columbarium::desk {
namespace {

using test::write_file;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds noon{std::chrono::seconds(1'781'524'800)}; // 2026-06-15 12:00

TEST(DeskAnswerClaims, NameAnswerAndLogin) {
    EXPECT_EQ(claim_name("the-bat"), "answer:the-bat");
    EXPECT_EQ(claim_name("The-Bat"), "answer:the-bat") << "names of answers have no case";
    EXPECT_TRUE(is_claim_name(claim_name("The_Bat-2")));
    EXPECT_EQ(claim_person("answer:the-bat", "support"), "answer:the-bat:support");
    for (const char* other : {"", "anna", "answer:", "answer", "answer:a:b", "Answer:a", "answer:a b",
                              "answer:A", "x answer:a", "answer:\xc3\xa9"}) {
        EXPECT_FALSE(is_claim_name(other)) << other;
        EXPECT_EQ(claim_person(other, "support"), "") << other;
    }
}

class DeskAnswerMail : public testing::Test {
  protected:
    DeskAnswerMail() {
        policy.from = "Support <support@example.org>";
        answer.name = "bat";
        answer.templates = folder / "";
        answer.languages = {"ru", "en"};
        write_file(folder / "bat.en.txt", "Hello{{#subject}}, about \"{{subject}}\"{{/subject}}.\n");
        write_file(folder / "bat.ru.txt", "Здравствуйте{{#subject}}, «{{subject}}»{{/subject}}.\n");
    }

    Expected<std::string> composed(std::string_view original = original_text) {
        mail::StringSource source(original);
        mail::Message message(source);
        return compose_answer({policy, answer, "desk@example.org", to, noon, "mx.example.org"}, message);
    }

    std::string sound(std::string_view original = original_text) {
        const auto text = composed(original);
        EXPECT_TRUE(text.has_value()) << text.error().text;
        EXPECT_EQ(test::fault_of_composed(text.value_or(""), from, to), "") << text.value_or("");
        return text.value_or("");
    }

    // What is wrong, where it is a failure that passes when the administrator has mended it.
    std::string fault() {
        const auto text = composed();
        EXPECT_FALSE(text.has_value()) << text.value_or("");
        if (text)
            return {};
        EXPECT_EQ(text.error().kind, ErrorKind::temporary);
        return text.error().text;
    }

    static constexpr std::string_view original_text =
        "From: Ivan <ivan@example.net>\r\nSubject: Re: Hi <&>\r\nMessage-ID: <1@example.net>\r\n\r\nx\r\n";
    test::ScratchFolder folder;
    config::DeskPolicy policy;
    config::DeskAnswer answer;
    std::string from = "support@example.org";
    std::string to = "ivan@example.net";
};

TEST_F(DeskAnswerMail, HasItsLanguagesTheFirstOneLast) {
    const std::string text = sound();
    EXPECT_THAT(text, HasSubstr("multipart/alternative"));
    EXPECT_EQ(test::texts_of(text),
              (std::vector<std::string>{"Hello, about \"Re: Hi <&>\".\n", "Здравствуйте, «Re: Hi <&>».\n"}));
}

TEST_F(DeskAnswerMail, HasTheFieldsOfAnAutomaticReply) {
    const std::string text = sound();
    const mail::HeaderFields header(text);
    EXPECT_EQ(header.raw("From"), "Support <support@example.org>");
    EXPECT_EQ(header.raw("To"), "ivan@example.net");
    EXPECT_EQ(header.text("Subject"), "Auto: Re: Hi <&>");
    EXPECT_EQ(header.raw("Auto-Submitted"), "auto-replied");
    EXPECT_EQ(header.raw("In-Reply-To"), "<1@example.net>");
    EXPECT_EQ(header.raw("Content-Language"), "ru, en");
}

TEST_F(DeskAnswerMail, ComesFromTheUserWhereThePolicyNamesNobody) {
    policy.from.clear();
    from = "desk@example.org";
    EXPECT_EQ(mail::HeaderFields(sound()).raw("From"), "desk@example.org");
}

TEST_F(DeskAnswerMail, NeedsNoSubject) {
    const std::string text = sound("From: ivan@example.net\r\n\r\nx\r\n");
    EXPECT_EQ(mail::HeaderFields(text).text("Subject"), "Auto: your message");
    EXPECT_EQ(test::texts_of(text), (std::vector<std::string>{"Hello.\n", "Здравствуйте.\n"}));
}

TEST_F(DeskAnswerMail, DoesNotLookThroughASubjectForTags) {
    const std::string text = sound("Subject: {{{subject}}} {{#x}} {{> /etc/passwd}}\r\n\r\nx\r\n");
    EXPECT_EQ(test::texts_of(text).front(), "Hello, about \"{{{subject}}} {{#x}} {{> /etc/passwd}}\".\n");
}

TEST_F(DeskAnswerMail, KeepsASubjectInItsField) {
    for (const char* subject : {"=?utf-8?Q?a=0D=0ABcc:_x@example.com?=", "a\r\n b\r\n\tc", "\xff\xfe",
                                "=?utf-8?B?0KLQtdC80LA=?=", "{{", "}}"})
        static_cast<void>(sound("Subject: " + std::string(subject) + "\r\n\r\nx\r\n"));
}

TEST_F(DeskAnswerMail, TellsWhichTemplateIsNotThere) {
    answer.languages = {"en", "de"};
    EXPECT_THAT(fault(), HasSubstr("bat.de.txt"));
}

TEST_F(DeskAnswerMail, TellsWhatIsWrongWithATemplate) {
    const std::pair<std::string, const char*> rows[] = {
        {"{{new_address}}\n", "the unknown {{new_address}}; known: subject"},
        {"{{subjct}}\n", "did you mean {{subject}}?"},
        {"{{#subject}}\n", "{{/subject}} is missing"},
        {"{{subject\n", "a tag does not end"},
        {"{{> x}}\n", "no other file"},
        {"\xff\n", "is not UTF-8"},
        {" \n", "is empty"},
        {"a\x01\n", "control characters"},
        {std::string(16 * 1024 + 1, 'a'), "is longer than 16384 octets"},
    };
    for (const auto& [text, expected] : rows) {
        write_file(folder / "bat.en.txt", text);
        const std::string found = fault();
        EXPECT_THAT(found, HasSubstr(expected));
        EXPECT_THAT(found, HasSubstr("bat.en.txt")) << expected;
        EXPECT_THAT(found, Not(HasSubstr("\n")));
    }
}

TEST_F(DeskAnswerMail, GoesToAnAddressOnly) {
    for (const char* nobody : {"", "ivan", "a@b c", "a@b\r\nBcc: x@example.com"}) {
        to = nobody;
        const auto text = composed();
        ASSERT_FALSE(text.has_value()) << nobody;
        EXPECT_EQ(text.error().kind, ErrorKind::permanent);
    }
}

// The texts that are shipped.
TEST_F(DeskAnswerMail, OfTheBatIsShippedInEnglishAndRussian) {
    answer.name = "the-bat";
    answer.templates = std::string(COLUMBARIUM_SOURCE_DIR) + "/conf.d/columbarium-replies";
    const auto texts = test::texts_of(sound("Subject: Hi there\r\n\r\nx\r\n"));
    ASSERT_EQ(texts.size(), 2U);
    for (const std::string& text : texts) {
        EXPECT_THAT(text, HasSubstr("The Bat!"));
        EXPECT_THAT(text, HasSubstr("Hi there"));
    }
    EXPECT_THAT(texts[0], HasSubstr("please use the online form"));
    EXPECT_THAT(texts[1], HasSubstr("воспользуйтесь, пожалуйста,\n  формой на нашем сайте"));
}

} // namespace
} // namespace columbarium::desk
