// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/part.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <glib.h>
#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::mail {
namespace {

using test::Sample;

// The parts of a message; the sample must outlive them.
std::vector<Part> parts_of(Sample& sample) {
    const auto parts = sample.message.head_parts();
    EXPECT_TRUE(parts.has_value());
    return parts ? std::vector<Part>(parts->begin(), parts->end()) : std::vector<Part>();
}

TEST(Part, IsListedBeforeItsContents) {
    Sample sample(test::test_mail("personal-forwards-a-bounce.eml"));
    const std::vector<Part> parts = parts_of(sample);
    ASSERT_GE(parts.size(), 5U);
    EXPECT_EQ(parts[0].content_type(), "multipart/mixed");
    EXPECT_EQ(parts[0].parent(), -1);
    EXPECT_EQ(parts[0].depth(), 0);
    EXPECT_EQ(parts[0].children(), 2);
    EXPECT_EQ(parts[1].content_type(), "text/plain");
    EXPECT_EQ(parts[1].parent(), 0);
    EXPECT_EQ(parts[2].content_type(), "message/rfc822");
    EXPECT_TRUE(parts[2].is_message());
    EXPECT_EQ(parts[3].content_type(), "multipart/report");
    EXPECT_EQ(parts[3].parent(), 2);
    EXPECT_EQ(parts[3].depth(), 2);
}

struct Typed {
    const char* from;
    const char* header;
    const char* type;
};

TEST(Part, HasAMediaTypeWhateverTheHeaderSays) {
    const Typed table[] = {
        {"no field: RFC 2045 section 5.2", "", "text/plain"},
        {"case does not matter: RFC 2045 section 5.1", "Content-Type: TEXT/HTML\n", "text/html"},
        {"an old program", "Content-Type: text\n", "text/plain"},
        {"rubbish", "Content-Type: ;;;\n", "text/plain"},
        {"empty", "Content-Type:\n", "text/plain"},
    };
    for (const Typed& row : table) {
        Sample sample("From: a@example.com\n" + std::string(row.header) + "\nbody\n");
        const std::vector<Part> parts = parts_of(sample);
        ASSERT_EQ(parts.size(), 1U) << row.from;
        EXPECT_EQ(parts[0].content_type(), row.type) << row.from;
    }
}

struct Encoded {
    const char* from;
    std::string_view header;
    std::string_view body;
    std::string_view text;
};

TEST(Part, DecodesItsText) {
    const Encoded table[] = {
        {"quoted-printable", "charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable",
         "r=E9ponse=\n, oui\n", "réponse, oui\n"},
        {"base64", "charset=utf-8\nContent-Transfer-Encoding: BASE64", "R3LDvMOf\nZQ==\n", "Grüße"},
        {"8bit", "charset=utf-8\nContent-Transfer-Encoding: 8bit", "Grüße\n", "Grüße\n"},
        {"no charset, UTF-8 all the same", "x=y", "Grüße\n", "Grüße\n"},
        {"no charset, Latin-1", "x=y",
         "Gr\xfc\xdf"
         "e\n",
         "Grüße\n"},
        {"us-ascii, Latin-1", "charset=us-ascii", "K\xf6ln\n", "Köln\n"},
        {"windows-1252", "charset=windows-1252",
         "\x84"
         "a\x93\n",
         "„a“\n"},
        {"KOI8-R", "charset=koi8-r", "\xc4\xc1\n", "да\n"},
        {"ISO-2022-JP: 7 bits that are no ASCII", "charset=iso-2022-jp", "\x1b$B%a\x1b(B\n", "メ\n"},
        {"CRLF", "charset=utf-8", "a\r\nb\r\n", "a\nb\n"},
        {"CR alone", "charset=utf-8", "a\rb\n", "a\nb\n"},
        {"no such charset, ASCII", "charset=x-unheard-of", "abc\n", "abc\n"},
    };
    for (const Encoded& row : table) {
        Sample sample("Content-Type: text/plain; " + std::string(row.header) + "\n\n" +
                      std::string(row.body));
        const std::vector<Part> parts = parts_of(sample);
        ASSERT_EQ(parts.size(), 1U) << row.from;
        EXPECT_EQ(parts[0].text(1000), row.text) << row.from;
    }
}

TEST(Part, HasTextInValidUtf8WhateverItHolds) {
    std::string every_octet;
    for (int octet = 0; octet < 256; ++octet)
        every_octet += static_cast<char>(octet);
    for (const char* charset : {"utf-8", "us-ascii", "x-unheard-of", "utf-16", "utf-7", "iso-2022-jp", "hz",
                                "gb18030", "euc-jp", "", "\"", "utf-8//IGNORE", "shift_jis"}) {
        Sample sample("Content-Type: text/plain; charset=" + std::string(charset) + "\n\n" + every_octet);
        for (const Part& part : parts_of(sample)) {
            const std::string text = part.text(1000);
            EXPECT_TRUE(g_utf8_validate_len(text.data(), text.size(), nullptr)) << charset;
        }
    }
}

TEST(Part, KeepsTheReadableTextBesideNulAndDamage) {
    Sample nul(test::test_mail("bad-nul-bytes.eml"));
    EXPECT_NE(parts_of(nul).at(0).text(1000).find("stand three octets of zero"), std::string::npos);
    Sample damaged("Content-Type: text/plain; charset=utf-8\n\nbefore \xff\xfe after\n");
    EXPECT_EQ(parts_of(damaged).at(0).text(1000), "before \uFFFD\uFFFD after\n");
    Sample unheard_of(test::test_mail("bad-wrong-charset.eml"));
    EXPECT_NE(parts_of(unheard_of).at(0).text(1000).find("in Latin 1 whatever the header says"),
              std::string::npos);
}

TEST(Part, GivesNoMoreThanTheLimit) {
    Sample sample("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + [] {
        std::string lines;
        for (int line = 0; line < 2000; ++line)
            lines += "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\n";
        return lines;
    }());
    const std::vector<Part> parts = parts_of(sample);
    EXPECT_EQ(parts.at(0).content(1000), std::string(1000, 'a'));
    EXPECT_EQ(parts.at(0).content(0), "");
    EXPECT_EQ(parts.at(0).content(1'000'000).size(), 2000U * 48U);
    EXPECT_EQ(parts.at(0).content(10), std::string(10, 'a')) << "asked again, it begins again";
}

