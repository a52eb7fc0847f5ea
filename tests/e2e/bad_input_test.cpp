// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of mail where the site's configuration or the mail itself is broken.
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

constexpr const char* broken_site = "[destinations.returns]\nkind = \"bucket\"\nmalbox = \"Returns\"\n";

class BrokenSite : public SieveTest {
  protected:
    // Nothing of the message is anywhere.
    void expect_no_mail() {
        EXPECT_THAT(mailbox("user"), IsEmpty());
        EXPECT_THAT(mailbox("user", "Returns"), IsEmpty());
        EXPECT_THAT(sink.messages(), IsEmpty());
    }
};

TEST_F(BrokenSite, DefersMailWithOneClearLineAndDeliversItWhenMended) {
    use_script("user", script(R"(route "returns";)"));
    change_site(broken_site);
    EXPECT_TRUE(try_to_deliver(a_bounce()).outcome().temporary());
    expect_no_mail();
    const auto lines = log_lines("columbarium.toml");
    ASSERT_THAT(lines, SizeIs(1)) << dovecot().log();
    EXPECT_THAT(lines[0], AllOf(HasSubstr("columbarium.toml:3: destinations.returns.malbox: unknown key"),
                                HasSubstr("did you mean \"mailbox\"?")));

    change_site(site_of_tests);
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
}

TEST_F(BrokenSite, DefersAlsoWhereTheScriptIsCompiledAtThatDelivery) {
    options.site_config = broken_site;
    options.sieve_before = script(R"(route "returns";)");
    EXPECT_TRUE(try_to_deliver(a_bounce()).outcome().temporary());
    expect_no_mail();
    EXPECT_THAT(log_lines("columbarium.toml:3:"), SizeIs(1)) << dovecot().log();

    change_site(site_of_tests);
    deliver(a_bounce());
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(1));
}

