// SPDX-License-Identifier: LGPL-2.1-or-later
// redirect :list of the extension extlists in real deliveries.
#include <gmock/gmock.h>

#include "extlists_redirect_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(RedirectToList, EL_59_EL_66_SendsToEveryMemberOnceAndShowsNobodyTheOthers) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("From: x@example.com\nSubject: to all"), {.from = "x@example.com"});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1)) << "one transaction is enough";
    EXPECT_EQ(recipients(), team());
    for (const char* name : {"ann", "bob", "carol"})
        EXPECT_THAT(sent[0].text, Not(HasSubstr(name)));
    EXPECT_EQ(sent[0].header("To"), "user@example.org");
}

TEST_F(RedirectToList, EL_65_CancelsTheImplicitKeepUnlessItIsACopy) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("Subject: plain"));
    EXPECT_THAT(mailbox("user"), IsEmpty());
    use_script("user", script(R"(redirect :copy :list "tag:example.com,2026:team";)"));
    deliver(letter("Subject: copied"));
    EXPECT_EQ(only_message("user").header("Subject"), "copied");
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
}

TEST_F(RedirectToList, EL_60_AListOfWordsIsARuntimeError) {
    write_lists();
    expect_error(R"(redirect :list "tag:example.com,2026:words";)", "tag:example.com,2026:words");
}

TEST_F(RedirectToList, EL_61_AListWithTooManyMembersIsAnErrorBeforeAnythingIsSent) {
    write_lists();
    expect_error(
        R"(redirect :list "tag:example.com,2026:crowd"; redirect :list "tag:example.com,2026:team";)",
        "tag:example.com,2026:crowd");
}

TEST_F(RedirectToList, EL_62_AListThatTheSiteDoesNotNameIsARuntimeError) {
    write_lists();
    expect_error(R"(redirect :list "tag:example.com,2026:staff";)", "tag:example.com,2026:staff");
}

TEST_F(RedirectToList, EL_62_NoListMayBeUsedByDefault) {
    options.site_config = "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n";
    write_book();
    expect_error(R"(redirect :list ":addrbook:default";)", ":addrbook:default");
}

TEST_F(RedirectToList, EL_32_AnUnknownListIsARuntimeError) {
    expect_error(R"(set "n" "nobody"; redirect :list "tag:example.com,2026:${n}";)",
                 "tag:example.com,2026:nobody");
}

TEST_F(RedirectToList, EL_64_AnEmptyListKeepsTheMessage) {
    write_lists();
    use_script("user", script(R"(redirect :list "tag:example.com,2026:empty";)"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(RedirectToList, EL_64_ABookWithoutCardsKeepsTheMessage) {
    use_script("user", script(R"(redirect :list ":addrbook:default";)"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(RedirectToList, EL_66_LeavesTheOwnerOut) {
    options.plugin_settings["columbarium_addresses"] = "me@example.net";
    write_lists();
    (void)dovecot().write_file("lists/team",
                               "USER@example.org\nme@Example.Net\nbob@example.net\nBob@EXAMPLE.net\n");
    use_script("user", script(to_team));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_EQ(recipients(), Recipients{"bob@example.net"});
}

TEST_F(RedirectToList, EL_66_KnowsTheOwnerBehindASubaddress) {
    options.site_config = "[lists]\nsubaddress_delimiters = \"+\"\n" + options.site_config.substr(8);
    write_lists();
    (void)dovecot().write_file("lists/team", "user@example.org\nbob@example.net\n");
    use_script("user", script(to_team));
    deliver(letter("Subject: x"), {.to = {"user+team@example.org"}});
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_EQ(recipients(), Recipients{"bob@example.net"});
}

// The host writes domains in lower case, whatever it is given.
TEST_F(RedirectToList, SendsToLocalPartsAsTheyStandInTheListAndToDomainsThatServersKnow) {
    write_lists();
    (void)dovecot().write_file("lists/team", "Ann.Example@Example.net\nBob@B\u00fcro.example\n");
    use_script("user", script(to_team));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_EQ(recipients(), (Recipients{"Ann.Example@example.net", "Bob@xn--bro-hoa.example"}));
}

TEST_F(RedirectToList, AMemberThatCannotBeSentToIsAnErrorBeforeAnythingIsSent) {
    write_lists();
    (void)dovecot().write_file("lists/team", "ann@example.net\nb\u00fcro@example.net\n");
    expect_error(to_team, "has a member that this server cannot send to");
}

TEST_F(RedirectToList, EL_67_AListThatCannotBeAskedNowDefersBeforeAnythingIsSent) {
    write_lists();
    use_script("user", script(R"(
        redirect :list "tag:example.com,2026:team";
        redirect :list "tag:example.com,2026:missing";
    )"));
    EXPECT_TRUE(try_to_deliver(letter("Subject: x")).outcome().temporary());
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, EL_63_KeepsTheFieldsOfTheMessageAndAddsThoseOfRedirect) {
    write_lists();
    use_script("lister", script(to_team));
    use_script("plain", R"(redirect "bob@example.net";)");
    const std::string text = letter("Return-Path: <old@example.com>\nReceived: from a by b; Fri, 1 Jan 2026 "
                                    "00:00:00 +0000\nFrom: x@example.com\nSubject: x");
    for (const char* user : {"lister", "plain"})
        deliver(text, {.from = "x@example.com", .to = {std::string(user) + "@example.org"}});
    auto sent = sink.wait_for(2);
    ASSERT_THAT(sent, SizeIs(2));
    for (rig::SentMessage& message : sent) {
        EXPECT_EQ(message.from.address, "x@example.com");
        EXPECT_EQ(message.header("Return-Path"), "");
        EXPECT_THAT(message.header("X-Sieve"), HasSubstr("Pigeonhole Sieve"));
        std::size_t received = 0;
        for (std::size_t at = 0; (at = message.text.find("Received:", at)) != std::string::npos; ++at)
            ++received;
        EXPECT_EQ(received, 2U) << "the one that came, and the one of this server";
    }
    EXPECT_EQ(sent[0].header("X-Sieve-Redirected-From"), "lister@example.org");
    EXPECT_EQ(sent[1].header("X-Sieve-Redirected-From"), "plain@example.org");
}

TEST_F(RedirectToList, EL_63_TheNullSenderStays) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("Subject: x"), {.from = ""});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "");
}

TEST_F(RedirectToList, EL_63_TakesTheSenderThatTheSiteWants) {
    options.plugin_settings["sieve_redirect_envelope_from"] = "recipient";
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("Subject: x"));
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "user@example.org");
}

TEST_F(RedirectToList, EL_63_DoesNotSendAMessageRoundInCircles) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("X-Sieve-Redirected-From: user@example.org\nSubject: x"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_THAT(log_lines("indicates a mail loop"), SizeIs(1));
}

TEST_F(RedirectToList, EL_63_SendsAMessageOnceThatComesTwice) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("Subject: x"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(1)) << "the second one is kept, as with redirect";
    EXPECT_THAT(log_lines("discarded duplicate forward to list"), SizeIs(1));
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(RedirectToList, EL_63_GivesAMessageWithoutAnIdOne) {
    write_lists();
    use_script("user", script(to_team));
    deliver(rig::message("From: x@example.com\nTo: user@example.org\nSubject: x\n\nHello.\n"));
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0].header("Message-ID"), HasSubstr("@"));
}

