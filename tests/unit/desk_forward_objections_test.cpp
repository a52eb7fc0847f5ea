// SPDX-License-Identifier: LGPL-2.1-or-later
// What must not be forwarded: loops, and what comes back to a desk because of its forwards.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forward_fixture.hpp"
#include "triage/forward_mark.hpp"

namespace columbarium::desk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

constexpr const char* desk = "support@example.org";

std::vector<std::string> objections(const std::string& original, config::DeskPolicy policy = {},
                                    const std::string& address = desk) {
    mail::StringSource source(original);
    mail::Message message(source);
    const auto found = forward_objections(policy, address, message);
    EXPECT_TRUE(found.has_value()) << found.error().text;
    return found.value_or(std::vector<std::string>());
}

std::string mark(const std::string& address, const std::string& channel = "disputes") {
    return "X-Columbarium-Forward: " + triage::to_field({address, channel}) + "\r\n";
}

std::string report(const std::string& action, const std::string& returned, const std::string& type) {
    return "From: MAILER-DAEMON@mx.example.org\r\nTo: support@example.org\r\nSubject: Undelivered Mail "
           "Returned to "
           "Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
           "report-type=delivery-status; boundary=b\r\n\r\n"
           "--b\r\n\r\nIt could not be delivered.\r\n"
           "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
           "Final-Recipient: rfc822; disputes@lists.example.org\r\nAction: " +
           action + "\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: " + type + "\r\n\r\n" + returned +
           "\r\n--b--\r\n";
}

std::string vacation(const std::string& fields) {
    return "From: disputes@lists.example.org\r\nTo: support@example.org\r\nSubject: Auto: "
           "x\r\nAuto-Submitted: "
           "auto-replied\r\n" +
           fields + "\r\nI am away.\r\n";
}

TEST(DeskForwardObjections, HasNoneToUsualMail) {
    EXPECT_THAT(objections("From: fred@example.net\r\nSubject: x\r\n\r\nHello\r\n"), IsEmpty());
    EXPECT_THAT(objections(vacation("In-Reply-To: <1@example.org>\r\n")), IsEmpty());
}

TEST(DeskForwardObjections, ToWhatThisDeskHasForwardedBefore) {
    EXPECT_THAT(objections(mark(desk) + "Subject: x\r\n\r\nHello\r\n"),
                ElementsAre("support@example.org has forwarded it before to channel disputes"));
    EXPECT_THAT(objections(mark("help@example.com") + mark(desk) + "\r\nHello\r\n"),
                ElementsAre(HasSubstr("has forwarded it before")));
    EXPECT_THAT(objections(mark(desk) + "\r\nHello\r\n", {}, "Support@EXAMPLE.org"),
                ElementsAre(HasSubstr("has forwarded it before")))
        << "the case of letters does not count";
}

TEST(DeskForwardObjections, ToWhatSoManyDesksHaveForwarded) {
    config::DeskPolicy policy;
    policy.hops = 2;
    const std::string one = mark("a@example.com");
    EXPECT_THAT(objections(one + "\r\nx\r\n", policy), IsEmpty());
    EXPECT_THAT(objections(one + mark("b@example.com") + "\r\nx\r\n", policy),
                ElementsAre("2 desks have forwarded it: no more than 2 may (desk.hops)"));
    EXPECT_THAT(objections(one + "X-Columbarium-Forward: ?\r\n\r\nx\r\n", policy),
                ElementsAre(HasSubstr("2 desks have forwarded it")))
        << "a mark that nobody can read is one";
}

TEST(DeskForwardObjections, ToReportsThatAForwardFailed) {
    const std::string header = "From: support@example.org\r\n" + mark(desk) + "Subject: x\r\n";
    EXPECT_THAT(objections(report("failed", header + "\r\nx", "message/rfc822")),
                ElementsAre("it reports that a forward of support@example.org to channel disputes failed"));
    EXPECT_THAT(objections(report("failed", header, "text/rfc822-headers")),
                ElementsAre(HasSubstr("to channel disputes failed")));
    EXPECT_THAT(objections(report("delayed", header, "text/rfc822-headers")),
                ElementsAre(HasSubstr("to channel disputes is delayed")));
}

TEST(DeskForwardObjections, ToReportsInFreeText) {
    EXPECT_THAT(
        objections("From: MAILER-DAEMON@mx.example.org\r\nSubject: failure notice\r\n\r\n"
                   "Hi. This is the qmail-send program at mx.example.org.\r\nI'm afraid I wasn't able to "
                   "deliver your message to the following addresses.\r\nThis is a permanent error; I've "
                   "given up. Sorry it didn't work out.\r\n\r\n<disputes@lists.example.org>:\r\nSorry, no "
                   "mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the "
                   "message.\r\n\r\nReturn-Path: <support@example.org>\r\n" +
                   mark(desk) + "Subject: x\r\n\r\nx\r\n"),
        ElementsAre(HasSubstr("to channel disputes failed")));
}

TEST(DeskForwardObjections, NotToReportsAboutOtherMail) {
    EXPECT_THAT(objections(report("failed", "Subject: x\r\n", "text/rfc822-headers")), IsEmpty());
    EXPECT_THAT(objections(report("failed", mark("other@example.com"), "text/rfc822-headers")), IsEmpty());
}

TEST(DeskForwardObjections, NotToAPersonWhoReturnsAForward) {
    EXPECT_THAT(
        objections("From: fred@example.net\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\nContent-Type: "
                   "multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: "
                   "message/rfc822\r\n\r\n" +
                   mark(desk) + "Subject: x\r\n\r\nx\r\n--b--\r\n"),
        IsEmpty());
}

