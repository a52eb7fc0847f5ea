// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/message.hpp"

#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::mail {
namespace {

using test::CountingSource;
using test::Sample;

constexpr std::size_t fifty_megabytes = 50'000'000;

// Octets of a small message's one read: nothing that asks for headers only may take more.
constexpr std::size_t one_read = 16 * 1024;

std::string large_message() {
    std::string text = "From: Elena Costa <elena@example.com>\nSubject: =?utf-8?Q?gro=C3=9F?=\n"
                       "User-Agent: Pigeon Mail 3.1\n\n";
    text.resize(fifty_megabytes, 'x');
    for (std::size_t i = 200; i < text.size(); i += 77)
        text[i] = '\n';
    return text;
}

TEST(Message, ReadsNothingBeforeItIsAsked) {
    const std::string text = "From: a@example.com\n\nbody\n";
    CountingSource source(text);
    Message message(source);
    EXPECT_EQ(source.reads, 0U);
    EXPECT_EQ(message.size().value(), text.size());
    EXPECT_EQ(source.reads, 0U) << "the size needs no read";
}

TEST(Message, ReadsOnlyTheHeaderOfALargeMessage) {
    Sample sample(large_message());
    const auto header = sample.message.header();
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ((*header)->text("Subject"), "groß");
    EXPECT_LE(sample.source.octets_read, one_read);
    EXPECT_TRUE(sample.message.header().has_value());
    EXPECT_EQ(sample.source.reads, 1U) << "and once";
}

TEST(Message, ReadsALongHeaderInSteps) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "X-Field-" + std::to_string(i) + ": " + std::string(60, 'x') + "\n";
    Sample sample(text + "Subject: the last\n\n" + std::string(1'000'000, 'y'));
    EXPECT_EQ(sample.message.header().value()->raw("Subject"), "the last");
    EXPECT_LE(sample.source.octets_read, text.size() + 2 * one_read);
}

TEST(Message, FindsTheEndOfAHeaderThatLiesBetweenTwoReads) {
    for (const std::string line_end : {"\n", "\r\n"})
        for (std::size_t before = one_read - 6; before < one_read + 3; ++before) {
            const std::string name = "X: ";
            const std::string text = name + std::string(before - name.size(), 'x') + line_end + line_end +
                                     "Subject: in the body" + line_end;
            Sample sample(text);
            EXPECT_FALSE(sample.message.header().value()->has("Subject")) << before;
            EXPECT_EQ(sample.message.header().value()->length(), before + 2 * line_end.size());
        }
}

TEST(Message, ReadsABoundedPieceOfAnEndlessHeader) {
    Sample line("Subject: " + std::string(fifty_megabytes, 'x'));
    EXPECT_TRUE(line.message.header().value()->has("Subject"));
    EXPECT_LE(line.source.octets_read, header_limit + one_read);

    std::string fields;
    while (fields.size() < 4 * header_limit)
        fields += "X-Again: and again\n";
    Sample many(std::move(fields));
    EXPECT_TRUE(many.message.header().value()->has("X-Again"));
    EXPECT_TRUE(many.message.head_parts().has_value());
    EXPECT_LE(many.source.octets_read, header_limit + head_limit + one_read);
}

TEST(Message, ReadsABoundedPieceToTellWhatItIs) {
    Sample sample(large_message());
    const auto parts = sample.message.head_parts();
    ASSERT_TRUE(parts.has_value());
    ASSERT_EQ(parts->size(), 1U);
    EXPECT_EQ((*parts)[0].content_type(), "text/plain");
    EXPECT_LE(sample.source.octets_read, head_limit + one_read);
}

