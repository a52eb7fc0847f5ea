// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/body_text.hpp"

#include <string>

#include <glib.h>
#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

BodyText body_of(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    const auto body = read_body_text(message);
    EXPECT_TRUE(body.has_value());
    return body.value_or(BodyText());
}

// A multipart of parts that each have their own header.
std::string multipart(const std::string& kind, const std::vector<std::string>& parts) {
    const std::string boundary = "b-" + kind;
    std::string text = "Content-Type: multipart/" + kind + "; boundary=\"" + boundary + "\"\n\n";
    for (const std::string& part : parts)
        text += "--" + boundary + "\n" + part + "\n";
    return text + "--" + boundary + "--\n";
}

const std::string plain = "Content-Type: text/plain\n\nplain words\n";
const std::string html = "Content-Type: text/html\n\n<p>html words</p>\n";

TEST(BodyText, IsTheTextOfASimpleMessage) {
    const BodyText body = body_of("Subject: x\n\none\r\ntwo\r\n");
    EXPECT_EQ(body.text, "one\ntwo\n");
    EXPECT_EQ(body.charset, "");
    EXPECT_EQ(body.octets, 8U);
    EXPECT_EQ(body.unreadable, 0U);
}

TEST(BodyText, IsDecoded) {
    EXPECT_EQ(body_of("Content-Type: text/plain; charset=KOI8-R\nContent-Transfer-Encoding: base64\n\n"
                      "8NLJ18XU\n")
                  .text,
              "Привет");
    EXPECT_EQ(body_of("Content-Type: text/plain; charset=iso-8859-1\n"
                      "Content-Transfer-Encoding: quoted-printable\n\ngr=FC=DFe\n")
                  .text,
              "grüße\n");
    EXPECT_EQ(body_of("Content-Type: text/html; charset=utf-8\n\n<p>gr&uuml;&szlig;e</p>\n").text, "grüße\n");
}

// Programs write windows-1252 and call it ISO 8859-1; readers show it so.
TEST(BodyText, HasWindowsQuotationMarksWhereLatin1HasControls) {
    EXPECT_EQ(body_of("Content-Type: text/plain; charset=iso-8859-1\n"
                      "Content-Transfer-Encoding: quoted-printable\n\nit=92s =9380=80=94 =81\n")
                  .text,
              "it’s “80€” \u0081\n");
}

TEST(BodyText, TakesOneOfTheAlternatives) {
    EXPECT_EQ(body_of(multipart("alternative", {plain, html})).text, "plain words\n");
    EXPECT_EQ(body_of(multipart("alternative", {html, plain})).text, "plain words\n");
    EXPECT_EQ(body_of(multipart("alternative", {"Content-Type: text/plain\n\n \n", html})).text,
              "html words\n");
    EXPECT_EQ(body_of(multipart("alternative", {multipart("related", {html}), plain})).text, "plain words\n");
    EXPECT_EQ(body_of(multipart("alternative", {multipart("related", {html})})).text, "html words\n");
    EXPECT_EQ(body_of(multipart("mixed", {multipart("alternative", {plain, html}), html})).text,
              "plain words\nhtml words\n")
        << "the second one is no alternative";
}

TEST(BodyText, HasNothingOfWhatIsAttached) {
    const std::string attached = "Content-Type: text/plain\nContent-Disposition: attachment\n\nattached\n";
    const std::string named = "Content-Type: text/plain; name=log.txt\n\nlog\n";
    const std::string message = "Content-Type: message/rfc822\n\nSubject: inner\n\ninner words\n";
    const std::string calendar = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n";
    const std::string image = "Content-Type: image/png\n\nPNG\n";
    EXPECT_EQ(body_of(multipart("mixed", {plain, attached, named, message, calendar, image, html})).text,
              "plain words\nhtml words\n");
    EXPECT_EQ(body_of("Content-Type: text/plain; name=body.txt\n\nmy words\n").text, "my words\n")
        << "some programs give the text itself a name";
    EXPECT_EQ(body_of("Content-Type: application/pdf\n\nPDF\n").text, "");
}

TEST(BodyText, IsWhatIsThereWhereABoundaryNeverComes) {
    EXPECT_EQ(body_of("Content-Type: multipart/mixed; boundary=b\n\nall there is\n").text, "all there is\n");
}

TEST(BodyText, CountsWhatItsCharsetDoesNotKnow) {
    const BodyText body = body_of("Content-Type: text/plain; charset=UTF-8\n\ngr\xfc\xdf"
                                  "e\n");
    EXPECT_EQ(body.unreadable, 2U);
    EXPECT_EQ(body.octets, 6U);
    EXPECT_EQ(body.charset, "utf-8");
    EXPECT_TRUE(g_utf8_validate_len(body.text.data(), body.text.size(), nullptr));
}

TEST(BodyText, IsBounded) {
    std::string text = "Subject: x\n\n";
    for (int i = 0; i < 200'000; ++i)
        text += "ä ";
    const BodyText body = body_of(text);
    EXPECT_LE(body.text.size(), body_text_limit);
    EXPECT_GE(body.text.size(), body_text_limit - 4);
    EXPECT_TRUE(g_utf8_validate_len(body.text.data(), body.text.size(), nullptr));
    std::string parts = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < 3000; ++i)
        parts += "--b\nContent-Type: text/plain\n\nsome words that stand in each of them\n";
    EXPECT_LE(body_of(parts).text.size(), body_text_limit);
}

TEST(BodyText, OfAMessageThatCannotBeReadIsATemporaryFailure) {
    test::FailingSource source("Subject: x\n\ny\n", 0);
    mail::Message message(source);
    const auto body = read_body_text(message);
    ASSERT_FALSE(body.has_value());
    EXPECT_EQ(body.error().kind, ErrorKind::temporary);
}

} // namespace
} // namespace columbarium::triage