TEST(DeskForwardObjections, ToAutomaticAnswersToForwards) {
    const std::string id = "<" + forward_message_id({}, desk, "mx.example.org") + ">";
    EXPECT_THAT(objections(vacation("In-Reply-To: " + id + "\r\n")),
                ElementsAre("it is an automatic answer to a forward of support@example.org"));
    EXPECT_THAT(objections(vacation("References: <1@x.org>\r\n " + id + "\r\n")),
                ElementsAre(HasSubstr("automatic answer")));
    EXPECT_THAT(objections(vacation("In-Reply-To: " + id + "\r\n"), {}, "other@example.org"), IsEmpty())
        << "of another desk";
    EXPECT_THAT(objections("From: fred@example.net\r\nIn-Reply-To: " + id + "\r\n\r\nThank you.\r\n"),
                IsEmpty())
        << "of a person";
}

std::vector<std::string> objections_of_channel(const std::string& original,
                                               const std::string& forward_to = "disputes@example.net",
                                               const std::optional<std::string>& sender = std::nullopt,
                                               bool by_person = false) {
    mail::StringSource source(original);
    mail::Message message(source, {sender});
    const auto found = forward_objections({}, desk, message, forward_to, by_person);
    EXPECT_TRUE(found.has_value()) << found.error().text;
    return found.value_or(std::vector<std::string>());
}

TEST(DeskForwardObjections, ToAnyAnswerOfTheChannelToAForward) {
    const std::string answer =
        "\r\nIn-Reply-To: <" + forward_message_id({}, desk, "mx.example.org") + ">\r\n\r\nWe have it.\r\n";
    const auto of_the_channel =
        ElementsAre("it is an answer of disputes@example.net to a forward of support@example.org");
    EXPECT_THAT(objections_of_channel("From: D <Disputes@Example.net>" + answer), of_the_channel);
    EXPECT_THAT(
        objections_of_channel("From: tickets@x.org" + answer, "disputes@example.net", "disputes@example.net"),
        of_the_channel)
        << "by its reverse-path";
    EXPECT_THAT(objections_of_channel("From: fred@x.org" + answer), IsEmpty()) << "of somebody else";
    EXPECT_THAT(objections_of_channel("From: disputes@example.net" + answer, "help@example.net"), IsEmpty())
        << "to another channel";
    EXPECT_THAT(objections_of_channel("From: disputes@example.net\r\n\r\nA new matter.\r\n"), IsEmpty());
    EXPECT_THAT(objections("From: disputes@example.net" + answer), IsEmpty()) << "no channel is named";
}

TEST(DeskForwardObjections, AreNoneToWhatAPersonSends) {
    const std::string marks = mark(desk) + mark("a@x.org") + mark("b@x.org") + mark("c@x.org");
    const std::string answer = "From: disputes@example.net\r\nIn-Reply-To: <" +
                               forward_message_id({}, desk, "mx.example.org") + ">\r\n\r\nx\r\n";
    for (const std::string& original :
         {marks + "From: fred@x.org\r\n\r\nx\r\n", report("failed", marks, "text/rfc822-headers"), answer}) {
        EXPECT_NE(objections_of_channel(original).size(), 0U) << original;
        EXPECT_THAT(objections_of_channel(original, "disputes@example.net", std::nullopt, true), IsEmpty());
    }
}

TEST(DeskForwardObjections, KnowsTheDeskByItsPolicyWhereTheUserHasNoAddress) {
    config::DeskPolicy policy;
    policy.from = "Support <support@example.org>";
    EXPECT_THAT(objections(mark(desk) + "\r\nx\r\n", policy, ""), ElementsAre(HasSubstr("before")));
    EXPECT_THAT(objections(mark("") + "\r\nx\r\n", {}, ""), IsEmpty());
}

TEST(DeskForwardObjections, OfTwoDesksThatForwardToEachOtherTheSecondRoundEnds) {
    // a forwards to b, b forwards to a, and a must not again.
    test::ForwardStory story;
    story.policy.from.clear();
    story.desk_address = "a@example.org";
    const std::string original = "From: fred@example.net\r\nSubject: x\r\n\r\nx\r\n";
    const auto to_b = story.compose(original);
    ASSERT_TRUE(to_b.has_value());
    const std::string at_b = test::whole_of(*to_b, original);
    EXPECT_THAT(objections(at_b, {}, "b@example.org"), IsEmpty());
    story.desk_address = "b@example.org";
    const auto to_a = story.compose(at_b);
    ASSERT_TRUE(to_a.has_value());
    EXPECT_THAT(objections(test::whole_of(*to_a, at_b), {}, "a@example.org"),
                ElementsAre(HasSubstr("a@example.org has forwarded it before")));
}

TEST(DeskForwardMessageId, IsNewEachTimeAndHasADomain) {
    EXPECT_NE(forward_message_id({}, desk, "mx.example.org"), forward_message_id({}, desk, "mx.example.org"));
    EXPECT_THAT(forward_message_id({}, desk, "mx.example.org"),
                MatchesRegex("forward\\.[0-9a-f]{32}\\.[0-9a-f]{16}@mx\\.example\\.org"));
    EXPECT_THAT(forward_message_id({}, desk, "a b"), testing::EndsWith("@example.org"));
    EXPECT_THAT(forward_message_id({}, "", ""), testing::EndsWith("@localhost"));
}

} // namespace
} // namespace columbarium::desk
