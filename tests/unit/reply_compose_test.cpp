// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/compose.hpp"

#include <ostream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "composed_mail.hpp"
#include "composed_texts.hpp"
#include "mail/source.hpp"

namespace columbarium::reply {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds noon{std::chrono::seconds(1'781'524'800)}; // 2026-06-15 12:00

Reply simple() {
    Reply reply;
    reply.from = {"Ann Departed", "ann@cam.example.org"};
    reply.to = "fred@example.net";
    reply.subject = "Auto: Lunch";
    reply.texts = {{"en", "Ann is reached at\nann@new.example.com\n"}};
    reply.date = noon;
    reply.message_id_domain = "cam.example.org";
    return reply;
}

Expected<std::string> composed(const Reply& reply, std::string_view original) {
    mail::StringSource source(original);
    mail::Message message(source);
    return compose(reply, message);
}

// The reply to a message with these fields, which has to be sound.
std::string sound(const Reply& reply,
                  std::string_view original = "Message-ID: <1@example.net>\r\n\r\nHi\r\n") {
    const auto text = composed(reply, original);
    EXPECT_TRUE(text.has_value()) << text.error().text;
    EXPECT_EQ(test::fault_of_composed(text.value_or(""), reply.from.address, reply.to), "")
        << text.value_or("");
    return text.value_or("");
}

std::string field(const std::string& text, std::string_view name) {
    return std::string(mail::HeaderFields(text).raw(name));
}

std::string decoded(const std::string& text, std::string_view name) {
    return mail::HeaderFields(text).text(name);
}

TEST(ReplyCompose, AR_11_AR_13_AR_14_AR_15_AR_17_AR_27_HasTheFieldsOfAnAutomaticReply) {
    const std::string text = sound(simple());
    EXPECT_EQ(field(text, "From"), "Ann Departed <ann@cam.example.org>");
    EXPECT_EQ(field(text, "To"), "fred@example.net");
    EXPECT_EQ(field(text, "Date"), "Mon, 15 Jun 2026 12:00:00 +0000");
    EXPECT_EQ(field(text, "Subject"), "Auto: Lunch");
    EXPECT_EQ(field(text, "Auto-Submitted"), "auto-replied");
    EXPECT_EQ(field(text, "X-Auto-Response-Suppress"), "All");
    EXPECT_EQ(field(text, "Content-Language"), "en");
    EXPECT_THAT(field(text, "Content-Type"), HasSubstr("text/plain"));
    EXPECT_THAT(field(text, "Message-ID"), testing::MatchesRegex("<[0-9a-f]{32}@cam.example.org>"));
    EXPECT_EQ(field(text, "Reply-To"), ""); // AR-12
    EXPECT_THAT(text, testing::EndsWith("\r\n\r\nAnn is reached at\r\nann@new.example.com\r\n"));
}

TEST(ReplyCompose, HasAMessageIdOfItsOwnEachTime) {
    std::set<std::string> ids;
    for (int i = 0; i < 100; ++i)
        ids.insert(field(sound(simple()), "Message-ID"));
    EXPECT_EQ(ids.size(), 100U);
}

TEST(ReplyCompose, AR_11_NeedsNoName) {
    Reply reply = simple();
    reply.from.name.clear();
    EXPECT_EQ(field(sound(reply), "From"), "ann@cam.example.org");
}

TEST(ReplyCompose, TakesItsMessageIdFromTheSenderWhereTheDomainIsNone) {
    Reply reply = simple();
    for (const char* domain : {"", "a b", "x>\r\nBcc: y@example.org", "a@b"}) {
        reply.message_id_domain = domain;
        EXPECT_THAT(field(sound(reply), "Message-ID"), testing::EndsWith("@cam.example.org>")) << domain;
    }
}

struct References {
    const char* name;
    const char* fields;
    const char* in_reply_to;
    std::vector<std::string> references;
};

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = text.find('<', at)) != std::string::npos) {
        const std::size_t end = text.find('>', at);
        words.push_back(text.substr(at, end - at + 1));
        at = end;
    }
    return words;
}

