// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards of kind "inline": what is stripped and named, what is kept, and what is attached whole all the
// same.
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forward_fixture.hpp"

namespace columbarium::desk {
namespace {

using test::ForwardStory;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct File {
    std::string type;
    std::string name;
    std::string content;
    friend bool operator==(const File&, const File&) = default;
};

void PrintTo(const File& file, std::ostream* stream) {
    *stream << file.type << " " << file.name << " " << file.content;
}

// A forward as its reader takes it apart.
struct Inline {
    std::string text; // behind the lines about the original
    std::vector<File> files;
    bool is_attached = false;
};

Inline forwarded(const std::string& original) {
    const auto forward = ForwardStory().as_inline().compose(original);
    EXPECT_TRUE(forward.has_value()) << forward.error().text;
    Inline result;
    if (!forward)
        return result;
    EXPECT_EQ(test::fault_of_forward(*forward), "") << forward->head;
    result.is_attached = forward->attaches_original;
    const std::string whole = test::whole_of(*forward, original);
    if (result.is_attached) {
        EXPECT_EQ(test::attached_in(whole), test::with_crlf(original));
        return result;
    }
    mail::StringSource source(whole);
    mail::Message message(source);
    const auto parts = message.all_parts();
    EXPECT_TRUE(parts.has_value());
    if (!parts)
        return result;
    for (const mail::Part& part : *parts) {
        if (part.is_multipart())
            continue;
        if (result.text.empty() && !part.is_attachment()) {
            const std::string text = part.text(20'000'000);
            const std::size_t subject = text.find("\nSubject: ");
            result.text = text.substr(text.find("\n\n", subject) + 2);
        } else {
            result.files.push_back({part.content_type(), part.filename(), part.content(20'000'000)});
        }
    }
    return result;
}

std::string message(const std::string& type, const std::string& body, const std::string& fields = "") {
    return "From: fred@example.net\r\nSubject: x\r\n" + fields +
           "MIME-Version: 1.0\r\nContent-Type: " + type + "\r\n\r\n" + body;
}

std::string part(const std::string& type, const std::string& body, const std::string& fields = "") {
    return "--b\r\nContent-Type: " + type + "\r\n" + fields + "\r\n" + body + "\r\n";
}

std::string multipart(const std::string& subtype, const std::string& parts, const std::string& fields = "") {
    return message("multipart/" + subtype + "; boundary=b", parts + "--b--\r\n", fields);
}

std::string attachment(const std::string& name) {
    return "Content-Disposition: attachment; filename=\"" + name + "\"\r\n";
}

const std::string answered = "In-Reply-To: <1@example.org>\r\n";

TEST(DeskForwardInline, HasTheText) {
    const Inline made = forwarded(message("text/plain", "Please help.\r\n\r\nFred\r\n"));
    EXPECT_FALSE(made.is_attached);
    EXPECT_EQ(made.text, "Please help.\n\nFred\n");
    EXPECT_TRUE(made.files.empty());
}

TEST(DeskForwardInline, DecodesTheText) {
    EXPECT_EQ(forwarded(message("text/plain; charset=koi8-r", "8NLJ18XU\r\n",
                                "Content-Transfer-Encoding: base64\r\n"))
                  .text,
              "Привет\n");
    EXPECT_EQ(forwarded(message("text/plain; charset=iso-8859-1", "gr=FC=DFe\r\n",
                                "Content-Transfer-Encoding: quoted-printable\r\n"))
                  .text,
              "grüße\n");
}

TEST(DeskForwardInline, LeavesOutTheQuotesAtTheEndOfAnAnswer) {
    const Inline made = forwarded(message("text/plain",
                                          "Yes, please.\r\n\r\n"
                                          "On Mon, 15 Jun 2026 at 12:00, Support\r\n"
                                          "<support@example.org> wrote:\r\n"
                                          "> Shall we?\r\n>\r\n> Support\r\n\r\n",
                                          answered));
    EXPECT_EQ(made.text, "Left out: quoted text (5 lines)\n\nYes, please.\n");
}

struct Quote {
    const char* name;
    std::string body;
    std::string text; // that is left
};

TEST(DeskForwardInline, TellsQuotesFromWhatTheWriterMeans) {
    const Quote rows[] = {
        {"quotes without attribution", "Yes.\r\n> a\r\n> b\r\n", "Left out: quoted text (2 lines)\n\nYes.\n"},
        {"answers between", "> a\r\nYes.\r\n> b\r\nNo.\r\n", "> a\nYes.\n> b\nNo.\n"},
        {"answer below", "> a\r\n\r\nYes.\r\n", "> a\n\nYes.\n"},
        {"nothing but quotes", "> a\r\n> b\r\n", "> a\n> b\n"},
        {"led in by the writer", "My program says\r\nwhat is this:\r\n> error\r\n",
         "My program says\nwhat is this:\n> error\n"},
        {"led in with a time", "I got this at 12:30 on 15/6/2026:\r\n> error\r\n",
         "I got this at 12:30 on 15/6/2026:\n> error\n"},
        {"led in with a verb", "My bank wrote:\r\n> pay\r\n", "My bank wrote:\n> pay\n"},
        {"words right above the attribution",
         "Thanks at 9:00!\r\nOn Mon, 15 Jun 2026, Anna wrote:\r\n> a\r\n",
         "Left out: quoted text (2 lines)\n\nThanks at 9:00!\n"},
        {"German attribution", "Ja.\r\n\r\nAm 15.06.2026 um 12:00 schrieb Support:\r\n> a\r\n",
         "Left out: quoted text (2 lines)\n\nJa.\n"},
        {"Outlook", "Yes.\r\n\r\n-----Original Message-----\r\nFrom: a\r\nSubject: b\r\n\r\nc\r\n",
         "Left out: quoted text (4 lines)\n\nYes.\n"},
        {"German Outlook", "Ja.\r\n-----Urspr=C3=BCngliche Nachricht-----\r\nVon: a\r\n",
         "Left out: quoted text (2 lines)\n\nJa.\n"},
        {"a signature behind quotes", "Yes.\r\n\r\n> a\r\n> b\r\n\r\n--=20\r\nFred\r\n",
         "Left out: quoted text (2 lines)\n\nYes.\n\n-- \nFred\n"},
        {"a signature that quotes", "Yes.\r\n\r\n--=20\r\n> Fred\r\n", "Yes.\n\n-- \n> Fred\n"},
        {"answers below the mark of Outlook",
         "See below.\r\n-----Original Message-----\r\nFrom: a\r\n> b\r\nYes.\r\n> c\r\n",
         "See below.\n-----Original Message-----\nFrom: a\n> b\nYes.\n> c\n"},
        {"nothing but an original", "-----Original Message-----\r\nFrom: a\r\n",
         "-----Original Message-----\nFrom: a\n"},
        {"a forwarded one", "See below.\r\n-------- Forwarded Message --------\r\nFrom: a\r\n",
         "See below.\n-------- Forwarded Message --------\nFrom: a\n"},
    };
    for (const Quote& row : rows)
        EXPECT_EQ(forwarded(message("text/plain; charset=utf-8", row.body,
                                    answered + "Content-Transfer-Encoding: quoted-printable\r\n"))
                      .text,
                  row.text)
            << row.name;
}

TEST(DeskForwardInline, KeepsQuotesOfWhatIsNoAnswer) {
    const std::string body = "Yes.\r\n> a\r\n";
    EXPECT_EQ(forwarded(message("text/plain", body)).text, "Yes.\n> a\n");
    EXPECT_EQ(forwarded("Subject: Fwd: x\r\nReferences: <1@x.org>\r\n\r\nSee:\r\n-----Original "
                        "Message-----\r\nFrom: a\r\n")
                  .text,
              "See:\n-----Original Message-----\nFrom: a\n");
    EXPECT_EQ(forwarded("Subject: Re: x\r\n\r\n" + body).text, "Left out: quoted text (1 line)\n\nYes.\n");
}

TEST(DeskForwardInline, LeavesOutHtmlBesidePlainText) {
    const Inline made =
        forwarded(multipart("alternative", part("text/plain", "Hello") + part("text/html", "<b>Hello</b>")));
    EXPECT_EQ(made.text, "Left out: the text as HTML\n\nHello\n");
    EXPECT_TRUE(made.files.empty());
}

TEST(DeskForwardInline, ShowsHtmlThatStandsAlone) {
    EXPECT_EQ(forwarded(message("text/html", "<p>Hello <b>there</b></p>\r\n")).text, "Hello there\n");
    EXPECT_THAT(
        forwarded(multipart("alternative", part("text/plain", " \r\n") + part("text/html", "<p>Hello</p>")))
            .text,
        EndsWith("Hello\n"));
}

TEST(DeskForwardInline, LeavesOutWhatCluttersAndNamesIt) {
    const Inline made = forwarded(multipart(
        "mixed",
        part("text/plain", "Hello") + part("text/vcard", "BEGIN:VCARD", attachment("fred.vcf")) +
            part("application/octet-stream", "BEGIN:VCARD", attachment("Fred.VCF")) +
            part("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----", attachment("signature.asc")) +
            part("application/pkcs7-signature", "MIIB", attachment("smime.p7s"))));
    EXPECT_EQ(made.text, "Left out: visiting card fred.vcf (text/vcard)\n"
                         "Left out: visiting card Fred.VCF (application/octet-stream)\n"
                         "Left out: OpenPGP signature signature.asc (application/pgp-signature)\n"
                         "Left out: S/MIME signature smime.p7s (application/pkcs7-signature)\n"
                         "\nHello\n");
    EXPECT_TRUE(made.files.empty());
}

TEST(DeskForwardInline, LeavesOutImagesOfHtmlAndKeepsPictures) {
    const std::string related =
        "--b\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
        "--r\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
        "--r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <1>\r\n\r\nPNG\r\n"
        "--r--\r\n";
    const Inline made =
        forwarded(multipart("mixed", related + part("image/jpeg", "JPEG", attachment("screen.jpg"))));
    EXPECT_EQ(made.text, "Left out: image logo.png (image/png)\n\nHello\n");
    EXPECT_THAT(made.files, ElementsAre(File{"image/jpeg", "screen.jpg", "JPEG"}));
}

TEST(DeskForwardInline, LeavesOutCopiesOfACalendar) {
    const std::string alternative = "--b\r\nContent-Type: multipart/alternative; boundary=r\r\n\r\n"
                                    "--r\r\nContent-Type: text/plain\r\n\r\nMeet us\r\n"
                                    "--r\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n--r--\r\n";
    EXPECT_EQ(forwarded(multipart("mixed",
                                  alternative + part("application/ics", "BEGIN", attachment("invite.ics"))))
                  .text,
              "Left out: calendar copy (text/calendar)\nLeft out: calendar copy invite.ics "
              "(application/ics)\n\nMeet us\n");
    const Inline alone = forwarded(multipart(
        "mixed", part("text/plain", "Meet us") + part("text/calendar", "BEGIN", attachment("a.ics"))));
    EXPECT_EQ(alone.text, "Meet us\n");
    EXPECT_THAT(alone.files, ElementsAre(File{"text/calendar", "a.ics", "BEGIN"}));
}

TEST(DeskForwardInline, KeepsAttachmentsOctetForOctet) {
    const Inline made = forwarded(
        multipart("mixed", part("text/plain", "Hello") +
                               part("application/pdf", "AP8KDQ==",
                                    attachment("r\xc3\xa4t.pdf") + "Content-Transfer-Encoding: base64\r\n") +
                               part("text/plain; charset=koi8-r", "\xf0\xf2\r\nx", attachment("log.txt"))));
    EXPECT_EQ(made.text, "Hello\n");
    EXPECT_THAT(made.files,
                ElementsAre(File{"application/pdf", "r\xc3\xa4t.pdf", std::string("\0\xff\n\r", 4)},
                            File{"text/plain", "log.txt", "\xf0\xf2\r\nx"}));
}

TEST(DeskForwardInline, KeepsAnAttachmentBetweenTheAlternatives) {
    const std::string mixed = "--b\r\nContent-Type: multipart/mixed; boundary=r\r\n\r\n"
                              "--r\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
                              "--r\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nPDF\r\n--r--\r\n";
    const Inline made = forwarded(multipart("alternative", part("text/plain", "Hello") + mixed));
    EXPECT_EQ(made.text, "Left out: the text as HTML\n\nHello\n");
    EXPECT_THAT(made.files, ElementsAre(File{"application/pdf", "a.pdf", "PDF"}));
}

TEST(DeskForwardInline, TakesTheArmourOffASignedText) {
    EXPECT_EQ(forwarded(message("text/plain",
                                "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n- -- \r\n"
                                "Fred\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP "
                                "SIGNATURE-----\r\n"))
                  .text,
              "Left out: OpenPGP signature\n\nHello\n-- \nFred\n");
}

struct Whole {
    const char* name;
    std::string original;
};

TEST(DeskForwardInline, AttachesWhatWouldLoseSomething) {
    std::string lines;
    for (int i = 0; i < 60'000; ++i)
        lines += "a: b\r\n";
    const std::string inner = "Subject: inner\r\n\r\nx";
    const Whole rows[] = {
        {"a message inside", multipart("mixed", part("text/plain", "See") + part("message/rfc822", inner))},
        {"a report",
         multipart("report; report-type=delivery-status",
                   part("text/plain", "Failed") + part("message/delivery-status", "Reporting-MTA: dns; x"))},
        {"PGP/MIME", multipart("encrypted", part("application/pgp-encrypted", "Version: 1") +
                                                part("application/octet-stream", "x"))},
        {"S/MIME", message("application/pkcs7-mime; smime-type=enveloped-data", "MIIB")},
        {"a boundary that never comes", message("multipart/mixed; boundary=c", "Hello\r\n")},
        {"octets that its charset does not know", message("text/plain; charset=utf-8", "a\xff\r\n")},
        {"a text of images", message("text/html", "<img src=\"http://x.example/\">\r\n")},
        {"nothing but clutter", message("text/vcard", "BEGIN:VCARD\r\n")},
        {"more lines than the parser reads", message("text/plain", lines)},
        {"a text that is too long", message("text/plain", std::string(11'000'000, 'x'))},
        {"files that are too long",
         multipart("mixed", part("text/plain", "x") + part("application/octet-stream",
                                                           std::string(9'000'000, 'x'), attachment("a")))},
    };
    for (const Whole& row : rows)
        EXPECT_TRUE(forwarded(row.original).is_attached) << row.name;
}

TEST(DeskForwardInline, TakesAnEmptyMessage) {
    const Inline made = forwarded("Subject: x\r\n\r\n");
    EXPECT_FALSE(made.is_attached);
    EXPECT_EQ(made.text, "");
}

TEST(DeskForwardInline, KeepsFieldsApart) {
    const Inline made = forwarded(multipart(
        "mixed", part("text/plain", "Hello") +
                     part("application/x\"; y=\"z", "x",
                          "Content-Disposition: attachment; filename=\"a\\\"b.txt\"\r\n") +
                     part("text/plain; charset=\"x\\\"y\"", "z",
                          "Content-Disposition: attachment; filename*=utf-8''a%0D%0ABcc:%20x%40y.org\r\n")));
    EXPECT_FALSE(made.is_attached);
    ASSERT_EQ(made.files.size(), 2U);
    EXPECT_EQ(made.files[1].name, "a Bcc: x@y.org");
}

} // namespace
} // namespace columbarium::desk
