// SPDX-License-Identifier: LGPL-2.1-or-later
// The action `route` of vnd.columbarium.triage in real deliveries.
#include <filesystem>
#include <set>

#include <gmock/gmock.h>

#include "sieve_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Flags = std::set<std::string>;

class Route : public SieveTest {
  protected:
    // Forwards are counted by the service.
    Route() {
        options.service = true;
        options.site_config += "[store]\nsqlite = \"@directory@/store/desk.sqlite\"\n";
    }

    // With the store's directory.
    void use_script(const std::string& user, const std::string& text) {
        if (!std::filesystem::exists(dovecot().directory() / "store"))
            std::filesystem::remove(dovecot().write_file("store/empty", ""));
        SieveTest::use_script(user, text);
    }
};

TEST_F(Route, StoresInABucketThatItCreatesWithItsFlags) {
    use_script("user", script(R"(if triage "class" "bounce" { route "returns"; })"));
    deliver(a_bounce(), {.from = ""});
    EXPECT_EQ(only_message("user", "Returns").flags, (Flags{"\\Seen", "$Returned"}));
    EXPECT_THAT(mailbox("user"), IsEmpty()) << "the implicit keep was not cancelled";
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(Route, FindsADestinationWithoutRegardToCaseAndByVariable) {
    use_script("user", script(R"(set "where" "Abuse"; route "RETURNS"; route "${where}";)"));
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
}

TEST_F(Route, GoesToSeveralDestinationsOnceEach) {
    use_script(
        "user",
        script(
            R"(route "returns"; route "abuse"; route "help"; route "disputes"; route "returns"; route "help";)"));
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(Route, StoresOnceWhereFileintoStoresToo) {
    use_script("user", script(R"(fileinto "Returns"; route "returns"; keep;)"));
    deliver(a_bounce());
    EXPECT_EQ(only_message("user", "Returns").flags, (Flags{"\\Seen", "$Returned"}));
    EXPECT_THAT(mailbox("user"), SizeIs(1)) << "an explicit keep stands";
}

TEST_F(Route, AddsTheFlagsThatTheScriptHasSetSoFar) {
    use_script("user", script(R"(setflag "\\Flagged"; route "returns"; route "help"; setflag "too-late";)"));
    deliver(a_bounce());
    EXPECT_EQ(only_message("user", "Returns").flags, (Flags{"\\Flagged", "\\Seen", "$Returned"}));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
}

TEST_F(Route, StoresWhatTheScriptMadeOfTheMessage) {
    use_script("user", script(R"(addheader "X-Sorted" "1"; route "returns"; addheader "X-Late" "2";)"));
    deliver(a_bounce());
    const auto stored = only_message("user", "Returns");
    EXPECT_EQ(stored.header("X-Sorted"), "1");
    EXPECT_EQ(stored.header("X-Late"), "") << "added after the route";
}

TEST_F(Route, MissesAMailboxAsFileintoDoes) {
    use_script("router", script(R"(route "nocreate";)"));
    use_script("filer", script(R"(fileinto "Missing";)"));
    const auto delivery = deliver(a_bounce(), {.to = {"router@example.org", "filer@example.org"}});
    EXPECT_EQ(delivery.recipients[0].outcome().code, delivery.recipients[1].outcome().code);
    EXPECT_THAT(mailbox("filer"), SizeIs(1));
    EXPECT_THAT(mailbox("router"), SizeIs(1));
    EXPECT_THAT(mailboxes("router"), Not(::testing::Contains("Missing")));
}

TEST_F(Route, FillsAMailboxThatMustBeThere) {
    create_mailbox("user", "Missing");
    use_script("user", script(R"(route "nocreate";)"));
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Missing"), SizeIs(1));
}

TEST_F(Route, MeetsAFullQuotaAsFileintoDoes) {
    options.quota_rule = "*:bytes=100";
    use_script("router", script(R"(route "returns";)"));
    use_script("filer", R"(require ["fileinto", "mailbox"]; fileinto :create "Returns";)");
    const auto delivery = try_to_deliver(a_bounce(), {.to = {"router@example.org", "filer@example.org"}});
    EXPECT_EQ(delivery.recipients[0].outcome().code, 552);
    EXPECT_EQ(delivery.recipients[0].outcome().code, delivery.recipients[1].outcome().code);
    EXPECT_EQ(delivery.recipients[0].outcome().enhanced, delivery.recipients[1].outcome().enhanced);
    EXPECT_THAT(mailbox("router", "Returns"), IsEmpty());
}

TEST_F(Route, MeetsAMailboxThatCannotBeWrittenAsFileintoDoes) {
    for (const char* user : {"router", "filer"}) {
        create_mailbox(user, "Returns");
        const std::string folder = (dovecot().directory() / "home" / user / "Maildir/.Returns").string();
        ASSERT_EQ(
            dovecot().run({"chmod", "500", folder, folder + "/tmp", folder + "/new", folder + "/cur"}).status,
            0);
    }
    use_script("router", script(R"(route "returns";)"));
    use_script("filer", script(R"(fileinto "Returns";)"));
    const auto delivery = try_to_deliver(a_bounce(), {.to = {"router@example.org", "filer@example.org"}});
    EXPECT_EQ(delivery.recipients[0].outcome().code, delivery.recipients[1].outcome().code);
    EXPECT_EQ(mailbox("router").size(), mailbox("filer").size());
}

TEST_F(Route, ComposesAForwardToAChannel) {
    use_script("user", script(R"(route "help";)"));
    deliver(a_personal_message(), {.from = "elena@example.com", .to = {"user@example.org"}});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "user@example.org");
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, "help@example.net");
    EXPECT_EQ(sent[0].header("X-Sieve-Redirected-From"), "") << "it is no resend";
    EXPECT_EQ(sent[0].header("Subject"), "I cannot log in");
    EXPECT_THAT(mailbox("user"), IsEmpty()) << "the implicit keep was not cancelled";
}