TEST(ReplyCompose, AR_16_RefersToTheMessageAsRfc5322SaysIt) {
    const References rows[] = {
        {"nothing", "Subject: x\r\n", "", {}},
        {"no identifier", "Message-ID: hello\r\nReferences: <a@b>\r\n", "", {}},
        {"its own", "Message-ID: <1@x>\r\n", "<1@x>", {"<1@x>"}},
        {"folded", "Message-ID:\r\n <1@x>\r\n", "<1@x>", {"<1@x>"}},
        {"references",
         "Message-ID: <3@x>\r\nReferences: <1@x>\r\n\t<2@x>\r\n",
         "<3@x>",
         {"<1@x>", "<2@x>", "<3@x>"}},
        {"a parent", "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n", "<2@x>", {"<1@x>", "<2@x>"}},
        {"two parents", "Message-ID: <2@x>\r\nIn-Reply-To: <1@x> <0@x>\r\n", "<2@x>", {"<2@x>"}},
        {"both",
         "Message-ID: <3@x>\r\nIn-Reply-To: <9@x>\r\nReferences: <1@x>\r\n",
         "<3@x>",
         {"<1@x>", "<3@x>"}},
        {"two identifiers", "Message-ID: <1@x> <2@x>\r\n", "<1@x>", {"<1@x>"}},
        {"rubbish between",
         "Message-ID: <2@x>\r\nReferences: \"a\" <1@x> (b) <c d> <<e> <\xff>\r\n",
         "<2@x>",
         {"<1@x>", "<e>", "<2@x>"}},
        {"twice",
         "Message-ID: <3@x>\r\nReferences: <1@x> <2@x> <1@x> <3@x>\r\n",
         "<3@x>",
         {"<2@x>", "<1@x>", "<3@x>"}},
        {"refers to itself", "Message-ID: <2@x>\r\nReferences: <2@x> <1@x>\r\n", "<2@x>", {"<1@x>", "<2@x>"}},
    };
    for (const References& row : rows) {
        const std::string text = sound(simple(), std::string(row.fields) + "\r\nHi\r\n");
        EXPECT_EQ(field(text, "In-Reply-To"), row.in_reply_to) << row.name;
        EXPECT_EQ(words_of(field(text, "References")), row.references) << row.name;
    }
}

TEST(ReplyCompose, AR_16_RefersToTheLastTwentyAtMost) {
    std::string fields = "Message-ID: <own@x>\r\nReferences:";
    for (int i = 0; i < 500; ++i)
        fields += fmt::format("\r\n <{}@x>", i);
    const std::string text = sound(simple(), fields + "\r\n\r\nHi\r\n");
    const auto references = words_of(field(text, "References"));
    ASSERT_EQ(references.size(), 20U);
    EXPECT_EQ(references.front(), "<481@x>");
    EXPECT_EQ(references.back(), "<own@x>");
}

TEST(ReplyCompose, AR_16_LeavesOutIdentifiersThatAreTooLongForALine) {
    const std::string fields = fmt::format("Message-ID: <{}@x>\r\n", std::string(990, 'a'));
    EXPECT_EQ(field(sound(simple(), fields + "\r\n"), "In-Reply-To"), "");
    const std::string shorter = fmt::format("Message-ID: <{}@x>\r\n", std::string(800, 'a'));
    EXPECT_NE(field(sound(simple(), shorter + "\r\n"), "In-Reply-To"), "");
}

TEST(ReplyCompose, AR_15_EncodesSubjectsWithoutCuttingCharacters) {
    for (const std::string& subject :
         {std::string("Auto: Grüße"), std::string("Auto: 会議の日程について、それと来週の出張の予定について"),
          "Auto: " + std::string(240, 'x'), std::string("Auto: =?utf-8?q?no?= word"),
          std::string("Auto: "
                      "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂"
                      "🙂🙂🙂🙂🙂🙂🙂🙂🙂")}) {
        Reply reply = simple();
        reply.subject = subject;
        EXPECT_EQ(decoded(sound(reply), "Subject"), subject);
    }
}

