// SPDX-License-Identifier: LGPL-2.1-or-later
// The examples of docs/tombstone.md, one after the other, as a new administrator would try them: with the
// files of the page in a folder of their own.
#include <algorithm>
#include <array>
#include <sstream>

#include <gmock/gmock.h>

#include "code_blocks.hpp"
#include "reply/templates.hpp"
#include "rig/directory.hpp"
#include "rig/process.hpp"

namespace columbarium::docs {
namespace {

using ::testing::HasSubstr;

constexpr const char* page = "docs/tombstone.md";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

// The first block of the page that begins so.
std::string block_that_begins(std::string_view mark, std::string_view beginning) {
    for (const CodeBlock& block : code_blocks(page, read_page(page)))
        if (block.mark == mark && block.text.starts_with(beginning))
            return block.text;
    ADD_FAILURE() << "no such block: " << beginning;
    return {};
}

class TombstonePage : public ::testing::Test {
  protected:
    TombstonePage() : directory(rig::server_account()) {
        std::string site = block_that_begins("toml", "[people]");
        site = replaced(std::move(site), "/srv/people/", directory.path().string() + "/");
        site = replaced(std::move(site), "\"userdb\"",
                        "\"list:" + (directory.path() / "accounts").string() + "\"");
        site += "\n[store]\nsqlite = \"" + (directory.path() / "store.sqlite").string() + "\"\n";
        directory.write("columbarium.toml", site);
        directory.write("accounts", "abc1\n");
        directory.write("people.csv", block_that_begins("text", "username,"));
        directory.write("message.eml",
                        "From: sender@example.com\nTo: abc1@cam.example.org\nSubject: Hello\n\nHello\n");
    }

    // A command of the page, without sudo and with files of ours.
    [[nodiscard]] rig::RunResult run(std::string command) const {
        for (const char* sudo : {"sudo -u columbarium ", "sudo "})
            if (command.starts_with(sudo))
                command.erase(0, std::string_view(sudo).size());
        command = replaced(std::move(command), " personal-plain.eml ",
                           " " + (directory.path() / "message.eml").string() + " ");
        for (const char* folder : {"/etc/postfix/", "/etc/exim4/"})
            command = replaced(std::move(command), folder, directory.path().string() + "/");
        command += " --config " + (directory.path() / "columbarium.toml").string();
        return rig::run({"/bin/sh", "-c", "PATH='" COLUMBARIUM_COMMAND_DIR "':$PATH; " + command},
                        {.account = rig::server_account()});
    }

    rig::TemporaryDirectory directory;
};

TEST_F(TombstonePage, HasCommandsThatWorkInTheirOrder) {
    int count = 0;
    for (const CodeBlock& block : code_blocks(page, read_page(page)))
        if (block.mark == "console")
            for (const ConsoleCommand& example : console_commands(block.text)) {
                if (!std::ranges::any_of(
                        std::array{"columbarium people ", "columbarium tables ", "columbarium reply "},
                        [&](const char* group) { return example.command.find(group) != std::string::npos; }))
                    continue;
                const auto result = run(example.command);
                EXPECT_EQ(result.status, 0) << example.command << '\n' << to_string(result);
                ++count;
            }
    EXPECT_GE(count, 11);
}

TEST_F(TombstonePage, HasAFeedWhosePeopleAreSetUpAsThePageTells) {
    const auto synced = run("columbarium people sync");
    ASSERT_EQ(synced.status, 0) << to_string(synced);
    EXPECT_THAT(run("columbarium people show abc1").output, HasSubstr("abc1@hermes.example.org"));
    const auto xavier = run("columbarium people show xyz2");
    EXPECT_THAT(xavier.output, HasSubstr("Xavier \"Zed\" Young"));
    EXPECT_THAT(xavier.output, HasSubstr("xyz2@medschl.example.org"));
}

TEST_F(TombstonePage, HasTablesThatPostfixReads) {
    ASSERT_EQ(run("columbarium people sync").status, 0);
    ASSERT_EQ(
        run("columbarium tables export --format postfix-cdb --output /etc/postfix/forwarding.cdb forwarding")
            .status,
        0);
    const auto asked = rig::run(
        {"postmap", "-q", "abc1@cam.example.org", "cdb:" + (directory.path() / "forwarding").string()});
    EXPECT_EQ(asked.output, "abc1@hermes.example.org\n") << to_string(asked);
}

TEST_F(TombstonePage, HasATemplateThatCanBeUsed) {
    directory.write("change-of-address.en.txt", block_that_begins("text", "{{#people}}"));
    config::NoticePolicy policy;
    policy.templates = directory.path().string();
    const auto templates = reply::Templates::read(policy);
    ASSERT_TRUE(templates.has_value()) << templates.error().text;
    reply::Values values;
    values.subject = "Lunch & <more>";
    values.people = {{"abc1@cam.example.org", "alice@example.com", ""}};
    const auto texts = templates->texts("example.com", values);
    ASSERT_TRUE(texts.has_value()) << texts.error().text;
    ASSERT_EQ(texts->size(), 1U);
    EXPECT_EQ(texts->at(0).text,
              "abc1@cam.example.org can now be reached at alice@example.com.\n\n"
              "Your message \"Lunch & <more>\" was not delivered. Please send it again to the new "
              "address.\n");
}

// The end-to-end tests have these lines, but for ports and paths.
TEST_F(TombstonePage, HasConfigurationsOfMtasThatAreTested) {
    const std::string exim = read_page("tests/e2e/notice_exim_lmtp_test.cpp");
    for (const char* beginning : {"acl_check_rcpt:", "columbarium:", "dovecot_lmtp:"}) {
        std::istringstream lines(block_that_begins("text", beginning));
        for (std::string line; std::getline(lines, line);) {
            if (line.find("port = ") == std::string::npos) {
                EXPECT_THAT(exim, HasSubstr(line + "\n"));
            }
        }
    }
    const std::string postfix = read_page("tests/e2e/notice_postfix_lmtp_test.cpp");
    for (const char* setting : {"relay_domains = cam.example.org", "relay_transport = lmtp:inet:127.0.0.1:",
                                "check_recipient_access socketmap:unix:", "reject_unauth_destination"}) {
        EXPECT_THAT(block_that_begins("text", "relay_domains"), HasSubstr(setting));
        EXPECT_THAT(postfix, HasSubstr(setting));
    }
}

} // namespace
} // namespace columbarium::docs
