// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests of the rig itself, told as the stories that it is for.
#include <algorithm>
#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest-spi.h>

#include "rig/mail_test.hpp"
#include "rig/server_log.hpp"

namespace columbarium::rig {
namespace {

class Rig : public MailTest {};

constexpr const char* hello =
    "From: sender@example.com\nTo: user@example.org\nSubject: hello\n\nHello, world.\n";

TEST_F(Rig, PutsAMessageDeliveredOverLmtpIntoTheInbox) {
    const auto delivery = deliver(message(hello), {.from = "sender@example.com", .to = {"user@example.org"}});
    EXPECT_EQ(delivery.outcome().code, 250);
    EXPECT_EQ(delivery.outcome().enhanced, "2.0.0");

    const auto stored = only_message("user");
    EXPECT_EQ(stored.header("Subject"), "hello");
    EXPECT_EQ(stored.header("Return-Path"), "<sender@example.com>");
    EXPECT_EQ(stored.body(), "Hello, world.\r\n");
    EXPECT_TRUE(stored.flags.empty());
}

TEST_F(Rig, DeliversLinesThatBeginWithADotUnchanged) {
    deliver(message("Subject: dots\n\n.\n..\n.x\n"));
    EXPECT_EQ(only_message("user").body(), ".\r\n..\r\n.x\r\n");
}

TEST_F(Rig, ShowsFlagsAndKeywordsThatAScriptSets) {
    use_script("user", R"(require "imap4flags"; addflag ["\\Flagged", "$Returned"];)");
    deliver(message(hello));
    EXPECT_EQ(only_message("user").flags, (std::set<std::string>{"$Returned", "\\Flagged"}));
}

TEST_F(Rig, FilesByAScriptThatWasUploadedOverManageSieve) {
    use_script("user", R"(require ["fileinto", "mailbox"]; fileinto :create "Returns/Today";)");
    deliver(message(hello));
    EXPECT_EQ(mailboxes("user"), (std::vector<std::string>{"INBOX", "Returns", "Returns/Today"}));
    EXPECT_EQ(mailbox("user", "Returns/Today").size(), 1U);
    EXPECT_TRUE(mailbox("user").empty());
}

TEST_F(Rig, SeesARedirectedMessageWithItsEnvelope) {
    use_script("user", R"(redirect "elsewhere@example.net";)");
    deliver(message(hello), {.from = "sender@example.com", .to = {"user@example.org"}});
    const auto sent = sink.wait_for(1);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].from.address, "sender@example.com");
    ASSERT_EQ(sent[0].to.size(), 1U);
    EXPECT_EQ(sent[0].to[0].address, "elsewhere@example.net");
    EXPECT_EQ(sent[0].header("Subject"), "hello");
    EXPECT_EQ(sent[0].body(), "Hello, world.\r\n");
    EXPECT_TRUE(mailbox("user").empty());
}

TEST_F(Rig, RefusesAtTheSinkForGoodSoThatTheMessageIsKept) {
    sink.refuse("elsewhere@example.net", "550 5.1.1 Gone");
    use_script("user", R"(redirect "elsewhere@example.net";)");
    deliver(message(hello));
    EXPECT_TRUE(sink.messages().empty());
    EXPECT_EQ(mailbox("user").size(), 1U);
}

TEST_F(Rig, DefersAtTheSinkSoThatTheDeliveryIsDeferred) {
    sink.refuse_messages("451 4.3.0 Try again later");
    use_script("user", R"(redirect "elsewhere@example.net";)");
    EXPECT_TRUE(try_to_deliver(message(hello)).outcome().temporary());
    EXPECT_TRUE(sink.messages().empty());
    EXPECT_TRUE(mailbox("user").empty());

    sink.accept_everything();
    deliver(message(hello));
    EXPECT_EQ(sink.wait_for(1).size(), 1U);
}

