// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/templates.hpp"

#include <ostream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reply/built_in_template.hpp"
#include "scratch_folder.hpp"

namespace columbarium::reply {
namespace {

using test::write_file;
using testing::HasSubstr;
using testing::Not;

// What each template has to have.
constexpr std::string_view addresses = "{{#people}}{{new_address}}\n{{/people}}";

const Values one{"Lunch?", {{"ann@cam.example.org", "ann@new.example.com", "Ann Müller"}}, 7};
const Values two{
    "", {{"ann@cam.example.org", "ann@new.example.com", ""}, {"b@cam.example.org", "b@x.example", "B"}}, 3};

std::string only(const Expected<std::vector<Text>>& texts) {
    EXPECT_TRUE(texts.has_value()) << texts.error().text;
    return texts && texts->size() == 1 ? texts->front().text : "(not one)";
}

Templates built_in() {
    auto templates = Templates::read(config::NoticePolicy());
    EXPECT_TRUE(templates.has_value()) << templates.error().text;
    return templates.value_or(Templates());
}

// A folder with templates, and the policy that names it.
class ReplyTemplates : public testing::Test {
  protected:
    ReplyTemplates() { policy_.templates = folder_ / ""; }

    void put(std::string_view language, std::string_view text) {
        write_file(folder_ / fmt::format("change-of-address.{}.txt", language), text);
    }
    Expected<Templates> read() { return Templates::read(policy_); }
    std::string fault() {
        const auto templates = read();
        EXPECT_FALSE(templates.has_value());
        if (templates)
            return {};
        EXPECT_EQ(templates.error().kind, ErrorKind::temporary);
        return templates.error().text;
    }
    // What a template makes of values. It is read with the addresses behind it, which it has to tell.
    std::string rendered(std::string_view text, const Values& values) {
        constexpr std::string_view mark = "=-=";
        put("en", fmt::format("{}{}{}", text, mark, addresses));
        const auto templates = read();
        EXPECT_TRUE(templates.has_value()) << templates.error().text;
        const std::string all = templates ? only(templates->texts("example.net", values)) : "";
        return all.substr(0, all.find(mark));
    }

