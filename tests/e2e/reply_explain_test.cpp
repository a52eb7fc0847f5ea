// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium reply explain`, from outside.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "rig/account.hpp"
#include "rig/directory.hpp"
#include "rig/mail_text.hpp"
#include "rig/process.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string mail_directory = std::string(COLUMBARIUM_SOURCE_DIR) + "/tests/mail/";

rig::RunResult explain(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {COLUMBARIUM_COMMAND, "reply", "explain"});
    return rig::run(arguments, {.input = input});
}

TEST(ReplyExplain, AR_1_SaysThatAPersonWouldBeAnswered) {
    const rig::RunResult result = explain({mail_directory + "personal-plain.eml", "--from",
                                           "elena@example.com", "--to", "support@example.org"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(result.output, "support@example.org: would be answered\nThe configuration has no [people]: "
                             "whether these are addresses of the site's people cannot be checked.\n");
    EXPECT_THAT(result.errors, IsEmpty());
}

TEST(ReplyExplain, AR_4_AR_6_AR_9_NamesEachRuleForEachRecipient) {
    const rig::RunResult result = explain({mail_directory + "newsletter.eml", "--json", "--from", "<>",
                                           "--to", "support@example.org", "--to", "carl@example.org"});
    ASSERT_EQ(result.status, 0) << to_string(result);
    const auto line = nlohmann::json::parse(result.output);
    EXPECT_EQ(line.at("from"), "");
    ASSERT_THAT(line.at("recipients"), SizeIs(2));
    std::vector<std::vector<std::string>> rules;
    for (const auto& recipient : line.at("recipients")) {
        EXPECT_EQ(recipient.at("answered"), false);
        rules.emplace_back();
        for (const auto& objection : recipient.at("objections"))
            if (rules.back().empty() || rules.back().back() != objection.at("rule"))
                rules.back().push_back(objection.at("rule"));
    }
    EXPECT_EQ(rules[0], (std::vector<std::string>{"AR-6", "AR-9"}));
    EXPECT_EQ(rules[1], (std::vector<std::string>{"AR-6", "AR-9", "AR-4"}));
}

TEST(ReplyExplain, CA_10_SaysThatMailToRolesAndStrangersIsLeftAlone) {
    const rig::TemporaryDirectory directory(rig::server_account());
    const auto config = directory.write("columbarium.toml", "[people]\ndomains = [\"example.org\"]\n");
    const rig::RunResult result = explain({mail_directory + "personal-plain.eml", "--config", config.string(),
                                           "--from", "elena@example.com", "--to", "postmaster@example.org",
                                           "--to", "ann@elsewhere.example", "--to", "<support@example.org>"});
    ASSERT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(result.output,
              "postmaster@example.org: would not be answered\n  CA-10  is a role: mail to it is left alone\n"
              "ann@elsewhere.example: would not be answered\n"
              "  CA-10  is no address of this site's people: mail to it is left alone\n"
              "support@example.org: would be answered\n");
}

TEST(ReplyExplain, RefusesArgumentsThatAreNoAddresses) {
    const std::string file = mail_directory + "personal-plain.eml";
    const rig::RunResult from = explain({file, "--from", "fred", "--to", "b@example.org"});
    EXPECT_EQ(from.status, 2);
    EXPECT_THAT(from.errors, HasSubstr("--from: \"fred\" is no address"));
    const rig::RunResult to = explain({file, "--from", "a@example.com", "--to", ""});
    EXPECT_EQ(to.status, 2);
    EXPECT_THAT(to.errors, HasSubstr("--to: \"\" is no address"));
    EXPECT_EQ(explain({file, "--from", "\"a b\"@example.com", "--to", "b@example.org"}).status, 0);
}

TEST(ReplyExplain, ReadsStandardInput) {
    const rig::RunResult result = explain({"-", "--from", "petra@example.com", "--to", "support@example.org"},
                                          rig::mail_file("vacation-auto-submitted.eml"));
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output, HasSubstr("  AR-2   Auto-Submitted: auto-replied (vacation)\n"));
}

TEST(ReplyExplain, FailsWhereItCannotReadAndWhereItIsNotAsked) {
    const rig::RunResult missing =
        explain({"/nowhere/a.eml", "--from", "a@example.com", "--to", "b@example.org"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_THAT(missing.errors, HasSubstr("cannot open /nowhere/a.eml: No such file or directory"));
    const rig::RunResult policy = explain({mail_directory + "personal-plain.eml", "--from", "a@example.com",
                                           "--to", "b@example.org", "--config", "/nowhere/columbarium.toml"});
    EXPECT_EQ(policy.status, 1);
    EXPECT_THAT(policy.errors, HasSubstr("/nowhere/columbarium.toml"));
    EXPECT_EQ(explain({mail_directory + "personal-plain.eml", "--to", "b@example.org"}).status, 2);
    EXPECT_EQ(explain({mail_directory + "personal-plain.eml", "--from", "a@example.com"}).status, 2);
}

} // namespace
} // namespace columbarium::e2e