TEST_F(RedirectToList, EL_63_LogsEachUseWithoutAddresses) {
    write_lists();
    use_script("user", script(to_team));
    deliver(letter("Subject: x"));
    EXPECT_THAT(log_lines("forwarded to the 3 recipients of list `tag:example.com,2026:team'"), SizeIs(1));
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("bob@")));
}

TEST_F(RedirectToList, DefersWhereNobodyGotTheMessage) {
    write_lists();
    use_script("user", script(to_team));
    sink.refuse_messages("451 4.3.0 Try again later");
    EXPECT_TRUE(try_to_deliver(letter("Subject: x")).outcome().temporary());
    EXPECT_THAT(mailbox("user"), IsEmpty());
    sink.accept_everything();
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, DefersWhereTheServerThatSendsIsAway) {
    options.submission_port = 1;
    write_lists();
    use_script("user", script(to_team));
    EXPECT_TRUE(try_to_deliver(letter("Subject: x")).outcome().temporary());
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, KeepsTheMessageWhereSomeGotItAndSomeDidNot) {
    // Deferred, it would be sent to the others again and again.
    write_lists();
    use_script("user", script(to_team));
    for (const char* reply :
         {"450 4.2.0 <bob@example.net>: try later", "550 5.1.1 <bob@example.net>: unknown"}) {
        sink.refuse("bob@example.net", reply);
        deliver(letter(std::string("Subject: ") + reply));
    }
    EXPECT_THAT(mailbox("user"), SizeIs(2));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_EQ(recipients().count("ann@example.net"), 2U);
    EXPECT_THAT(log_lines("failed to redirect message to all 3 recipients"), SizeIs(2));
    EXPECT_THAT(dovecot().log(), AllOf(HasSubstr("450 4.2.0 <address>"), Not(HasSubstr("bob@"))));
}

TEST_F(RedirectToList, SendsWhatTheScriptMadeOfTheMessage) {
    write_lists();
    use_script("user", script(std::string(R"(addheader "X-Sorted" "1"; )") + to_team +
                              R"( addheader "X-Late" "2";)"));
    deliver(letter("Subject: x"));
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].header("X-Sorted"), "1");
    EXPECT_EQ(sent[0].header("X-Late"), "");
}

TEST_F(RedirectToList, IsShownBySieveTest) {
    write_lists();
    const auto shown = trace(script(to_team), letter("Subject: x"));
    EXPECT_EQ(shown.status, 0) << to_string(shown);
    EXPECT_THAT(shown.output,
                AllOf(HasSubstr("redirect action"),
                      HasSubstr("forward message to the 3 recipients of list `tag:example.com,2026:team'"),
                      HasSubstr("redirect message to list: tag:example.com,2026:team (3 recipients)")));
}

} // namespace
} // namespace columbarium::e2e
