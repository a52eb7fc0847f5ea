// SPDX-License-Identifier: LGPL-2.1-or-later
// The pages name what the code knows: facts, values, options. And links between them lead somewhere.
#include <filesystem>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "code_blocks.hpp"
#include "mail/message.hpp"
#include "rig/directory.hpp"
#include "rig/process.hpp"
#include "triage/facts.hpp"

namespace columbarium::docs {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Names = std::set<std::string>;

// All first groups of the pattern's matches.
Names found_in(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    Names names;
    for (auto match = std::sregex_iterator(text.begin(), text.end(), expression);
         match != std::sregex_iterator(); ++match)
        names.insert((*match)[1].str());
    return names;
}

// The part of a page below a heading, up to the next heading of any kind.
std::string section(const std::string& page, const std::string& heading) {
    const std::string text = read_page(page);
    const std::size_t begin = text.find("\n" + heading + "\n");
    if (begin == std::string::npos)
        return {};
    const std::size_t start = begin + heading.size() + 2;
    return text.substr(start, text.find("\n#", start) - start);
}

// The words in the first column of the section's table.
Names first_column(const std::string& page, const std::string& heading) {
    return found_in(section(page, heading), "\n\\| `([^`]+)` \\|");
}

// The values that a fact has for any of our messages.
Names values_of_our_messages(triage::Fact fact) {
    Names values;
    for (const auto& file : fs::directory_iterator(fs::path(COLUMBARIUM_SOURCE_DIR) / "tests/mail")) {
        const std::string text = rig::read_file(file.path());
        mail::StringSource source(text);
        mail::Message message(source);
        triage::Facts facts(message);
        const auto findings = facts.values(fact);
        if (!findings)
            ADD_FAILURE() << file.path() << ": " << findings.error().text;
        else
            for (const triage::Finding& finding : *findings)
                values.insert(finding.value);
    }
    return values;
}

void expect_all_among(const Names& values, const Names& documented) {
    EXPECT_FALSE(values.empty());
    for (const std::string& value : values)
        EXPECT_TRUE(documented.contains(value)) << '"' << value << "\" is not documented";
}

TEST(PageOfFacts, ListsEveryFactAndNoOther) {
    Names known;
    for (const triage::FactInfo& info : triage::fact_registry())
        known.emplace(info.name);
    known.emplace("token.NAME"); // what the administrator's patterns find
    EXPECT_EQ(first_column("docs/facts.md", "## All facts"), known);
}

TEST(PageOfFacts, ListsEveryClassAndReasonThatOurMessagesHave) {
    expect_all_among(values_of_our_messages(triage::Fact::message_class),
                     first_column("docs/facts.md", "## class"));
    expect_all_among(values_of_our_messages(triage::Fact::bounce_reason),
                     first_column("docs/facts.md", "### bounce.reason"));
    expect_all_among(values_of_our_messages(triage::Fact::bounce_permanent),
                     first_column("docs/facts.md", "### bounce.permanent"));
}

// failure_reason.hpp lists the vocabulary in a comment that ends with a full stop.
TEST(PageOfFacts, ListsTheVocabularyOfReasons) {
    const std::string header = read_page("common/triage/failure_reason.hpp");
    const std::size_t begin = header.find("for script authors:\n");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t start = begin + std::string_view("for script authors:\n").size();
    EXPECT_EQ(first_column("docs/facts.md", "### bounce.reason"),
              found_in(header.substr(start, header.find('.', start) - start), "([a-z]+(?:-[a-z]+)*)"));
}

TEST(ManualPage, HasNoMistakes) {
    for (const char* page : {"columbarium.1", "doveadm-columbarium.1"}) {
        const auto result = rig::run({"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z",
                                      std::string(COLUMBARIUM_SOURCE_DIR "/docs/") + page},
                                     {.environment = {"MANWIDTH=80", "LC_ALL=C.UTF-8"}});
        EXPECT_EQ(result.status, 0) << page << '\n' << to_string(result);
        EXPECT_EQ(result.errors, "") << page;
        EXPECT_NE(result.output, "") << page;
    }
}

TEST(ManualPage, NamesEveryOption) {
    const std::string page = read_page("docs/columbarium.1");
    for (const char* command :
         {"--help", "triage explain --help", "service status --help", "people sync --help",
          "people show --help", "people history --help", "people set-forwarding --help",
          "people set-tombstone --help", "people cancel --help", "people restore --help",
          "people rename --help", "tables export --help", "bounces list --help", "bounces export --help"}) {
        const auto help =
            rig::run({"/bin/sh", "-c", std::string("'" COLUMBARIUM_COMMAND_DIR "'/columbarium ") + command});
        ASSERT_EQ(help.status, 0) << to_string(help);
        for (const std::string& option : found_in(help.output, "--([a-z]+)"))
            EXPECT_THAT(page, HasSubstr("Fl -" + option)) << command;
    }
}

TEST(Pages, LinkToFilesThatAreThere) {
    for (const std::string& page : pages())
        for (const std::string& link : found_in(read_page(page), "\\]\\(([^)#:]+)[^)]*\\)"))
            EXPECT_TRUE(fs::exists(fs::path(COLUMBARIUM_SOURCE_DIR) / fs::path(page).parent_path() / link))
                << page << " links to " << link;
}

} // namespace
} // namespace columbarium::docs
