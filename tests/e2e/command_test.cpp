// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium triage explain`, from outside.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "rig/mail_text.hpp"
#include "rig/process.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string mail_directory = std::string(COLUMBARIUM_SOURCE_DIR) + "/tests/mail/";

rig::RunResult explain(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {COLUMBARIUM_COMMAND, "triage", "explain"});
    return rig::run(arguments, {.input = input});
}

std::vector<nlohmann::json> lines_of_json(const std::string& output) {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(nlohmann::json::parse(line));
    return lines;
}

using Values = std::vector<std::string>;

TEST(TriageExplain, PrintsAJsonObjectALineWithFileAndFacts) {
    const std::string bounce = mail_directory + "dsn-failed-user-unknown.eml";
    const std::string letter = mail_directory + "personal-plain.eml";
    const rig::RunResult result = explain({"--json", bounce, letter});
    ASSERT_EQ(result.status, 0) << to_string(result);
    const auto lines = lines_of_json(result.output);
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_EQ(lines[0].at("file"), bounce);
    EXPECT_EQ(lines[0].at("facts").at("class").get<Values>(), Values{"bounce"});
    EXPECT_EQ(lines[0].at("facts").at("bounce.permanent").get<Values>(), Values{"yes"});
    EXPECT_EQ(lines[0].size(), 2) << "exactly the keys file and facts";
    EXPECT_EQ(lines[1].at("facts").at("class").get<Values>(), Values{"personal"});
    EXPECT_EQ(lines[1].at("facts").at("bounce.recipient").get<Values>(), Values{});
}

TEST(TriageExplain, AddsTheRuleBehindEachValueWhenAsked) {
    const rig::RunResult result =
        explain({"--json", "--rules", mail_directory + "dsn-failed-user-unknown.eml"});
    const auto lines = lines_of_json(result.output);
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_EQ(lines[0].at("rules").at("bounce.recipient").get<Values>(), Values{"field Final-Recipient"});
}

TEST(TriageExplain, ReadsStandardInputWhereNoFileIsNamed) {
    const rig::RunResult result = explain({}, rig::mail_file("arf-abuse-report.eml"));
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output, AllOf(HasSubstr("class"), HasSubstr("abuse-report")));
    EXPECT_THAT(result.errors, IsEmpty()) << "no progress where standard error is no terminal";
}

TEST(TriageExplain, GoesOnPastAnUnreadableFileNamesItAndFails) {
    const rig::RunResult result = explain({"--json", mail_directory + "dsn-delayed.eml", "/nowhere/a.eml",
                                           "/tmp", mail_directory + "personal-plain.eml"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(lines_of_json(result.output), SizeIs(2));
    EXPECT_THAT(result.errors,
                HasSubstr("columbarium: cannot open /nowhere/a.eml: No such file or directory"));
    EXPECT_THAT(result.errors, HasSubstr("/tmp: Is a directory"));
}

TEST(TriageExplain, ReadsThousandsOfFilesInOneCall) {
    const std::vector<std::string> files(3000, mail_directory + "dsn-delayed.eml");
    std::vector<std::string> arguments{"--json"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    EXPECT_THAT(lines_of_json(explain(arguments).output), SizeIs(3000));
}

TEST(TriageExplain, LetsNoControlCharacterOfAMessageReachATerminal) {
    const rig::RunResult result = explain(
        {}, "From: a@example.org\nX-Mailer: \x1b]0;owned\x07 \xc2\x9b\xe2\x80\xae Mailer\nSubject: x\n\nx\n");
    EXPECT_THAT(result.output, HasSubstr("owned"));
    for (const char* control : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae"})
        EXPECT_EQ(result.output.find(control), std::string::npos);
}

TEST(TriageExplain, RefusesAnUnknownOptionWithTheStatusForUsage) {
    const rig::RunResult result = explain({"--jsno"});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.errors, HasSubstr("--jsno"));
}

} // namespace
} // namespace columbarium::e2e
