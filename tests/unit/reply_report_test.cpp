// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports that some recipients were refused, RFC 3464.
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "composed_mail.hpp"
#include "mail/source.hpp"
#include "reply/compose.hpp"

namespace columbarium::reply {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds noon{std::chrono::seconds(1'781'524'800)};
constexpr const char* original =
    "From: Fred <fred@example.net>\r\nTo: ann@cam.example.org,\r\n b@cam.example.org\r\n"
    "Subject: Grüße\r\nMessage-ID: <1@example.net>\r\n\r\ntop secret\r\n";

std::string report_of(const std::vector<Refused>& refused, std::string_view text = original) {
    mail::StringSource source(text);
    mail::Message message(source);
    const auto report = compose_report({"Mail system", "postmaster@cam.example.org"}, "fred@example.net",
                                       refused, "mx.cam.example.org", noon, message);
    EXPECT_TRUE(report.has_value()) << report.error().text;
    EXPECT_EQ(test::fault_of_composed(report.value_or(""), "postmaster@cam.example.org", "fred@example.net"),
              "")
        << report.value_or("");
    return report.value_or("");
}

const std::vector<Refused> two = {{"ann@cam.example.org", "5.1.6", "550 5.1.6 moved"},
                                  {"b@cam.example.org", "5.1.1", "550 5.1.1 nobody"}};

TEST(ReplyReport, RJ_5_AR_29_IsADeliveryStatusNotification) {
    const std::string text = report_of(two);
    mail::StringSource source(text);
    mail::Message message(source);
    const auto parts = message.all_parts();
    ASSERT_TRUE(parts.has_value());
    ASSERT_EQ(parts->size(), 4U);
    EXPECT_EQ((*parts)[0].content_type(), "multipart/report");
    EXPECT_EQ((*parts)[0].parameter("report-type"), "delivery-status");
    EXPECT_EQ((*parts)[1].content_type(), "text/plain");
    EXPECT_EQ((*parts)[2].content_type(), "message/delivery-status");
    EXPECT_EQ((*parts)[3].content_type(), "text/rfc822-headers");
    const std::string status = (*parts)[2].content(10'000);
    EXPECT_THAT(status, HasSubstr("Reporting-MTA: dns; mx.cam.example.org"));
    EXPECT_THAT(status, HasSubstr("Final-Recipient: rfc822; ann@cam.example.org"));
    EXPECT_THAT(status, HasSubstr("Action: failed"));
    EXPECT_THAT(status, HasSubstr("Status: 5.1.1"));
    EXPECT_THAT(status, HasSubstr("Diagnostic-Code: smtp; 550 5.1.6 moved"));
    EXPECT_THAT((*parts)[1].text(10'000), HasSubstr("filter"));
    EXPECT_THAT((*parts)[1].text(10'000), HasSubstr("550 5.1.1 nobody"));
}

TEST(ReplyReport, HoldsTheHeaderOfTheMessageAndNothingElse) {
    const std::string text = report_of(two);
    mail::StringSource source(text);
    mail::Message message(source);
    const auto parts = message.all_parts();
    ASSERT_TRUE(parts.has_value() && parts->size() == 4);
    EXPECT_EQ((*parts)[3].text(10'000),
              "From: Fred <fred@example.net>\nTo: ann@cam.example.org,\n b@cam.example.org\n"
              "Subject: Grüße\nMessage-ID: <1@example.net>\n");
    EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(ReplyReport, CutsAHeaderThatIsHuge) {
    std::string huge;
    for (int i = 0; i < 5'000; ++i)
        huge += fmt::format("X-Field-{}: value\r\n", i);
    EXPECT_LT(report_of(two, huge + "\r\n").size(), 40'000U);
    EXPECT_LT(report_of(two, "Subject: " + std::string(100'000, 'x') + "\r\n\r\n").size(), 40'000U);
}

TEST(ReplyReport, IsReadAsAReportByItsReceiver) {
    const std::string text = report_of(two);
    EXPECT_THAT(text, HasSubstr("\r\nAuto-Submitted: auto-replied\r\n"));
    mail::StringSource source(text);
    mail::Message message(source);
    const auto parts = message.head_parts();
    ASSERT_TRUE(parts.has_value());
    std::size_t groups = 0;
    for (const mail::Part& part : *parts)
        if (part.content_type() == "message/delivery-status") {
            const std::string fields = part.content(10'000);
            std::string_view rest = fields;
            std::string_view line;
            bool at_start = true;
            while (!rest.empty()) {
                line = take_line(rest);
                groups += !line.empty() && at_start ? 1 : 0;
                at_start = line.empty();
            }
        }
    EXPECT_EQ(groups, 3U) << text;
}

TEST(ReplyReport, RJ_5_IsNeverMadeForTheNullReversePath) {
    mail::StringSource source(original);
    mail::Message message(source);
    for (const char* to : {"", "nobody", "a@x.example, b@x.example"}) {
        const auto report = compose_report({"", "postmaster@cam.example.org"}, to, two, "mx", noon, message);
        ASSERT_FALSE(report.has_value()) << to;
        EXPECT_EQ(report.error().kind, ErrorKind::permanent);
    }
    EXPECT_FALSE(
        compose_report({"", "postmaster@cam.example.org"}, "fred@example.net", {}, "mx", noon, message));
}

TEST(ReplyReport, WritesASoundStatusWhateverItIsGiven) {
    for (const char* status : {"", "x", "5.1", "5..1.6", "5.1.6\r\nX: y", "55555.1.61", "5.1.6.1"})
        EXPECT_THAT(report_of({{"a@cam.example.org", status, "550 x"}}), HasSubstr("\r\nStatus: 5.0.0\r\n"))
            << status;
    EXPECT_THAT(report_of({{"a@cam.example.org", "5.7.13", "550 x"}}), HasSubstr("\r\nStatus: 5.7.13\r\n"));
}

} // namespace
} // namespace columbarium::reply
