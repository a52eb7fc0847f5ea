// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/notice.hpp"

#include <string>

#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using test::Sample;

Notice notice_of(const std::string& text) {
    Sample sample(text);
    const auto parts = sample.message.head_parts();
    EXPECT_TRUE(parts.has_value());
    return parts ? read_notice(*parts) : Notice();
}

bool holds(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

TEST(Notice, DS_1_OfAReportHasTextFieldsAndReturnedMessage) {
    const Notice notice = notice_of(test::test_mail("dsn-failed-user-unknown.eml"));
    EXPECT_EQ(notice.kind, ReportKind::delivery_status);
    EXPECT_TRUE(holds(notice.text, "This is the mail system at host mx.example.org."));
    EXPECT_TRUE(holds(notice.fields, "Final-Recipient: rfc822; walter@example.com"));
    EXPECT_TRUE(notice.returns_message);
    EXPECT_TRUE(holds(notice.returned_header, "Subject: Please confirm your address"));
    EXPECT_FALSE(holds(notice.text, "Dear Walter"));
}

TEST(Notice, DS_1_MayReturnAHeaderAlone) {
    const Notice notice = notice_of(test::test_mail("dsn-delayed.eml"));
    EXPECT_TRUE(notice.returns_message);
    EXPECT_TRUE(holds(notice.returned_header, "Message-ID: <ticket-4711-reply@example.org>"));
}

TEST(Notice, DS_1_MayReturnNothing) {
    const Notice notice = notice_of(test::test_mail("bad-truncated-dsn.eml"));
    EXPECT_EQ(notice.kind, ReportKind::delivery_status);
    EXPECT_EQ(notice.returned_header, "");
}

// RFC 6533 section 4.4: each of the three types and its internationalized twin, in any mix.
TEST(Notice, DS_2_TreatsTheTypesOfRfc6533AsThoseOfRfc3464) {
    for (const std::string status : {"message/delivery-status", "message/global-delivery-status"})
        for (const std::string returned :
             {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}) {
            const Notice notice =
                notice_of("From: MAILER-DAEMON@example.net\nContent-Type: multipart/report; boundary=b\n\n"
                          "--b\n\nIt failed.\n--b\nContent-Type: " +
                          status +
                          "\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; a@example.com\n"
                          "Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: " +
                          returned + "\n\nSubject: returned\nMessage-ID: <r@example.org>\n\n--b--\n");
            EXPECT_EQ(notice.kind, ReportKind::delivery_status) << status << " " << returned;
            EXPECT_TRUE(holds(notice.fields, "a@example.com")) << status << " " << returned;
            EXPECT_TRUE(notice.returns_message) << status << " " << returned;
            EXPECT_TRUE(holds(notice.returned_header, "<r@example.org>")) << status << " " << returned;
        }
}

TEST(Notice, MD_1_OfADispositionHasItsFields) {
    const Notice notice = notice_of(test::test_mail("mdn-displayed.eml"));
    EXPECT_EQ(notice.kind, ReportKind::disposition_notification);
    EXPECT_TRUE(holds(notice.fields, "Disposition: manual-action/MDN-sent-manually; displayed"));
}

TEST(Notice, MD_7_OfAnAbuseReportIsAFeedbackReport) {
    EXPECT_EQ(notice_of(test::test_mail("arf-abuse-report.eml")).kind, ReportKind::feedback_report);
}

TEST(Notice, MD_6_InsideAForwardedMessageIsNotTheForwardersOwn) {
    const Notice notice = notice_of(test::test_mail("personal-forwards-a-bounce.eml"));
    EXPECT_EQ(notice.kind, ReportKind::none);
    EXPECT_EQ(notice.fields, "");
    EXPECT_TRUE(holds(notice.text, "What does it want to tell me?"));
    EXPECT_FALSE(holds(notice.text, "This is the mail system"));
}

struct Returned {
    const char* file;
    const char* last_words; // of the system, which stay
};

TEST(Notice, InFreeTextEndsWhereTheReturnedMessageBegins) {
    const Returned table[] = {
        {"bounce-qmail.eml", "Giving up on 198.51.100.7."},
        {"bounce-exim.eml", "552 5.2.2 mailbox quota exceeded"},
        {"bounce-sendmail-8.6.eml", "550 <walter@example.com>... User unknown"},
        {"bounce-gmail-2009.eml", "sender is blocked"},
        {"bounce-french-provider.eml", "est pleine"},
        {"bounce-german-provider.eml", "Benutzer unbekannt"},
        {"bounce-japanese-provider.eml", "User unknown"},
        {"bounce-webmail-provider.eml", "doesn't have a webmail.example.net account"},
        {"bounce-postfix-plain-text.eml", "Host not found"},
    };
    for (const Returned& row : table) {
        const Notice notice = notice_of(test::test_mail(row.file));
        EXPECT_TRUE(holds(notice.text, row.last_words)) << row.file;
        EXPECT_TRUE(notice.returns_message) << row.file;
        EXPECT_FALSE(holds(notice.text, "probe-20260303-18@example.org")) << row.file;
        EXPECT_TRUE(holds(notice.returned_header, "probe-20260303-18@example.org")) << row.file;
        EXPECT_FALSE(holds(notice.text, "Please open the link")) << row.file;
    }
}

TEST(Notice, OfHtmlAloneIsReadAsText) {
    const Notice notice =
        notice_of("Content-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><body>"
                  "<p>Your message to &lt;a@example.com&gt;<br>was &quot;lost&quot;</p></body></html>\n");
    EXPECT_TRUE(holds(notice.text, "a@example.com"));
    EXPECT_TRUE(holds(notice.text, "was \"lost\""));
    EXPECT_FALSE(holds(notice.text, "<p>"));
    EXPECT_FALSE(holds(notice.text, "p{}"));
}

TEST(Notice, IsBounded) {
    const Notice notice = notice_of("Content-Type: text/plain\n\n" + std::string(1'000'000, 'x'));
    EXPECT_LE(notice.text.size(), notice_text_limit + 1);
    const Notice fields =
        notice_of("Content-Type: message/delivery-status\n\n" + std::string(1'000'000, 'x'));
    EXPECT_LE(fields.fields.size(), report_field_limit);
}

TEST(Notice, OfNothingIsEmpty) {
    const Notice notice = read_notice({});
    EXPECT_EQ(notice.kind, ReportKind::none);
    EXPECT_EQ(notice.text, "");
    EXPECT_FALSE(notice.returns_message);
}

} // namespace
} // namespace columbarium::triage