TEST_F(Rig, HangsAtTheSinkUntilTheClientGivesUp) {
    sink.hang_at(SinkStage::rcpt);
    options.extra_conf = "submission_timeout = 1s\n";
    use_script("user", R"(redirect "elsewhere@example.net";)");
    EXPECT_TRUE(try_to_deliver(message(hello)).outcome().temporary());
    EXPECT_TRUE(sink.messages().empty());
}

TEST_F(Rig, KeepsTwoUsersApart) {
    deliver(message("Subject: for one\n\n1\n"), {.to = {"one@example.org"}});
    deliver(message("Subject: for both\n\n2\n"), {.to = {"one@example.org", "two@example.org"}});
    EXPECT_EQ(mailbox("one").size(), 2U);
    EXPECT_EQ(only_message("two").header("Subject"), "for both");
}

TEST_F(Rig, KnowsOnlyTheUsersItIsToldOf) {
    options.users = {{"user", ""}, {"other", "userdb_quota_rule=*:bytes=1"}};
    const auto delivery =
        try_to_deliver(message(hello), {.to = {"user@example.org", "nobody.here@example.org"}});
    ASSERT_EQ(delivery.recipients.size(), 2U);
    EXPECT_EQ(delivery.recipients[0].outcome().code, 250);
    EXPECT_EQ(delivery.recipients[1].at_rcpt.code, 550);
    EXPECT_EQ(delivery.recipients[1].at_rcpt.enhanced, "5.1.1");
    EXPECT_FALSE(delivery.recipients[1].at_data.has_value());
    EXPECT_FALSE(delivery.accepted());
}

TEST_F(Rig, AnswersNoWithTheReasonToABrokenScript) {
    const auto stored = put_script("user", "main", "fileinto \"x\";\n");
    EXPECT_EQ(stored.status, "NO");
    EXPECT_NE(stored.text.find("line 1"), std::string::npos) << stored.text;
    EXPECT_NE(stored.text.find("fileinto"), std::string::npos) << stored.text;
    EXPECT_EQ(check_script("user", "keep").status, "NO");
    EXPECT_EQ(check_script("user", "keep;").status, "OK");
    EXPECT_TRUE(dovecot().managesieve("user").scripts().empty());
}

TEST_F(Rig, ReadsBackScriptsAndWhichIsActive) {
    use_script("user", "keep;\r\n");
    EXPECT_TRUE(put_script("user", "second \"one\"", "discard;\r\n").ok());
    auto session = dovecot().managesieve("user");
    EXPECT_EQ(session.script("second \"one\""), "discard;\r\n");
    const auto scripts = session.scripts();
    EXPECT_EQ(scripts.size(), 2U);
    EXPECT_EQ(std::count(scripts.begin(), scripts.end(), std::pair(std::string("main"), true)), 1);
}

TEST_F(Rig, ReadsCapabilitiesBeforeAndAfterLogin) {
    EXPECT_NE(dovecot().capabilities().at("SIEVE").find("fileinto"), std::string::npos);
    const auto after = dovecot().capabilities("user");
    EXPECT_NE(after.at("SIEVE").find("fileinto"), std::string::npos);
    EXPECT_TRUE(after.contains("VERSION"));
    EXPECT_FALSE(after.contains("SASL")) << "SASL is for those who have not logged in yet";
}

TEST_F(Rig, RefusesForAFullMailbox) {
    options.quota_rule = "*:bytes=2k";
    deliver(message(hello));
    const auto delivery = try_to_deliver(message(std::string(hello) + std::string(4000, 'x')));
    EXPECT_EQ(delivery.outcome().code, 552);
    EXPECT_EQ(delivery.outcome().enhanced, "5.2.2");
    EXPECT_EQ(mailbox("user").size(), 1U);
}

TEST_F(Rig, DefersForAFullMailboxWhenConfiguredSo) {
    options.quota_rule = "*:bytes=10";
    options.extra_conf = "quota_full_tempfail = yes\n";
    EXPECT_EQ(try_to_deliver(message(hello)).outcome().code, 452);
}

