// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may get a report that recipients were refused, as a table.
#include "reply/report_permission.hpp"

#include <ostream>

#include <gtest/gtest.h>

#include "mail/source.hpp"
#include "reply_wall.hpp"

namespace columbarium::reply {
namespace {

using test::WallRow;

Expected<bool> permission(const WallRow& row, const config::ReplyPolicy& policy, bool is_authenticated) {
    const std::string text = test::text_of(row);
    mail::StringSource source(text);
    mail::Message message(source, {row.sender});
    Question question = test::wall_question(row);
    question.is_authenticated = is_authenticated;
    return may_report(message, question, policy);
}

bool permitted(const WallRow& row, const config::ReplyPolicy& policy = test::wall_policy(),
               bool is_authenticated = false) {
    const auto allowed = permission(row, policy, is_authenticated);
    EXPECT_TRUE(allowed.has_value()) << row.name;
    return allowed.value_or(false);
}

TEST(ReplyReportPermission, CA_18_IsForMailOfPeopleListsAndBulkMail) {
    const WallRow rows[] = {
        {.name = "a person"},
        {.name = "a list", .fields = "List-Id: <x.example.com>\nPrecedence: list\n"},
        {.name = "bulk", .fields = "Precedence: bulk\n"},
        {.name = "addressed to somebody else", .to = "To: others@example.com\n"},
        {.name = "long", .body = std::string(100'000, 'x') + "\n"},
    };
    config::ReplyPolicy policy = test::wall_policy();
    policy.message_kib = 50;
    for (const WallRow& row : rows)
        EXPECT_TRUE(permitted(row, policy)) << row.name;
}

TEST(ReplyReportPermission, CA_18_RJ_5_IsNotForWhatWouldBeBackscatter) {
    const WallRow rows[] = {
        {.name = "spam", .fields = "X-Spam-Flag: YES\n"},
        {.name = "spam to a list", .fields = "List-Id: <x.example.com>\nX-Spam-Status: Yes, score=9\n"},
        {.name = "a virus", .fields = "X-Virus-Status: Infected\n"},
        {.name = "the null sender", .sender = ""},
        {.name = "no address", .sender = "walter"},
        {.name = "a mail system", .sender = "mailer-daemon@example.com"},
        {.name = "one who takes no answers", .sender = "noreply@example.com"},
        {.name = "a machine's", .fields = "Auto-Submitted: auto-generated\n"},
        {.name = "an automatic reply", .fields = "Auto-Submitted: auto-replied\n"},
        {.name = "an automatic reply of old", .fields = "Precedence: auto_reply\n"},
        {.name = "an autoreply", .fields = "X-Autoreply: yes\n"},
        {.name = "a report",
         .text = "From: walter@example.com\nTo: abc1@cam.example.org\nSubject: x\nMIME-Version: 1.0\n"
                 "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\n"
                 "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
                 "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"},
        {.name = "without From", .from = ""},
    };
    for (const WallRow& row : rows)
        EXPECT_FALSE(permitted(row)) << row.name;
}

TEST(ReplyReportPermission, AR_5_IsForSendersWhoHaveProvedThemselvesWhereTheSiteWantsItSo) {
    config::ReplyPolicy policy = test::wall_policy();
    policy.authenticated_only = true;
    policy.authserv_ids = {"mx.cam.example.org"};
    EXPECT_FALSE(permitted({}, policy));
    EXPECT_TRUE(permitted({}, policy, true));
    policy.authenticated_only = false;
    policy.never = {"walter@example.com"};
    EXPECT_FALSE(permitted({}, policy, true));
}

TEST(ReplyReportPermission, IsClaimedForEachPersonForAnHourAndUnderTheCapsOfReplies) {
    constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'781'524'800)};
    config::ReplyPolicy policy;
    policy.per_hour = 3;
    policy.per_domain_hour = 2;
    policy.per_sender_day = 1;
    const Claim claim = claim_of_report("prvs=1234abcdef=Fred@Example.com", {"abc1", "xyz9"}, now, policy);
    EXPECT_EQ(claim, (Claim{"fred@example.com",
                            {"(report)abc1", "(report)xyz9"},
                            now,
                            now + std::chrono::hours(1),
                            3,
                            2,
                            2}));
    EXPECT_TRUE(read_claim_request(to_key({ClaimRequest::Kind::claim, "", claim})).has_value());
}

} // namespace
} // namespace columbarium::reply
