// SPDX-License-Identifier: LGPL-2.1-or-later
// What a route to a channel sends and stores.
#include <gmock/gmock.h>

#include "desk_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Flags = std::set<std::string>;

class DeskForward : public DeskTest {};

TEST_F(DeskForward, ComesFromTheDeskAndAnswersGoToTheSender) {
    route(R"(route "disputes";)", a_request("Re: AW: my account"));
    const auto sent = only_sent();
    EXPECT_EQ(sent.from.address, desk);
    ASSERT_THAT(sent.to, SizeIs(1));
    EXPECT_EQ(sent.to[0].address, "disputes@example.net");
    EXPECT_THAT(sent.header("From"), HasSubstr("support@example.org"));
    EXPECT_THAT(sent.header("To"), HasSubstr("disputes@example.net"));
    EXPECT_THAT(sent.header("Reply-To"), HasSubstr("elena@example.com"));
    EXPECT_EQ(sent.header("Subject"), "my account");
    EXPECT_EQ(sent.header("Auto-Submitted"), "auto-generated") << "a rule sent it";
    EXPECT_THAT(sent.header("References"), HasSubstr("<request.1@example.com>"));
    EXPECT_THAT(sent.header("X-Columbarium-Forward"), HasSubstr("support@example.org; channel=disputes"));
    EXPECT_THAT(mailbox("support"), IsEmpty()) << "the implicit keep was not cancelled";
}

TEST_F(DeskForward, SaysInTheTextWhichRuleSentItWithTheNoteAndTheReason) {
    route("if triage \"class\" \"personal\" {\n  route :note \"please look\" \"meta\";\n}",
          a_request("hello"));
    const auto body = only_sent().body();
    EXPECT_THAT(body,
                AllOf(HasSubstr("main: line 3"), HasSubstr("please look"), HasSubstr("class is personal")));
}

TEST_F(DeskForward, HasTheFirstTokenInTheSubjectAndTheText) {
    route(R"(route "disputes";)",
          a_request("your question", "", "It is about a20091225.1, not a20100101.2.\n"));
    const auto sent = only_sent();
    EXPECT_EQ(sent.header("Subject"), "[a20091225.1] your question");
    EXPECT_THAT(sent.body(), HasSubstr("a20091225.1"));
}

TEST_F(DeskForward, AttachesTheOriginalByteForByte) {
    const std::string original =
        "From: a@example.com\r\nTo: support@example.org\r\nSubject: odd\r\nContent-Type: text/plain; "
        "charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nna\xefve\r\n.\r\n..dots\r\nFrom "
        "here\r\n";
    route(R"(route "disputes";)", original);
    EXPECT_THAT(only_sent().text, HasSubstr(original.substr(original.find("Subject: odd"))));
}

TEST_F(DeskForward, StoresTheSameAsASeenCopyForTheTeam) {
    route(R"(route "disputes";)", a_request("hello"));
    const auto copy = only_message("support", "Sent/disputes");
    EXPECT_EQ(copy.flags, Flags{"\\Seen"});
    EXPECT_EQ(copy.text, only_sent().text);
}

TEST_F(DeskForward, StoresNoCopyWhereTheChannelHasNoMailbox) {
    route(R"(route "meta";)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "meta@example.net");
    EXPECT_THAT(mailboxes("support"), Not(::testing::Contains(HasSubstr("Sent"))));
}

TEST_F(DeskForward, PutsTheTextInlineWhereTheChannelSaysSo) {
    route(R"(route "help";)", a_request("hello", "", "I cannot log in.\n"));
    const auto sent = only_sent();
    EXPECT_THAT(sent.text, AllOf(HasSubstr("I cannot log in."), Not(HasSubstr("message/rfc822"))));
}

TEST_F(DeskForward, GoesToSeveralChannelsOnceEach) {
    route(R"(route "disputes"; route "meta"; route "DISPUTES";)", a_request("hello"));
    const auto sent = sink.wait_for(2);
    ASSERT_THAT(sent, SizeIs(2));
    EXPECT_EQ(sent[0].to.at(0).address, "disputes@example.net");
    EXPECT_EQ(sent[1].to.at(0).address, "meta@example.net");
    EXPECT_NE(sent[0].header("Message-ID"), sent[1].header("Message-ID"));
}

TEST_F(DeskForward, StandsBesideABucketAndAKeep) {
    route(R"(route "misc"; route "meta"; keep;)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "meta@example.net");
    EXPECT_THAT(mailbox("support", "Misc"), SizeIs(1));
    EXPECT_EQ(only_message("support").flags, Flags{}) << "it was forwarded";
}

TEST_F(DeskForward, WaitsInTheMailboxWhereNothingIsForwarded) {
    route(R"(addflag "$Pending"; route "se";)", a_request("hello"));
    const auto waiting = only_message("support", "Channels/SE");
    EXPECT_EQ(waiting.header("Subject"), "hello");
    EXPECT_EQ(waiting.flags, Flags{"$Pending"});
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(DeskForward, ForwardsABounceFromTheDeskToo) {
    route(R"(route "meta";)", a_bounce(), "");
    const auto sent = only_sent();
    EXPECT_EQ(sent.from.address, desk) << "the failure of a forward has to come back";
}

TEST_F(DeskForward, ForwardsWhatTheScriptMadeOfTheMessage) {
    route(R"(addheader "X-Sorted" "1"; route "disputes"; addheader "X-Late" "2";)", a_request("hello"));
    EXPECT_THAT(only_sent().text, AllOf(HasSubstr("X-Sorted: 1"), Not(HasSubstr("X-Late"))));
}

TEST_F(DeskForward, WorksInTheLocalDeliveryAgent) {
    desk_server();
    use_script("support", script(R"(route "disputes";)"));
    const auto result = dovecot().deliver_with_lda("support", a_request("hello"), "elena@example.com",
                                                   {"-r", "support@example.org"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(only_sent().from.address, desk);
    EXPECT_THAT(mailbox("support", "Sent/disputes"), SizeIs(1));
}

TEST_F(DeskForward, TakesTheRecipientForTheDeskWhereTheSiteNamesNone) {
    options.site_config.replace(options.site_config.find("from = "), 6, "hops = 3 #");
    route(R"(route "meta";)", a_request("hello"));
    EXPECT_EQ(only_sent().from.address, desk);
    EXPECT_EQ(only_sent().header("From"), "support@example.org");
}

TEST_F(DeskForward, TestsTokensInScripts) {
    route(R"(if triage :matches "token.Arbitration" "a*.*" { addflag "year-${1}"; route "misc"; })",
          a_request("case a20091225.1"));
    EXPECT_EQ(only_message("support", "Misc").flags, Flags{"year-20091225"});
}

TEST_F(DeskForward, RefusesAScriptWithATokenThatTheSiteDoesNotHave) {
    desk_server();
    const auto refused = check_script("support", script(R"(if triage "token.arbitraton" "*" { keep; })"));
    EXPECT_EQ(refused.status, "NO");
    EXPECT_THAT(refused.text, HasSubstr("arbitraton"));
}

} // namespace
} // namespace columbarium::e2e