TEST(ReplyCompose, AR_15_CutsLongSubjectsBetweenCharacters) {
    Reply reply = simple();
    reply.subject = "Auto: ";
    for (int i = 0; i < 1'000; ++i)
        reply.subject += "ü";
    std::string expected = "Auto: ";
    for (int i = 0; i < 244; ++i)
        expected += "ü";
    EXPECT_EQ(decoded(sound(reply), "Subject"), expected);
}

TEST(ReplyCompose, AR_18_IsPlainTextInOneLanguage) {
    for (const char* body : {"Grüße aus Köln\n", "日本語の本文です。\n二行目\n", "plain\n", "a = b\n",
                             ".\n..\n", "From here\n", "trailing blanks  \n\ttab\n", "no line end"}) {
        Reply reply = simple();
        reply.texts = {{"de", body}};
        const std::string text = sound(reply);
        const auto texts = test::texts_of(text);
        ASSERT_EQ(texts.size(), 1U);
        const std::string expected = std::string(body).ends_with('\n') ? body : std::string(body) + "\n";
        EXPECT_EQ(texts[0], expected);
    }
}

TEST(ReplyCompose, AR_18_IsAnAlternativeInSeveralLanguagesWhoseLastPartIsTheFirstLanguage) {
    Reply reply = simple();
    reply.texts = {{"en", "moved\n"}, {"de", "Umzug nach Köln\n"}, {"ja", "引っ越しました\n"}};
    const std::string text = sound(reply);
    EXPECT_THAT(field(text, "Content-Type"), testing::StartsWith("multipart/alternative"));
    EXPECT_EQ(field(text, "Content-Language"), "en, de, ja");
    EXPECT_EQ(test::texts_of(text),
              (std::vector<std::string>{"引っ越しました\n", "Umzug nach Köln\n", "moved\n"}));
    const std::size_t first = text.find("\r\nContent-Language: ja\r\n");
    const std::size_t last = text.find("\r\nContent-Language: en\r\n");
    EXPECT_LT(first, text.find("\r\nContent-Language: de\r\n"));
    EXPECT_LT(text.find("\r\nContent-Language: de\r\n"), last);
    EXPECT_NE(last, std::string::npos);
}

TEST(ReplyCompose, AR_18_HoldsNothingOfTheMessageBeyondItsSubject) {
    const std::string text =
        sound(simple(), "From: Secret Name <secret@example.net>\r\nSubject: confidential\r\n"
                        "Cc: third@example.net\r\nMessage-ID: <1@x>\r\n\r\ntop secret\r\n");
    for (const char* word : {"ecret", "confidential", "third"})
        EXPECT_THAT(text, Not(HasSubstr(word)));
}

TEST(ReplyCompose, AR_23_NeverGoesToAnotherAddressOfTheMessage) {
    const std::string text = sound(simple(), "From: a@x.example\r\nReply-To: list@y.example\r\n"
                                             "Sender: s@z.example\r\nReturn-Path: <r@x.example>\r\n\r\n");
    EXPECT_EQ(field(text, "To"), "fred@example.net");
    EXPECT_EQ(text.find("y.example"), std::string::npos);
}

TEST(ReplyCompose, AR_32_RefusesToBeLong) {
    Reply reply = simple();
    for (const char* letters : {"abcdefg\n", "Köln\n", "日本\n"}) {
        reply.texts[0].text.clear();
        while (reply.texts[0].text.size() < longest_reply)
            reply.texts[0].text += letters;
        const auto text = composed(reply, "\r\n");
        ASSERT_FALSE(text.has_value());
        EXPECT_EQ(text.error().kind, ErrorKind::permanent);
    }
    reply.texts[0].text = std::string(16 * 1024, 'x');
    EXPECT_LE(sound(reply).size(), longest_reply);
    reply.texts[0].text.clear();
    while (reply.texts[0].text.size() < 20'000)
        reply.texts[0].text += "日本語";
    EXPECT_LE(sound(reply).size(), longest_reply);
}

TEST(ReplyCompose, AR_24_RefusesWhatIsNoSingleAddress) {
    for (const char* address :
         {"", "fred", "@example.net", "fred@", "a@example.net, b@example.net", "a@example.net b@example.net",
          "fred@example.net\r\nBcc: x@example.net", "<fred@example.net>", "Fred <fred@example.net>",
          "friends: a@b.example;", "fréd@example.net", "fred@exämple.net", "fred.@example.net",
          ".fred@example.net", "fr..ed@example.net", "fred@example..net", "a(b)@example.net",
          " fred@example.net"}) {
        Reply reply = simple();
        reply.to = address;
        const auto text = composed(reply, "\r\n");
        ASSERT_FALSE(text.has_value()) << address;
        EXPECT_EQ(text.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(has_control(text.error().text)) << text.error().text;
        reply = simple();
        reply.from.address = address;
        EXPECT_FALSE(composed(reply, "\r\n").has_value()) << address;
    }
}

TEST(ReplyCompose, NeedsAText) {
    Reply reply = simple();
    reply.texts.clear();
    EXPECT_FALSE(composed(reply, "\r\n").has_value());
}

TEST(ReplyFrom, ReadsAMailboxOfTheConfiguration) {
    const From named = from_of("Change of address <moved@example.org>");
    EXPECT_EQ(named.name, "Change of address");
    EXPECT_EQ(named.address, "moved@example.org");
    EXPECT_EQ(from_of("moved@example.org").address, "moved@example.org");
    for (const char* text : {"", "nobody", "a@x.example, b@x.example", "a@exämple.org"})
        EXPECT_EQ(from_of(text).address, "") << text;
}

std::string subject_of_text(std::string_view original) {
    mail::StringSource source(original);
    mail::Message message(source);
    return subject_of(message).value_or("(failed)");
}

TEST(ReplySubject, IsOneDecodedLineOfTwoHundredCharactersAtMost) {
    EXPECT_EQ(subject_of_text("From: x\r\n\r\n"), "");
    EXPECT_EQ(subject_of_text("Subject: Hello\r\n\r\n"), "Hello");
    EXPECT_EQ(subject_of_text("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n"), "Grüße");
    EXPECT_EQ(subject_of_text("Subject: one\r\n two\r\n\r\n"), "one two");
    EXPECT_EQ(subject_of_text("Subject: =?utf-8?q?a=0D=0ABcc:_x?=\r\n\r\n"), "a Bcc: x");
    EXPECT_EQ(subject_of_text("Subject: =?utf-8?q?a=00b?=\r\n\r\n").find('\0'), std::string::npos);
    EXPECT_EQ(subject_of_text("Subject: =?utf-8?b?4oCu?=txt.exe\r\n\r\n"), "txt.exe");
    // Blanks without width, invisible operators, the byte order mark, tags.
    EXPECT_EQ(subject_of_text("Subject: a\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xe2\x81\xa4"
                              "\xef\xbb\xbf\xf3\xa0\x80\x81\xf3\xa0\x81\xbfz\r\n\r\n"),
              "az");
    EXPECT_EQ(subject_of_text("Subject: " + std::string(500, 'x') + "\r\n\r\n"), std::string(200, 'x'));
    std::string umlauts;
    for (int i = 0; i < 200; ++i)
        umlauts += "ü";
    EXPECT_EQ(subject_of_text("Subject: " + umlauts + umlauts + "\r\n\r\n"), umlauts);
}

} // namespace
} // namespace columbarium::reply