TEST(Message, OfFiftyMegabytesIsReadWhole) {
    std::string text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip\n\n";
    text.resize(fifty_megabytes, 'x');
    for (std::size_t i = 200; i < text.size(); i += 77)
        text[i] = '\n';
    text += "\n--b\nContent-Type: image/png; name=last.png\n\nx\n--b--\n";
    Sample sample(std::move(text));
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    ASSERT_EQ(parts->size(), 3U);
    EXPECT_EQ(parts->back().filename(), "last.png");
    EXPECT_LE(sample.source.octets_read, sample.text.size() + one_read);
}

TEST(Message, ReadsItsPartsOnce) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    ASSERT_TRUE(sample.message.head_parts().has_value());
    const std::size_t octets = sample.source.octets_read;
    EXPECT_TRUE(sample.message.head_parts().has_value());
    EXPECT_TRUE(sample.message.all_parts().has_value());
    EXPECT_TRUE(sample.message.header().has_value());
    EXPECT_EQ(sample.source.octets_read, octets);
    EXPECT_LE(octets, 2 * sample.text.size());
}

TEST(Message, ThatIsEmptyHasAHeaderWithoutFieldsAndNoBody) {
    Sample sample(test::test_mail("bad-empty.eml"));
    EXPECT_EQ(sample.message.size().value(), 0U);
    EXPECT_TRUE(sample.message.header().value()->fields().empty());
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    for (const Part& part : *parts)
        EXPECT_EQ(part.text(1000), "");
    EXPECT_FALSE(sample.message.sender().value().has_value());
}

TEST(Message, MayEndInItsHeader) {
    Sample sample(test::test_mail("bad-header-only.eml"));
    EXPECT_EQ(sample.message.header().value()->raw("Subject"), "only a header, and no line end");
    EXPECT_TRUE(sample.message.all_parts().has_value());
}

