// SPDX-License-Identifier: LGPL-2.1-or-later
// The test `triage` of vnd.columbarium.triage in real deliveries.
#include <set>

#include <gmock/gmock.h>

#include "sieve_fixture.hpp"

namespace columbarium::e2e {
namespace {

using rig::mail_file;
using rig::message;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Flags = std::set<std::string>;

class Triage : public SieveTest {};

TEST_F(Triage, MatchesAsEveryTestDoes) {
    use_script("user", script(R"(
        if triage "class" "bounce"                        { addflag "is"; }
        if triage "class" ["delay-notice", "BOUNCE"]      { addflag "list-of-keys"; }
        if triage ["mailer", "class"] "bounce"            { addflag "list-of-facts"; }
        if triage :is :comparator "i;octet" "class" "Bounce" { addflag "octet"; }
        if triage :contains "class" "oun"                 { addflag "contains"; }
        if triage :matches "bounce.status" "5.1.?"        { addflag "matches"; }
        if triage :regex "bounce.recipient" "^walter@.*"  { addflag "regex"; }
        if triage :value "ge" "bounce.status" "5.1.0"     { addflag "value"; }
        if triage :value "lt" "bounce.status" "5.1.0"     { addflag "less"; }
        if triage "class" "personal"                      { addflag "personal"; }
    )"));
    deliver(a_bounce(), {.from = ""});
    EXPECT_EQ(only_message("user").flags,
              (Flags{"is", "list-of-keys", "list-of-facts", "contains", "matches", "regex", "value"}));
}

TEST_F(Triage, SetsMatchVariables) {
    use_script("user", script(R"(
        if triage :matches "bounce.recipient" "*@*" { set "where" "${1}-at-${2}"; addflag "${where}"; }
    )"));
    deliver(a_bounce(), {.from = ""});
    EXPECT_EQ(only_message("user").flags, Flags{"walter-at-example.com"});
}

TEST_F(Triage, CountsTheValuesOfAllFactsNamed) {
    use_script("user", script(R"(
        if triage :count "eq" :comparator "i;ascii-numeric" "bounce.recipient" "1" { addflag "one"; }
        if triage :count "eq" :comparator "i;ascii-numeric" ["bounce.recipient", "bounce.status", "list-id"] "2"
            { addflag "two"; }
        if triage :count "eq" :comparator "i;ascii-numeric" "list-id" "0" { addflag "none"; }
    )"));
    deliver(a_bounce(), {.from = ""});
    EXPECT_EQ(only_message("user").flags, (Flags{"one", "two", "none"}));
}

TEST_F(Triage, TreatsAFactWithoutValuesAsHeaderDoesAnAbsentField) {
    use_script("user", script(R"(
        if triage "list-id" "" { addflag "fact-is-empty"; }
        if header "list-id" "" { addflag "field-is-empty"; }
        if triage :contains "list-id" "" { addflag "fact-contains"; }
        if header :contains "list-id" "" { addflag "field-contains"; }
        if not triage :matches "list-id" "*" { addflag "fact-absent"; }
        if not header :matches "list-id" "*" { addflag "field-absent"; }
    )"));
    deliver(a_personal_message());
    EXPECT_EQ(only_message("user").flags, (Flags{"fact-absent", "field-absent"}));
}

TEST_F(Triage, TakesNamesOfFactsWithoutRegardToCaseAndFromVariables) {
    use_script("user", script(R"(
        set "name" "bounce.status";
        if triage "CLASS" "bounce" { addflag "upper"; }
        if triage "${name}" "5.1.1" { addflag "variable"; }
    )"));
    deliver(a_bounce(), {.from = ""});
    EXPECT_EQ(only_message("user").flags, (Flags{"upper", "variable"}));
}

TEST_F(Triage, RefusesAnUnknownFactWhenAScriptIsUploaded) {
    const auto refused =
        put_script("user", "main", script(R"(if triage ["class", "bounce.statsu"] "5.1.1" { keep; })"));
    EXPECT_EQ(refused.status, "NO");
    EXPECT_THAT(refused.text,
                AllOf(HasSubstr("line 2"), HasSubstr("bounce.statsu"), HasSubstr("bounce.status")));
}

TEST_F(Triage, FailsAtAnUnknownFactFromAVariableAndKeepsTheMail) {
    options.sieve_before = script(R"(set "f" "bounce.statsu"; if triage "${f}" "5.1.1" { discard; })");
    deliver(a_bounce(), {.from = ""});
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(log_lines("unknown fact"), SizeIs(1)) << dovecot().log();
    EXPECT_THAT(log_lines("bounce.statsu").at(0), HasSubstr("bounce.status"));
}

TEST_F(Triage, SeesTheMessageAsTheScriptHasMadeIt) {
    use_script("user", script(R"(
        if triage "list-id" "new.example.org" { addflag "too-early"; }
        addheader "List-Id" "<new.example.org>";
        if triage "list-id" "new.example.org" { addflag "added"; }
        deleteheader "List-Id";
        addheader "List-Id" "<old.example.org>";
        if triage "list-id" "new.example.org" { addflag "stale"; }
        if triage "list-id" "old.example.org" { addflag "replaced"; }
    )"));
    deliver(a_personal_message());
    EXPECT_EQ(only_message("user").flags, (Flags{"added", "replaced"}));
}

TEST_F(Triage, SeesTheMessageThatAFilterProgramMade) {
    options.sieve_plugins.emplace_back("sieve_extprograms");
    options.sieve_extensions += " +vnd.dovecot.filter";
    options.plugin_settings["sieve_filter_bin_dir"] = "@directory@/bin";
    options.plugin_settings["sieve_filter_socket_dir"] = "@directory@/none";
    const auto program =
        dovecot().write_file("bin/become-list", "#!/bin/sh\necho 'List-Id: <new.example.org>'; cat\n");
    ASSERT_EQ(dovecot().run({"chmod", "755", program.string()}).status, 0);
    use_script("user", R"(require ["vnd.columbarium.triage", "vnd.dovecot.filter", "imap4flags"];
        if triage "list-id" "new.example.org" { addflag "too-early"; }
        filter "become-list";
        if triage "list-id" "new.example.org" { addflag "filtered"; }
    )");
    deliver(a_personal_message());
    EXPECT_EQ(only_message("user").flags, Flags{"filtered"});
}

TEST_F(Triage, KnowsTheEnvelopeSender) {
    use_script("user", script(R"(if triage "class" "personal" { addflag "personal"; })"));
    deliver(a_personal_message(), {.from = "elena@example.com"});
    EXPECT_EQ(only_message("user").flags, Flags{"personal"});
}

TEST_F(Triage, TellsMessagesApartThatOneProcessDelivers) {
    use_script("one", script(R"(if triage "class" "bounce" { addflag "bounce"; })"));
    use_script("two", script(R"(if triage "class" "personal" { addflag "personal"; })"));
    for (const std::string& mail : {a_bounce(), a_personal_message(), a_bounce()})
        deliver(mail, {.to = {"one@example.org", "two@example.org"}});

    const auto one = mailbox("one");
    ASSERT_THAT(one, SizeIs(3));
    EXPECT_EQ(one[0].flags, Flags{"bounce"});
    EXPECT_EQ(one[1].flags, Flags());
    EXPECT_EQ(one[2].flags, Flags{"bounce"});
    const auto two = mailbox("two");
    ASSERT_THAT(two, SizeIs(3));
    EXPECT_EQ(two[0].flags, Flags());
    EXPECT_EQ(two[1].flags, Flags{"personal"});
    EXPECT_EQ(two[2].flags, Flags());
}

TEST_F(Triage, WorksOnMessagesThatAClientFiles) {
    options.sieve_plugins.emplace_back("sieve_imapsieve");
    options.plugin_settings["imapsieve_mailbox1_name"] = "Sorted";
    options.plugin_settings["imapsieve_mailbox1_causes"] = "COPY APPEND";
    options.plugin_settings["imapsieve_mailbox1_before"] = "file:@directory@/imap.sieve";
    options.extra_conf = "protocol imap {\n  mail_plugins = $mail_plugins imap_sieve\n}\n";
    (void)dovecot().write_file("imap.sieve", R"(require ["vnd.columbarium.triage", "imap4flags"];
        if triage "class" "bounce" { addflag "bounce"; }
        if triage "class" "personal" { addflag "personal"; }
    )");
    auto imap = dovecot().imap("user");
    imap.create("Sorted");
    imap.append("Sorted", message(a_bounce()));
    imap.append("Sorted", message(a_personal_message()));
    imap.append("Sorted", message(a_bounce()));

    const auto sorted = mailbox("user", "Sorted");
    ASSERT_THAT(sorted, SizeIs(3));
    EXPECT_EQ(sorted[0].flags, Flags{"bounce"});
    EXPECT_EQ(sorted[1].flags, Flags{"personal"});
    EXPECT_EQ(sorted[2].flags, Flags{"bounce"});
}

TEST_F(Triage, WorksOnAMailboxThatIsFilteredAfterwards) {
    for (const std::string& mail : {a_bounce(), a_personal_message(), a_bounce()})
        deliver(mail);
    const auto filter = dovecot().write_file("filter.sieve", script(R"(
        if triage "class" "bounce" { addflag "bounce"; }
        if triage "class" "personal" { addflag "personal"; }
    )"));
    const auto filtered =
        dovecot().tool("sieve-filter", {"-e", "-W", "-u", "user", filter.string(), "INBOX"});
    EXPECT_EQ(filtered.status, 0) << to_string(filtered);

    const auto inbox = mailbox("user");
    ASSERT_THAT(inbox, SizeIs(3));
    EXPECT_EQ(inbox[0].flags, Flags{"bounce"});
    EXPECT_EQ(inbox[1].flags, Flags{"personal"});
    EXPECT_EQ(inbox[2].flags, Flags{"bounce"});
}

TEST_F(Triage, TracesWhichFactHadWhichValueAndWhy) {
    const auto traced = trace(script(R"(if triage "bounce.status" "5.1.1" { keep; })"), a_bounce());
    EXPECT_EQ(traced.status, 0) << to_string(traced);
    EXPECT_THAT(traced.output,
                AllOf(HasSubstr("triage test"), HasSubstr("fact `bounce.status' is `5.1.1' by rule `"),
                      HasSubstr("with key `5.1.1' => 1")));
}

TEST_F(Triage, IsShownBySieveDump) {
    const auto source =
        dovecot().write_file("dumped.sieve", script(R"(if triage :contains "class" "b" { keep; })"));
    const std::string binary = (dovecot().directory() / "dumped.svbin").string();
    const auto compiled = dovecot().tool("sievec", {source.string(), binary});
    ASSERT_EQ(compiled.status, 0) << to_string(compiled);
    const auto dumped = dovecot().tool("sieve-dump", {binary});
    EXPECT_THAT(dumped.output,
                AllOf(HasSubstr("TRIAGE"), HasSubstr("match type: contains"),
                      HasSubstr("fact: STR[5] \"class\""), HasSubstr("key list: STR[1] \"b\"")));
}

} // namespace
} // namespace columbarium::e2e