TEST_F(Rig, DeliversWithTheLocalDeliveryAgent) {
    use_script("user", R"(require ["envelope", "fileinto", "mailbox"];
                          if envelope "from" "other@example.net" { fileinto :create "Other"; })");
    const auto result = dovecot().deliver_with_lda("user", message(hello), "other@example.net");
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(only_message("user", "Other").header("Subject"), "hello");
}

TEST_F(Rig, RunsTheAdministratorsScriptsAroundTheUsers) {
    options.sieve_before = R"(require ["fileinto", "copy", "mailbox"]; fileinto :copy :create "Before";)";
    options.sieve_default = R"(require ["fileinto", "mailbox"]; fileinto :create "Default"; keep;)";
    options.sieve_after = R"(require ["include"]; include :global "last";)";
    options.sieve_global_scripts = {
        {"last", R"(require ["fileinto", "mailbox"]; fileinto :create "After";)"}};
    deliver(message(hello));
    EXPECT_EQ(mailboxes("user"), (std::vector<std::string>{"After", "Before", "Default", "INBOX"}));

    use_script("user", R"(require ["fileinto", "mailbox"]; fileinto :create "Own";)");
    deliver(message(hello));
    EXPECT_EQ(mailbox("user", "Own").size(), 1U);
    EXPECT_EQ(mailbox("user", "Before").size(), 2U);
    EXPECT_EQ(mailbox("user", "Default").size(), 1U) << "the user's own script replaces the default";
}

TEST_F(Rig, WritesTheSiteConfigurationAndNamesIt) {
    options.site_config = "# at @directory@\n";
    const auto shown = dovecot().tool("doveconf", {"-h", "plugin/columbarium_config"});
    const std::string path = (dovecot().directory() / "columbarium.toml").string();
    EXPECT_EQ(shown.output, path + "\n") << to_string(shown);
    EXPECT_EQ(read_file(path), "# at " + dovecot().directory().string() + "\n");
}

TEST_F(Rig, RunsToolsWithItsConfiguration) {
    deliver(message(hello));
    const auto listed = dovecot().tool("doveadm", {"fetch", "-u", "user", "hdr.subject", "all"});
    EXPECT_EQ(listed.output, "hdr.subject: hello\n") << to_string(listed);

    const auto script = dovecot().write_file("test.sieve", "discard;\n");
    const auto mail = dovecot().write_file("test.eml", message(hello));
    const auto tested = dovecot().tool("sieve-test", {script.string(), mail.string()});
    EXPECT_EQ(tested.status, 0) << to_string(tested);
    EXPECT_NE(tested.output.find("discard"), std::string::npos) << to_string(tested);
}

TEST_F(Rig, AppendsCopiesAndMovesOverImap) {
    auto imap = dovecot().imap("user");
    imap.create("Archive");
    imap.append("INBOX", message(hello), {"\\Seen", "$Old"});
    const auto uid = only_message("user").uid;
    imap.copy(uid, "INBOX", "Archive");
    EXPECT_EQ(only_message("user", "Archive").flags, (std::set<std::string>{"$Old", "\\Seen"}));
    imap.add_flags(uid, "INBOX", {"$New"});
    imap.move(uid, "INBOX", "Archive");
    EXPECT_TRUE(mailbox("user").empty());
    ASSERT_EQ(mailbox("user", "Archive").size(), 2U);
    EXPECT_TRUE(mailbox("user", "Archive")[1].has_flag("$New"));
}

TEST_F(Rig, RunsAsAnUnprivilegedUser) {
    deliver(message(hello));
    struct stat mail {};
    ASSERT_EQ(::stat((dovecot().directory() / "home/user/Maildir").c_str(), &mail), 0);
    EXPECT_EQ(mail.st_uid, server_account().uid);
    EXPECT_NE(mail.st_uid, 0U);
    EXPECT_EQ(dovecot().run({"id", "-u"}).output, std::to_string(mail.st_uid) + "\n");
}