TEST_F(BrokenSite, DoesNotHoldUpMailThatIsNotRouted) {
    use_script("user", script(R"(if header :contains "subject" "Undelivered" { route "returns"; })"));
    change_site(broken_site);
    deliver(a_personal_message());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

// Facts go by the site's policy: what it says of keys, tokens and languages decides where mail goes.
TEST_F(BrokenSite, DefersWhatAScriptAsksFactsOf) {
    use_script("user", script(R"(if triage "class" "bounce" { route "returns"; })"));
    change_site(broken_site);
    EXPECT_TRUE(try_to_deliver(a_personal_message()).outcome().temporary());
    expect_no_mail();
    change_site(site_of_tests);
    deliver(a_personal_message());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(BrokenSite, WarnsWhoUploadsAScript) {
    options.site_config = broken_site;
    const auto checked = check_script("user", script(R"(route "returns";)"));
    EXPECT_EQ(checked.status, "OK");
    EXPECT_EQ(checked.code, "WARNINGS");
    EXPECT_THAT(checked.text, HasSubstr("columbarium.toml:3: destinations.returns.malbox"));
}

TEST_F(BrokenSite, WarnsWhoCompilesAScript) {
    options.site_config = broken_site;
    const auto file = dovecot().write_file("script.sieve", script(R"(route "returns";)"));
    const auto compiled = dovecot().tool("sievec", {file.string()});
    EXPECT_EQ(compiled.status, 0);
    EXPECT_THAT(compiled.errors, HasSubstr("columbarium.toml:3: destinations.returns.malbox"));
}

TEST_F(BrokenSite, DefersWhereTheFileThatIsNamedIsMissing) {
    use_script("user", script(R"(route "returns";)"));
    ASSERT_EQ(dovecot().run({"rm", (dovecot().directory() / "columbarium.toml").string()}).status, 0);
    EXPECT_TRUE(try_to_deliver(a_bounce()).outcome().temporary());
    expect_no_mail();
    EXPECT_THAT(log_lines("columbarium.toml: cannot read: No such file or directory"), SizeIs(1));
}

TEST_F(BrokenSite, DefersWhereTheFileMayNotBeRead) {
    use_script("user", script(R"(route "returns";)"));
    const std::string file = (dovecot().directory() / "columbarium.toml").string();
    change_site("# never read\n");
    ASSERT_EQ(dovecot().run({"chmod", "000", file}).status, 0);
    EXPECT_TRUE(try_to_deliver(a_bounce()).outcome().temporary());
    expect_no_mail();
    EXPECT_THAT(log_lines("columbarium.toml: cannot open: Permission denied"), SizeIs(1));
}

// Asks for every fact, so that all of the message is read.
class BadMail : public SieveTest {
  protected:
    void SetUp() override {
        use_script("user", script(R"(
            if triage :contains ["class", "bounce.recipient", "bounce.diagnostic", "bounce.subject", "mailer",
                                 "list-id", "header-charset", "size", "attachments"] "no value holds this" { discard; }
            if triage :count "ge" :comparator "i;ascii-numeric" "class" "1" { addflag "classed"; }
        )"));
    }

    void expect_delivered(const std::string& text) {
        deliver(text, {.from = ""});
        EXPECT_TRUE(only_message("user").has_flag("classed"));
    }
};

class BadMailFile : public BadMail, public ::testing::WithParamInterface<const char*> {};

TEST_P(BadMailFile, IsDeliveredWithAClass) {
    expect_delivered(mail_file(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Files, BadMailFile,
                         ::testing::Values("bad-boundary-never-closed.eml", "bad-header-only.eml",
                                           "bad-nul-bytes.eml", "bad-truncated-dsn.eml",
                                           "bad-wrong-charset.eml", "bad-empty.eml"),
                         [](const auto& file) {
                             std::string name = file.param;
                             std::erase_if(name, [](char c) {
                                 return std::isalnum(static_cast<unsigned char>(c)) == 0;
                             });
                             return name;
                         });

TEST_F(BadMail, OfFiftyMegabytesIsDelivered) {
    std::string text = "From: a@example.com\r\nSubject: large\r\nContent-Type: text/plain\r\n\r\n";
    const std::string line(998, 'x');
    while (text.size() < 50 * 1024 * 1024)
        text += line + "\r\n";
    expect_delivered(text);
}

TEST_F(BadMail, NestedAThousandLevelsDeepIsDelivered) {
    std::string text = "From: a@example.com\r\nMIME-Version: 1.0\r\n";
    for (int level = 0; level < 1000; ++level) {
        const std::string boundary = "b" + std::to_string(level);
        text.append("Content-Type: multipart/mixed; boundary=").append(boundary);
        text.append("\r\n\r\n--").append(boundary).append("\r\n");
    }
    expect_delivered(text + "Content-Type: text/plain\r\n\r\nat last\r\n");
}

TEST_F(BadMail, OfNestedMessagesIsDelivered) {
    std::string text = "From: a@example.com\r\nMIME-Version: 1.0\r\n";
    for (int level = 0; level < 1000; ++level)
        text += "Content-Type: message/rfc822\r\n\r\n";
    expect_delivered(text + "Subject: at last\r\n\r\nx\r\n");
}

TEST_F(BadMail, WithAnEndlessHeaderLineIsDelivered) {
    expect_delivered("From: a@example.com\r\nX-Long: " + std::string(2 * 1024 * 1024, 'y') +
                     "\r\n\r\nbody\r\n");
}

TEST_F(BadMail, WithAHundredThousandHeaderLinesIsDelivered) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += "X-Field: " + std::to_string(i) + "\r\n";
    expect_delivered(text + "\r\nbody\r\n");
}

// Without memory for the message the module throws std::bad_alloc inside a real delivery.
TEST_F(SieveTest, AnExceptionInsideTheModuleDefersTheMailAndTheProcessLives) {
    options.extra_conf = "service lmtp {\n  vsz_limit = 50M\n  process_limit = 1\n}\n";
    use_script("user", script(R"(if triage "attachments" "x" { route "returns"; })"));
    rig::LmtpSession session = dovecot().lmtp();
    std::string large = "From: a@example.com\r\nSubject: large\r\n\r\n";
    while (large.size() < 70'000'000)
        large += std::string(70, 'x') + "\r\n";
    const auto deliver_in_session = [&session](std::string_view text) {
        session.mail("sender@example.com");
        session.rcpt("user@example.org");
        EXPECT_EQ(session.data().code, 354);
        return session.send_message(text, 1).at(0);
    };
    EXPECT_TRUE(deliver_in_session(large).temporary());
    EXPECT_THAT(log_lines("triage test"), SizeIs(1)) << dovecot().log();
    EXPECT_TRUE(deliver_in_session(a_personal_message()).positive()) << "the same process goes on";
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

} // namespace
} // namespace columbarium::e2e