    test::ScratchFolder folder_;
    config::NoticePolicy policy_;
};

TEST(ReplyBuiltInTemplate, TellsOfOnePerson) {
    const std::string text = only(built_in().texts("example.net", one));
    EXPECT_EQ(text, "Hello,\n\nyou wrote to somebody who has moved. Here is the new address:\n\n"
                    "  Ann Müller\n  ann@new.example.com\n  (was: ann@cam.example.org)\n\n"
                    "Your message \"Lunch?\" has not been passed on. Please\n"
                    "send it again, and use the new address from now on.\n\n"
                    "This is an automatic answer. Nobody reads replies to it, and you do not get\n"
                    "it each time you write.\n");
}

TEST(ReplyBuiltInTemplate, CA_15_TellsOfSeveralPeopleAndOfNoNameThatIsMissing) {
    const std::string text = only(built_in().texts("example.net", two));
    EXPECT_THAT(text, HasSubstr("you wrote to people who have moved. Here is where they are reached now:\n\n"
                                "  ann@new.example.com\n  (was: ann@cam.example.org)\n\n"
                                "  B\n  b@x.example\n  (was: b@cam.example.org)\n\n"
                                "Your message has not been passed on."));
}

TEST(ReplyBuiltInTemplate, IsTheExampleThatIsInstalled) {
    const std::string folder = std::string(COLUMBARIUM_SOURCE_DIR) + "/conf.d/columbarium-replies";
    std::ifstream file(folder + "/change-of-address.en.txt", std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), built_in_template);
    config::NoticePolicy policy;
    policy.templates = folder;
    policy.languages = {"en", "de"};
    const auto templates = Templates::read(policy);
    ASSERT_TRUE(templates.has_value()) << templates.error().text;
    const auto texts = templates->texts("example.net", one);
    ASSERT_TRUE(texts && texts->size() == 2);
    EXPECT_THAT((*texts)[1].text, HasSubstr("Ihre Nachricht „Lunch?“ wurde nicht weitergeleitet"));
}

TEST(ReplyBuiltInTemplate, IsInEnglishOnly) {
    config::NoticePolicy policy;
    policy.languages = {"en", "de"};
    const auto templates = Templates::read(policy);
    ASSERT_FALSE(templates.has_value());
    EXPECT_THAT(templates.error().text, HasSubstr("\"de\""));
}

TEST_F(ReplyTemplates, FillsInValuesWithoutEscapingThem) {
    const Values odd{"<b> & \"q\"", {{"a@x.example", "b@x.example", "O'Neil & <Sons>"}}, 7};
    EXPECT_EQ(rendered("{{subject}} {{{subject}}} {{& subject}}\n", odd),
              "<b> & \"q\" <b> & \"q\" <b> & \"q\"\n");
    EXPECT_EQ(rendered("{{#people}}{{name}}: {{new_address}}\n{{/people}}", odd),
              "O'Neil & <Sons>: b@x.example\n");
}

TEST_F(ReplyTemplates, NeverLookThroughValuesForTemplates) {
    const Values evil{"{{interval_days}}", {{"a@x.example", "b@x.example", "{{#people}}{{/people}}"}}, 7};
    EXPECT_EQ(rendered("{{subject}} {{#people}}{{name}}{{/people}}\n", evil),
              "{{interval_days}} {{#people}}{{/people}}\n");
}

TEST_F(ReplyTemplates, MakeOneLineOfEachValue) {
    const Values evil{"a\r\nb", {{"a@x.example", "b@x.example", "x\ny\x01"}}, 7};
    EXPECT_EQ(rendered("{{subject}}|{{#people}}{{name}}{{/people}}\n", evil), "a b|x y\n");
}

TEST_F(ReplyTemplates, KnowSectionsTheirOppositeAndComments) {
    EXPECT_EQ(rendered("{{! a note }}{{#several}}S{{/several}}{{^several}}O{{/several}}\n", one), "O\n");
    EXPECT_EQ(rendered("{{#several}}S{{/several}}{{^several}}O{{/several}}\n", two), "S\n");
    EXPECT_EQ(rendered("{{#people}}[{{#name}}{{name}}{{/name}}{{^name}}nobody{{/name}}]{{/people}}\n", two),
              "[nobody][B]\n");
}

TEST_F(ReplyTemplates, ReadLinesAsMustacheSaysItWithByteOrderMarkAndCrlf) {
    EXPECT_EQ(
        rendered("a\n\n  {{#several}}\nb\n{{/several}}\n\n{{^several}}\nc\n{{/several}} \n{{! x }}\n\nd\n",
                 one),
        "a\n\n\nc\n\nd\n");
    EXPECT_EQ(rendered("\xef\xbb\xbfone\r\ntwo", one), "one\ntwo");
}

struct Mistake {
    const char* text;
    const char* fault;
};

TEST_F(ReplyTemplates, NameFileLineAndMistake) {
    const Mistake mistakes[] = {
        {"{{subjekt}}\n", "line 1: the unknown {{subjekt}}; did you mean {{subject}}?"},
        {"a\nb {{telephone}}\n", "line 2: the unknown {{telephone}}; known: subject, people, several"},
        {"{{new_address}}\n", "line 1: {{new_address}} stands outside {{#people}} and {{/people}}"},
        {"a\n{{#people}}\n", "line 3: {{/people}} is missing"},
        {"{{/people}}\n", "line 1: {{/people}} closes nothing"},
        {"{{#people}}{{#name}}\n{{/people}}{{/name}}", "line 2: {{/people}} stands where {{/name}} is due"},
        {"{{subject\n", "line 1: a tag does not end"},
        {"x {{{subject}}\n", "line 1: a tag does not end"},
        {"{{}}\n", "line 1: the unknown {{}}"},
        {"{{.}}\n", "line 1: the unknown {{.}}"},
        {"{{>/etc/passwd}}\n", "line 1: no other file can be taken in"},
        {"{{=<% %>=}}\n", "line 1: the delimiters cannot be changed"},
        {"{{ = <% %> = }}\n", "line 1: the delimiters cannot be changed"},
        {"{{people}}\n", "line 1: {{people}} has no text"},
        {"{{^people}}{{/people}}\n", "line 1: {{#people}} may stand neither"},
        {"{{#people}}{{#people}}{{/people}}{{/people}}\n", "line 1: {{#people}} may stand neither"},
        {"\xff\n", "is not UTF-8"},
        {"a\x1f\n", "holds control characters"},
        {" \n\n", "is empty"},
        {"", "is empty"},
    };
    for (const Mistake& mistake : mistakes) {
        put("en", mistake.text);
        const std::string text = fault();
        EXPECT_THAT(text, testing::StartsWith(folder_ / "")) << mistake.text;
        EXPECT_THAT(text, HasSubstr("change-of-address.en.txt: ")) << mistake.text;
        EXPECT_THAT(text, HasSubstr(mistake.fault)) << mistake.text;
    }
}

TEST_F(ReplyTemplates, RefuseDeepNesting) {
    std::string text;
    for (int i = 0; i < 11; ++i)
        text += "{{#several}}";
    put("en", text);
    EXPECT_THAT(fault(), HasSubstr("nested deeper than 10 times"));
}

TEST_F(ReplyTemplates, RefuseFilesThatAreMissingTooLongOrNone) {
    EXPECT_THAT(fault(), HasSubstr("No such file"));
    put("en", std::string(longest_template + 1, 'x'));
    EXPECT_THAT(fault(), HasSubstr("is longer than 16384 octets"));
    put("en", std::string(longest_template - addresses.size(), 'x').append(addresses));
    EXPECT_TRUE(read().has_value());
    std::filesystem::remove(folder_ / "change-of-address.en.txt");
    std::filesystem::create_directory(folder_ / "change-of-address.en.txt");
    EXPECT_FALSE(fault().empty());
}

TEST_F(ReplyTemplates, CA_3_TellEachNewAddressWhateverTheMessageIsLike) {
    const Mistake mistakes[] = {
        {"no address in it at all\n",
         "change-of-address.en.txt: must tell {{new_address}} inside {{#people}}"},
        {"{{#people}}{{name}} {{old_address}}{{/people}}\n", "must tell {{new_address}}"},
        {"{{#subject}}{{#people}}{{new_address}},{{/people}}{{/subject}}", "no subject, one person"},
        {"{{^subject}}{{#people}}{{new_address}},{{/people}}{{/subject}}", "a subject, one person"},
        {"{{#several}}{{#people}}{{new_address}},{{/people}}{{/several}}", "one person"},
        {"{{^several}}{{#people}}{{new_address}},{{/people}}{{/several}}", "several people"},
        {"{{#people}}{{#name}}{{new_address}}{{/name}}{{/people}}", "no names"},
        {"{{#people}}{{^name}}{{new_address}}{{/name}}{{/people}}", "their names"},
        {"{{#people}}{{#several}}{{#name}}{{name}}{{/name}}{{^name}}{{new_address}}{{/name}}{{/several}}"
         "{{^several}}{{new_address}}{{/several}}{{/people}}",
         "several people"},
    };
    for (const Mistake& mistake : mistakes) {
        put("en", mistake.text);
        EXPECT_THAT(fault(), HasSubstr(mistake.fault)) << mistake.text;
    }
    put("en", addresses);
    put("de", "Umzug\n");
    policy_.languages_of = {{".de", {"de"}}};
    EXPECT_THAT(fault(), HasSubstr("change-of-address.de.txt: must tell"));
}

TEST_F(ReplyTemplates, AR_32_LeaveRoomForPeopleInAReply) {
    for (const char* language : {"en", "de", "fr"}) {
        std::string text;
        while (text.size() < 9'000)
            text += "A line of a text that is too long for what it has to say\n";
        put(language, text.append(addresses));
    }
    policy_.languages = {"en", "de"};
    EXPECT_TRUE(read().has_value());
    policy_.languages_of = {{".fr", {"fr", "de", "en"}}};
    EXPECT_THAT(fault(), HasSubstr("tombstone.languages: a reply in fr, de, en is longer than 24576 octets"));
    policy_.languages_of.clear();
    policy_.languages = {"en", "de", "fr"};
    EXPECT_THAT(fault(), HasSubstr("tombstone.languages: a reply in en, de, fr is longer than"));
}

TEST_F(ReplyTemplates, AreChosenByTheSendersDomainTheLongestThatFits) {
    for (const char* language : {"en", "de", "fr", "ja"})
        put(language, addresses);
    policy_.languages = {"en", "de"};
    policy_.languages_of = {
        {".de", {"de"}}, {"example.com", {"fr"}}, {".example.com", {"ja"}}, {".uni.de", {"fr", "de"}}};
    const auto templates = read();
    ASSERT_TRUE(templates.has_value()) << templates.error().text;
    const auto languages = [&](std::string_view domain) {
        std::string joined;
        for (const Text& text : templates->texts(domain, one).value_or(std::vector<Text>()))
            joined += (joined.empty() ? "" : " ") + text.language;
        return joined;
    };
    EXPECT_EQ(languages("example.net"), "en de");
    EXPECT_EQ(languages("mail.example.de"), "de");
    EXPECT_EQ(languages("Example.DE"), "de");
    EXPECT_EQ(languages("de"), "de");
    EXPECT_EQ(languages("notde"), "en de");
    EXPECT_EQ(languages("uni.de"), "fr de");
    EXPECT_EQ(languages("a.b.uni.de"), "fr de");
    EXPECT_EQ(languages("auni.de"), "de");
    EXPECT_EQ(languages("example.com"), "fr");
    EXPECT_EQ(languages("sub.example.com"), "ja");
    EXPECT_EQ(languages(""), "en de");
    EXPECT_EQ(languages("bad domain"), "en de");
}

TEST_F(ReplyTemplates, NeedATemplateForEachLanguageOfADomain) {
    put("en", addresses);
    policy_.languages_of = {{".fr", {"fr"}}};
    EXPECT_THAT(fault(), HasSubstr("change-of-address.fr.txt"));
}

TEST_F(ReplyTemplates, TakeNoLanguageForAPath) {
    for (const char* language : {"../en", "a/b", "", "e\nn"}) {
        policy_.languages = {language};
        EXPECT_THAT(fault(), HasSubstr("is no language"));
    }
}

std::string subject_by(const std::string& line, const Values& values) {
    config::NoticePolicy policy;
    policy.subject = line;
    const auto templates = Templates::read(policy);
    EXPECT_TRUE(templates.has_value()) << templates.error().text;
    return templates ? templates->subject(values).value_or("(failed)") : "";
}

TEST(ReplySubjectTemplate, AR_15_IsAutoWithOneBlankAndTheSubject) {
    EXPECT_EQ(subject_by("Auto: {{{subject}}}", one), "Auto: Lunch?");
    EXPECT_EQ(subject_by("Auto:   {{subject}}", one), "Auto: Lunch?");
    EXPECT_EQ(subject_by("Auto: {{subject}}", two), "Auto: change of address");
    EXPECT_EQ(subject_by("{{#several}}x{{/several}}", one), "change of address");
}

TEST(ReplySubjectTemplate, NamesItsMistakes) {
    config::NoticePolicy policy;
    policy.subject = "Auto: {{subjetc}}";
    const auto templates = Templates::read(policy);
    ASSERT_FALSE(templates.has_value());
    EXPECT_THAT(templates.error().text, HasSubstr("tombstone.subject"));
}

TEST(ReplyTemplatesUnread, SayThatNothingWasRead) {
    EXPECT_FALSE(Templates().texts("x", one).has_value());
    EXPECT_FALSE(Templates().subject(one).has_value());
}

} // namespace
} // namespace columbarium::reply