TEST(Part, GivesTheSameTextHoweverOftenAndInWhateverOrderItIsAsked) {
    Sample sample(
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "=E4bc=0D=0Adef=\n");
    const std::vector<Part> parts = parts_of(sample);
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].text(2), "äb");
    EXPECT_EQ(parts[0].text(100), "äbc\ndef");
    EXPECT_EQ(parts[0].text(2), "äb") << "of octets before they are decoded to characters";
    EXPECT_EQ(parts[0].text(8), "äbc\ndef") << "no more than there are";
    EXPECT_EQ(parts[0].text(100), "äbc\ndef");
}

TEST(Part, KnowsItsFileName) {
    Sample sample(test::test_mail("personal-with-attachment.eml"));
    const std::vector<Part> parts = parts_of(sample);
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_FALSE(parts[1].is_attachment());
    EXPECT_EQ(parts[1].filename(), "");
    EXPECT_TRUE(parts[2].is_attachment());
    EXPECT_EQ(parts[2].filename(), "form.pdf");
    EXPECT_EQ(parts[3].filename(), "Straßenschild.png") << "RFC 2231";
}

TEST(Part, KnowsTheFileNameOfAnAttachedMessage) {
    Sample sample(test::test_mail("personal-forwards-a-bounce.eml"));
    EXPECT_EQ(parts_of(sample).at(2).filename(), "Undelivered Mail Returned to Sender.eml");
}

TEST(Part, ReadsParametersOfItsType) {
    Sample sample("Content-Type: multipart/report; report-type=\"delivery-status\"; boundary=b\n\n--b\n"
                  "Content-Type: text/plain; x*=utf-8''%C3%BC\n\n\n--b--\n");
    const std::vector<Part> parts = parts_of(sample);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].parameter("Report-Type"), "delivery-status");
    EXPECT_EQ(parts[0].parameter("nothing"), "");
    EXPECT_EQ(parts[1].parameter("x"), "ü");
}

TEST(Part, GivesTheHeaderOfItsMessageAsABlockOfFields) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    const std::vector<Part> parts = parts_of(sample);
    const auto message =
        std::find_if(parts.begin(), parts.end(), [](const Part& part) { return part.is_message(); });
    ASSERT_NE(message, parts.end());
    const std::string block = message->message_header();
    const HeaderFields fields(block);
    EXPECT_EQ(fields.raw("Message-ID"), "<probe-20260303-17@example.org>");
    EXPECT_EQ(fields.raw("To"), "walter@example.com");
    EXPECT_EQ(unfold(fields.raw("Received")),
              "from desk.example.org (desk.example.org [192.0.2.25]) by mx.example.org (Postfix) with "
              "ESMTPS id 4Xk2Jd1qz9 for <walter@example.com>; Tue, 3 Mar 2026 09:14:02 +0100 (CET)");
    EXPECT_EQ(parts[0].message_header(), "");
}

TEST(Part, ThatIsAMultipartWithoutABoundaryHoldsItsTextItself) {
    Sample sample("Content-Type: multipart/mixed; boundary=never\n\nnothing here begins with it\n");
    const std::vector<Part> parts = parts_of(sample);
    ASSERT_GE(parts.size(), 1U);
    EXPECT_TRUE(parts[0].is_multipart());
    EXPECT_EQ(parts[0].children(), 0);
    EXPECT_NE(parts[0].text(1000).find("nothing here begins with it"), std::string::npos);
}

} // namespace
} // namespace columbarium::mail
