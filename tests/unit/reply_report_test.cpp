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
    EXPECT_THAT((*parts)[1].text(10'000),
                testing::StartsWith("Your message could not be delivered to:\n\n  ann@cam.example.org\n"));
    EXPECT_THAT((*parts)[1].text(10'000), Not(HasSubstr("was delivered"))); // that is not known
    EXPECT_THAT(text, HasSubstr("\r\nSubject: Undelivered mail: some recipients could not be reached\r\n"));
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

// Its part of this type, as it goes over the wire.
std::string part_of(const std::string& text, const std::string& type) {
    const std::size_t at = text.find("Content-Type: " + type);
    return at == std::string::npos ? std::string() : text.substr(at, text.find("\r\n--", at) - at);
}

TEST(ReplyReport, SaysTheCharsetOfTheHeaderOnlyWhereItKnowsIt) {
    EXPECT_THAT(part_of(report_of(two), "text/rfc822-headers"), HasSubstr("charset=utf-8"));
    EXPECT_THAT(part_of(report_of(two, "Subject: Hello\r\n\r\n"), "text/rfc822-headers"),
                HasSubstr("charset=us-ascii"));
    EXPECT_THAT(part_of(report_of(two, "Subject: Gr\xfc\xdf\x65\r\n\r\n"), "text/rfc822-headers"),
                HasSubstr("charset=unknown-8bit"));
}

TEST(ReplyReport, WritesAddressesWithOtherLettersAsRfc6533SaysIt) {
    const std::string status =
        part_of(report_of({{"bücher+1@例.example", "5.1.6", "550 5.1.6 moved"}}), "message/delivery-status");
    EXPECT_THAT(status, HasSubstr("\r\nFinal-Recipient: utf-8; b\\x{FC}cher\\x{2B}1@\\x{4F8B}.example\r\n"));
}

TEST(ReplyReport, ListsAHundredRecipientsAndCountsTheOthers) {
    std::vector<Refused> many;
    for (int i = 0; i < 2'000; ++i)
        many.push_back({fmt::format("a{}@cam.example.org", i), "5.1.6", "550 " + std::string(5'000, 'x')});
    const std::string text = report_of(many);
    EXPECT_THAT(text, HasSubstr("Final-Recipient: rfc822; a99@cam.example.org"));
    EXPECT_THAT(text, Not(HasSubstr("a100@cam.example.org")));
    EXPECT_THAT(text, HasSubstr("and 1900 more"));
    EXPECT_LT(text.size(), 200'000U);
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