TEST_F(Rig, ListensOnLoopbackOnly) {
    const auto shown = dovecot().tool("doveconf", {"-h", "listen"});
    EXPECT_EQ(shown.output, "127.0.0.1\n");
}

TEST_F(Rig, LeavesNothingBehind) {
    deliver(message(hello));
    const auto directory = dovecot().directory();
    const auto master = dovecot().pid();
    EXPECT_TRUE(std::filesystem::exists(directory / "run/master.pid"));
    dovecot().stop();
    EXPECT_FALSE(std::filesystem::exists(directory));
    // Every process of the server is in the master's group; signal 0 asks whether there is any, ended or not.
    EXPECT_EQ(::kill(-master, 0), -1) << "a process of the server is still there";
    EXPECT_NE(dovecot().log().find("saved mail to INBOX"), std::string::npos) << "the log was lost";
}

TEST_F(Rig, NotesAProcessThatCrashesWhileTheServerStops) {
    // The session stays open, so that its process is there at the end.
    const auto session = dovecot().imap("user");
    const auto children = children_of(dovecot().pid());
    const auto imap = std::find_if(children.begin(), children.end(),
                                   [](const auto& child) { return child.name == "imap"; });
    ASSERT_NE(imap, children.end());
    ASSERT_EQ(::kill(imap->pid, SIGKILL), 0);
    dovecot().stop();
    EXPECT_FALSE(alarms_in(dovecot().log()).empty()) << dovecot().log();
    expect_alarm("killed with signal 9");
}

TEST_F(Rig, SaysWhyAServerDoesNotStart) {
    DovecotOptions broken;
    broken.extra_conf = "no_such_setting = yes\n";
    try {
        const Dovecot server(broken);
        FAIL() << "the server started";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("no_such_setting"), std::string::npos) << error.what();
    }
}

TEST_F(Rig, RunsServersSideBySide) {
    const Dovecot other;
    deliver(message(hello));
    EXPECT_EQ(mailbox("user").size(), 1U);
    EXPECT_TRUE(other.mailbox("user").empty());
}

TEST_F(Rig, FailsATestWhoseServerPanicked) {
    EXPECT_NONFATAL_FAILURE(
        check_log("Nov 21 10:00:00 lmtp: Info: fine\nNov 21 10:00:01 lmtp: Panic: file x.c\n"),
        "lmtp: Panic: file x.c");
    expect_alarm("file x.c");
    check_log("Nov 21 10:00:01 lmtp: Panic: file x.c\n");
}

TEST(ServerLog, HasAnAlarmForEverySignOfACrash) {
    const auto alarms =
        alarms_in("Nov 21 10:00:00 lmtp(user): Info: saved mail to INBOX\n"
                  "Nov 21 10:00:01 lmtp(user): Panic: file x.c: line 1: assertion failed\n"
                  "Nov 21 10:00:01 lmtp(user): Fatal: master: service(lmtp): child 12 killed\n"
                  "Nov 21 10:00:02 master: Error: service(lmtp): child 3 killed with signal 11\n"
                  "Nov 21 10:00:03 lmtp: Error: terminate called after throwing\n"
                  "Nov 21 10:00:04 lmtp: Error: ==7==ERROR: AddressSanitizer: heap-use-after-free\n"
                  "Nov 21 10:00:05 lmtp: Error: a.cpp:1:2: runtime error: signed integer overflow\n"
                  "Nov 21 10:00:06 master: Warning: Killed with signal 15 (by pid=1 uid=0)\n");
    ASSERT_EQ(alarms.size(), 6U);
    EXPECT_NE(alarms[0].find("assertion failed"), std::string::npos);
    EXPECT_NE(alarms[5].find("runtime error"), std::string::npos);
}

TEST(ServerLog, HasNoAlarmForAHealthyServer) {
    EXPECT_TRUE(alarms_in("").empty());
    EXPECT_TRUE(alarms_in("Nov 21 10:00:00 master: Info: Dovecot v2.3 starting up\n").empty());
    EXPECT_TRUE(alarms_in("Nov 21 10:00:06 master: Warning: Killed with signal 15 (by pid=1 uid=0)").empty());
}

