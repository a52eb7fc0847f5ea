// SPDX-License-Identifier: LGPL-2.1-or-later
// The match type :list in tests and commands beyond those that RFC 6134 names.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::SizeIs;

TEST_F(Extlists, EL_6_MatchesInDatesAndParametersOfMime) {
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if date :list "date" "date" "tag:example.com,2026:words" { addflag "date"; }
        if currentdate :list "year" "tag:example.com,2026:words" { addflag "year"; }
        if header :mime :param "filename" :list "content-disposition" "tag:example.com,2026:words"
            { addflag "param"; }
        if header :mime :type :list "content-type" "tag:example.com,2026:words" { addflag "type"; }
    )",
                       letter("Content-Type: text/plain\nContent-Disposition: attachment; "
                              "filename=\"malware.exe\"")),
              (Flags{"date", "param"}));
}

TEST_F(Extlists, EL_8_MatchesInAllOtherTestsThatAreDocumented) {
    options.sieve_extensions += " +spamtest +virustest +mboxmetadata +servermetadata";
    for (const char* test : {"spamtest", "virustest"}) {
        const std::string setting = std::string("sieve_") + test;
        options.plugin_settings[setting + "_status_type"] = "score";
        options.plugin_settings[setting + "_status_header"] = std::string("X-") + test + ": ([0-9])";
        options.plugin_settings[setting + "_max_value"] = "5";
    }
    options.extra_conf = "mail_attribute_dict = file:%h/attributes\n";
    write_lists();
    (void)dovecot().write_file("lists/words",
                               "MDA\nhello world\n\\Flagged\npersonal\n10\n3\nmaybe\nmine\nours\n");
    const auto annotate = [this](const std::string& mailbox, const std::string& value) {
        const auto set = dovecot().tool("doveadm", {"mailbox", "metadata", "set", "-s", "-u", "user", mailbox,
                                                    "/private/comment", value});
        EXPECT_EQ(set.status, 0) << to_string(set);
    };
    annotate("INBOX", "mine");
    annotate("", "ours");
    EXPECT_EQ(
        flags_of(
            R"(
        require ["spamtest", "virustest", "mboxmetadata", "servermetadata", "enotify"];
        if body :raw :list "tag:example.com,2026:words" { addflag "body"; }
        if environment :list "location" "tag:example.com,2026:words" { addflag "environment"; }
        setflag "marks" "\\Flagged";
        if hasflag :list "marks" "tag:example.com,2026:words" { addflag "hasflag"; }
        if triage :list "class" "tag:example.com,2026:words" { addflag "triage"; }
        if spamtest :list "tag:example.com,2026:words" { addflag "spamtest"; }
        if virustest :list "tag:example.com,2026:words" { addflag "virustest"; }
        if metadata :list "INBOX" "/private/comment" "tag:example.com,2026:words" { addflag "metadata"; }
        if servermetadata :list "/private/comment" "tag:example.com,2026:words"
            { addflag "servermetadata"; }
        if notify_method_capability :list "mailto:x@example.com" "online" "tag:example.com,2026:words"
            { addflag "notify_method_capability"; }
        deleteheader :list "X-Marked" "tag:example.com,2026:words";
        if not exists "x-marked" { addflag "deleteheader"; }
        if exists "x-other" { addflag "kept"; }
    )",
            rig::message("From: ann@example.net\nTo: user@example.org\nX-Spamtest: 5\nX-Virustest: 3\n"
                         "X-Marked: hello world\nX-Other: x\nUser-Agent: Pigeon Mail 3.1\n\nhello world\n")),
        (Flags{"body", "environment", "hasflag", "triage", "spamtest", "virustest", "metadata",
               "servermetadata", "notify_method_capability", "deleteheader", "kept"}));
}

TEST_F(Extlists, EL_8_MatchesInTheOldDenotify) {
    options.sieve_extensions += " +notify";
    write_lists();
    use_script("user", script(R"(
        require "notify";
        notify :id "fred" :high :method "mailto" :options "fred@example.com";
        notify :id "wilma" :high :method "mailto" :options "wilma@example.com";
        denotify :list "tag:example.com,2026:words" :high;
    )"));
    deliver(letter("Subject: x"));
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, "wilma@example.com");
}

} // namespace
} // namespace columbarium::e2e