TEST(Message, MayEndAnywhere) {
    const std::string text = test::test_mail("dsn-several-recipients.eml");
    for (std::size_t octets = 0; octets < text.size(); octets += 7) {
        Sample sample(text.substr(0, octets));
        ASSERT_TRUE(sample.message.header().has_value()) << octets;
        const auto parts = sample.message.all_parts();
        ASSERT_TRUE(parts.has_value()) << octets;
        for (const Part& part : *parts)
            EXPECT_LE(part.content(100'000).size(), octets);
    }
}

TEST(Message, BearsBoundariesThatDoNotMeet) {
    Sample sample(test::test_mail("bad-boundary-never-closed.eml"));
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    ASSERT_FALSE(parts->empty());
    for (const Part& part : *parts) {
        static_cast<void>(part.filename());
        static_cast<void>(part.text(1000));
    }
}

TEST(Message, FromAnMboxHasItsStructureAllTheSame) {
    Sample sample("From walter@example.com Tue Mar  3 09:14:05 2026\n" +
                  test::test_mail("dsn-failed-user-unknown.eml"));
    EXPECT_EQ(sample.message.header().value()->raw("To"), "support@example.org");
    const auto parts = sample.message.head_parts();
    ASSERT_TRUE(parts.has_value());
    ASSERT_GE(parts->size(), 4U);
    EXPECT_EQ((*parts)[0].content_type(), "multipart/report");
    EXPECT_EQ((*parts)[2].content_type(), "message/delivery-status");
}

TEST(Message, WithCrlfHasTheSameParts) {
    const std::string text = test::test_mail("dsn-failed-user-unknown.eml");
    std::string crlf;
    for (const char c : text)
        crlf += c == '\n' ? "\r\n" : std::string(1, c);
    Sample lf_sample(text);
    Sample crlf_sample(crlf);
    const auto expected = lf_sample.message.head_parts();
    const auto parts = crlf_sample.message.head_parts();
    ASSERT_TRUE(expected.has_value() && parts.has_value());
    ASSERT_EQ(parts->size(), expected->size());
    for (std::size_t i = 0; i < parts->size(); ++i)
        EXPECT_EQ((*parts)[i].text(10'000), (*expected)[i].text(10'000)) << i;
}

// A list of parts that is no longer than the limit, each part after the one that holds it.
void expect_sound(std::span<const Part> parts) {
    EXPECT_LE(parts.size(), part_limit);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_LT(parts[i].parent(), static_cast<int>(i));
        const int parent = parts[i].parent();
        const int above = parent < 0 ? -1 : parts[static_cast<std::size_t>(parent)].depth();
        EXPECT_EQ(parts[i].depth(), above + 1);
    }
}

TEST(Message, BearsAThousandLevelsOfMultiparts) {
    Sample sample(test::nested_multiparts(1000));
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    expect_sound(*parts);
    EXPECT_GE(parts->size(), 1U);
}

TEST(Message, BearsAThousandLevelsOfMessages) {
    Sample sample(test::nested_messages(1000));
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    expect_sound(*parts);
    EXPECT_GE(parts->size(), 1U);
}

TEST(Message, BearsAHundredThousandLevels) {
    for (const std::string& text : {test::nested_multiparts(100'000), test::nested_messages(100'000)}) {
        Sample sample(text);
        const auto parts = sample.message.all_parts();
        ASSERT_TRUE(parts.has_value());
        expect_sound(*parts);
    }
}

TEST(Message, ListsNoMorePartsThanTheLimit) {
    std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (int part = 0; part < 10'000; ++part)
        text += "--b\n\nx\n";
    Sample sample(text + "--b--\n");
    const auto parts = sample.message.all_parts();
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->size(), part_limit);
    expect_sound(*parts);
}

TEST(MessageSender, IsTheTransportsBeforeTheHeaders) {
    Sample sample("Return-Path: <header@example.com>\n\n", {.sender = "envelope@example.com"});
    EXPECT_EQ(sample.message.sender().value(), "envelope@example.com");
    Sample null_path("Return-Path: <header@example.com>\n\n", {.sender = ""});
    EXPECT_EQ(null_path.message.sender().value(), "");
}

TEST(MessageSender, IsElseTheReturnPaths) {
    struct Row {
        const char* from;
        const char* header;
        std::optional<std::string> sender;
    };
    const Row table[] = {
        {"RFC 5321 section 4.4", "Return-Path: <walter@example.com>\n", "walter@example.com"},
        {"the null reverse-path", "Return-Path: <>\n", ""},
        {"blanks in it", "Return-Path: < walter@example.com >\n", "walter@example.com"},
        {"old systems leave the brackets out", "Return-Path: walter@example.com\n", "walter@example.com"},
        {"Sendmail 8.6", "Return-Path: <MAILER-DAEMON>\n", "MAILER-DAEMON"},
        {"no field", "From: walter@example.com\n", std::nullopt},
    };
    for (const Row& row : table) {
        Sample sample(std::string(row.header) + "\nbody\n");
        EXPECT_EQ(sample.message.sender().value(), row.sender) << row.from;
    }
}

TEST(Message, ThatCannotBeReadIsATemporaryFailure) {
    const std::string text = test::test_mail("dsn-failed-user-unknown.eml");
    test::FailingSource source(text, 0);
    Message message(source);
    ASSERT_FALSE(message.header().has_value());
    EXPECT_EQ(message.header().error().kind, ErrorKind::temporary);
    EXPECT_EQ(message.header().error().text, "the disk is broken");
    EXPECT_FALSE(message.head_parts().has_value());
    EXPECT_FALSE(message.all_parts().has_value());
    EXPECT_FALSE(message.sender().has_value());
}

TEST(Message, MayBeReadableInItsHeaderOnly) {
    const std::string text = large_message();
    test::FailingSource source(text, one_read);
    Message message(source);
    EXPECT_TRUE(message.header().has_value());
    ASSERT_FALSE(message.head_parts().has_value());
    EXPECT_FALSE(message.head_parts().has_value()) << "asked again it does not pretend";
    EXPECT_FALSE(message.all_parts().has_value());
}

} // namespace
} // namespace columbarium::mail