TEST_F(Route, IsNotCountedAmongTheRedirects) {
    options.plugin_settings["sieve_max_redirects"] = "1";
    use_script("user", script(R"(route "help"; redirect "disputes@example.net";)"));
    deliver(a_personal_message());
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(Route, DoesNotForwardWhereTheSiteForbidsRedirects) {
    options.plugin_settings["sieve_max_redirects"] = "0";
    use_script("user", script(R"(route "help";)"));
    deliver(a_personal_message());
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(Route, DefersWhereTheChannelDefers) {
    sink.refuse_messages("451 4.3.0 Try again later");
    use_script("user", script(R"(route "help";)"));
    EXPECT_TRUE(try_to_deliver(a_personal_message()).outcome().temporary());
}

TEST_F(Route, RefusesAnUnknownDestinationWhenAScriptIsUploaded) {
    const auto refused = put_script("user", "main", script(R"(route "retruns";)"));
    EXPECT_EQ(refused.status, "NO");
    EXPECT_THAT(refused.text, AllOf(HasSubstr("line 2"), HasSubstr("unknown destination \"retruns\""),
                                    HasSubstr("did you mean \"returns\"?"),
                                    HasSubstr("returns, abuse, nocreate, help, disputes")));
}

TEST_F(Route, RefusesEveryDestinationWhereTheSiteDefinesNone) {
    options.site_config = "# nothing yet\n";
    EXPECT_THAT(check_script("user", script(R"(route "returns";)")).text,
                HasSubstr("this site defines none"));
}

TEST_F(Route, FailsAtAnUnknownDestinationFromAVariableAndKeepsTheMail) {
    options.sieve_before = script(R"(set "where" "retruns"; route "abuse"; route "${where}";)");
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "Abuse"), IsEmpty()) << "a script that fails does nothing";
    ASSERT_THAT(log_lines("unknown destination"), SizeIs(1)) << dovecot().log();
    EXPECT_THAT(log_lines("unknown destination")[0], HasSubstr("did you mean \"returns\"?"));
}

TEST_F(Route, KeepsMailWhoseDestinationWasRemovedSinceTheScriptWasCompiled) {
    use_script("user", script(R"(route "abuse";)"));
    deliver(a_bounce());
    change_site("[destinations.returns]\nkind = \"bucket\"\nmailbox = \"Returns\"\n");
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(Route, FollowsAChangedSiteWithoutARestart) {
    use_script("user", script(R"(route "abuse";)"));
    deliver(a_bounce());
    change_site("[destinations.abuse]\nkind = \"bucket\"\nmailbox = \"Complaints\"\n");
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "Complaints"), SizeIs(1));
}

TEST_F(Route, SortsBeforeTheUsersOwnScript) {
    options.sieve_before = script(R"(if triage "class" "bounce" { route "returns"; })");
    use_script("user", script(R"(if triage "class" "personal" { route "abuse"; } else { discard; })"));
    deliver(a_bounce(), {.from = ""});
    deliver(a_personal_message());
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(Route, ServesTheRecipientsOfOneTransactionApart) {
    use_script("one", script(R"(route "returns";)"));
    use_script("two", script(R"(route "help";)"));
    deliver(a_bounce(), {.from = "", .to = {"one@example.org", "two@example.org", "three@example.org"}});
    EXPECT_THAT(mailbox("one", "Returns"), SizeIs(1));
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_THAT(mailbox("three"), SizeIs(1));
    EXPECT_THAT(mailbox("one"), IsEmpty());
    EXPECT_THAT(mailbox("two"), IsEmpty());
}

TEST_F(Route, LeavesItsNoteInTheLog) {
    use_script("user", script(R"(route :note "look at the status" "help";)"));
    deliver(a_bounce());
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    EXPECT_THAT(log_lines("note for destination 'help': look at the status"), SizeIs(1)) << dovecot().log();
}

TEST_F(Route, WorksInTheLocalDeliveryAgent) {
    use_script("user", script(R"(if triage "class" "bounce" { route "returns"; })"));
    const auto result = dovecot().deliver_with_lda("user", a_bounce(), "");
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
}

TEST_F(Route, IsShownBySieveTest) {
    const auto shown = trace(script(R"(route :note "why" "returns"; route "help";)"), a_bounce());
    EXPECT_EQ(shown.status, 0) << to_string(shown);
    EXPECT_THAT(shown.output, AllOf(HasSubstr("route action"), HasSubstr("store message in folder: Returns"),
                                    HasSubstr("route to bucket `returns'"),
                                    HasSubstr("add IMAP flags: \\Seen $Returned"), HasSubstr("note: why"),
                                    HasSubstr("forward message to channel `help': <help@example.net>")));
}

TEST_F(Route, IsShownBySieveDump) {
    const auto source = dovecot().write_file("dumped.sieve", script(R"(route :note "why" "returns";)"));
    const std::string binary = (dovecot().directory() / "dumped.svbin").string();
    ASSERT_EQ(dovecot().tool("sievec", {source.string(), binary}).status, 0);
    EXPECT_THAT(dovecot().tool("sieve-dump", {binary}).output,
                AllOf(HasSubstr("ROUTE"), HasSubstr("note: STR[3] \"why\""),
                      HasSubstr("destination: STR[7] \"returns\"")));
}

} // namespace
} // namespace columbarium::e2e