TEST(ServerLog, HasNoAlarmForTheFaultOfDovecotAtItsOrderedEndAndOneForEveryOther) {
    const std::string fault =
        "Nov 21 10:00:00 lmtp(34): Panic: epoll_ctl(del, 8) failed: Operation not permitted\n"
        "Nov 21 10:00:00 master: Error: service(lmtp): child 34 killed with signal 6 (core dumps disabled)\n";
    EXPECT_TRUE(alarms_in(fault).empty());
    EXPECT_EQ(alarms_in(fault +
                        "Nov 21 10:00:00 master: Error: service(lmtp): child 3 killed with signal 6\n"
                        "Nov 21 10:00:00 lmtp(3): Panic: epoll_ctl(del, 8) failed: Bad file descriptor\n")
                  .size(),
              2U);
}

TEST(Modules, AreTheSystemsWithTheFreshlyBuiltOnesOverThem) {
    const TemporaryDirectory built(server_account());
    built.write("a/lib90_sieve_columbarium_plugin.so", "sieve");
    built.write("b/lib95_columbarium_plugin.so", "delivery");
    built.write("b/c/lib10_doveadm_columbarium_plugin.so", "doveadm");
    built.write("b/lib90_sieve_plugin.so", "ours");
    built.write("b/libother.so", "no module");
    const TemporaryDirectory server(server_account());
    const auto modules = gather_modules(server, {built.path() / "a", built.path() / "b", "/does/not/exist"});

    EXPECT_EQ(read_file(modules.directory / "sieve/lib90_sieve_columbarium_plugin.so"), "sieve");
    EXPECT_EQ(read_file(modules.directory / "lib95_columbarium_plugin.so"), "delivery");
    EXPECT_EQ(read_file(modules.directory / "doveadm/lib10_doveadm_columbarium_plugin.so"), "doveadm");
    EXPECT_EQ(read_file(modules.directory / "lib90_sieve_plugin.so"), "ours") << "hides the installed one";
    EXPECT_FALSE(std::filesystem::exists(modules.directory / "libother.so"));
    EXPECT_TRUE(std::filesystem::exists(modules.directory / "lib10_quota_plugin.so"))
        << "one of the system's";
}

TEST(Run, GivesInputAndReturnsBothOutputsAndTheStatus) {
    const auto result =
        run({"sh", "-c", "cat; echo problem >&2; exit 3"}, {.input = std::string(200'000, 'x')});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.output.size(), 200'000U);
    EXPECT_EQ(result.errors, "problem\n");
    EXPECT_FALSE(result.timed_out);
}

TEST(Run, KillsWhatMissesItsDeadline) {
    const auto result = run({"sh", "-c", "sleep 60"}, {.deadline = Milliseconds(100)});
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.status, 128 + 9);
}

TEST(Run, ThrowsForAProgramThatDoesNotExist) {
    EXPECT_THROW((void)run({"no-such-program-anywhere"}), std::runtime_error);
}

TEST(MessageText, HasCrlfLineEndsOnly) {
    EXPECT_EQ(message("Subject: x\n\nbody"), "Subject: x\r\n\r\nbody\r\n");
    EXPECT_EQ(message("Subject: x\r\n\r\nbody\r\n"), "Subject: x\r\n\r\nbody\r\n");
}

TEST(MessageText, GivesUnfoldedHeaderFieldsWithoutRegardToCase) {
    const std::string text = message("Subject: one\n two\nX-Empty:\n\nSubject: not a header\n");
    EXPECT_EQ(header_field(text, "subject"), "one two");
    EXPECT_EQ(header_field(text, "X-Empty"), "");
    EXPECT_EQ(body_of(text), "Subject: not a header\r\n");
}

} // namespace
} // namespace columbarium::rig
