// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium people sync`, from outside.
#include <gmock/gmock.h>

#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// So many people that one of them is not too many to vanish.
std::vector<std::string> many(int number = 40) {
    std::vector<std::string> lines;
    for (int i = 0; i < number; ++i) {
        const std::string name = "p" + std::to_string(100 + i);
        lines.push_back(name + ",," + "Person " + name + ",Physics," + name + "@example.com,");
    }
    return lines;
}

TEST(PeopleSync, LC_1_AddsWhoAppearsAndPrintsThePlanByKindOfChange) {
    const PeopleSite site;
    site.feed({"abc1,,Alice Baker,Department of Physics,,",
               "xyz2,,\"Xavier \"\"Zed\"\" Young\",Department of Maths,xavier@example.com,"});
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output,
                AllOf(HasSubstr("created: 2\n"), HasSubstr("  abc1: "), HasSubstr("  xyz2: "),
                      HasSubstr("2 people in the feed, 0 people here before; 2 people written")));
    EXPECT_THAT(result.errors, IsEmpty());
    const json abc1 = site.show("abc1");
    EXPECT_EQ(abc1.at("new"), true);
    EXPECT_EQ(abc1.at("mail").at("action"), "reject");
    EXPECT_EQ(site.show("xyz2").at("full_name"), "Xavier \"Zed\" Young");
    EXPECT_EQ(site.show("xyz2").at("mail").at("address"), "xavier@example.com");
}

TEST(PeopleSync, LC_32_TheSameFeedTwiceChangesNothing) {
    const PeopleSite site;
    site.accounts({"p101"});
    auto lines = many();
    lines.push_back("abc1,,Alice Baker,Medical School,,");
    site.feed(lines);
    ASSERT_EQ(site.people({"sync"}).status, 0);
    const auto before = everybody(*site.open_store());
    const rig::RunResult again = site.people({"sync", "--json"});
    EXPECT_EQ(again.status, 0) << to_string(again);
    const auto printed = json_lines(again.output);
    ASSERT_EQ(printed.size(), 1) << again.output;
    EXPECT_EQ(printed[0].at("people_written"), 0);
    EXPECT_EQ(everybody(*site.open_store()), before);
}

TEST(PeopleSync, ADryRunPrintsThePlanAndChangesNothing) {
    const PeopleSite site;
    site.feed(many());
    const rig::RunResult result = site.people({"sync", "--dry-run"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output, AllOf(HasSubstr("created: 40\n"), HasSubstr("nothing was changed")));
    const auto store = site.open_store();
    EXPECT_THAT(everybody(*store), IsEmpty());
    EXPECT_EQ(store->last_run().value(), std::nullopt);
}

TEST(PeopleSync, PrintsAJsonObjectForEachChangeAndOneForTheReport) {
    const PeopleSite site;
    site.accounts({"abc1"});
    site.feed({"abc1,17,Alice Baker,Physics,,"});
    const rig::RunResult result = site.people({"sync", "--json"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    const auto lines = json_lines(result.output);
    ASSERT_EQ(lines.size(), 3) << result.output;
    EXPECT_EQ(lines[0].at("type"), "change");
    EXPECT_EQ(lines[0].at("username"), "abc1");
    EXPECT_EQ(lines[0].at("kind"), "created");
    EXPECT_EQ(lines[1].at("kind"), "set-up");
    EXPECT_EQ(lines[1].at("after"), "abc1@hermes.example.org");
    EXPECT_EQ(lines[2].at("type"), "report");
    EXPECT_EQ(lines[2].at("clean"), true);
    EXPECT_EQ(lines[2].at("listed"), 1);
    EXPECT_EQ(lines[2].at("people_written"), 1);
}

TEST(PeopleSync, LC_7_LC_8_LC_10_CancelsWhoIsInTheFeedNoMore) {
    const PeopleSite site;
    auto lines = many();
    site.feed(lines);
    ASSERT_EQ(site.people({"sync"}).status, 0);
    lines.pop_back(); // p139
    site.feed(lines);
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output, HasSubstr("cancelled: 1\n  p139: "));
    const json gone = site.show("p139");
    EXPECT_TRUE(gone.at("cancelled").is_string());
    EXPECT_EQ(gone.at("mail").at("action"), "reject");
    EXPECT_EQ(gone.at("forwarding_address"), "p139@example.com") << "kept for a return";
    EXPECT_THAT(site.history("p139"), ElementsAre("cancelled", "forwarding", "created"));
}

TEST(PeopleSync, LC_31_TheBrakeStopsUntilTheNumberIsNamed) {
    const PeopleSite site;
    site.feed(many(40));
    ASSERT_EQ(site.people({"sync"}).status, 0);
    site.feed(many(30));
    const auto before = everybody(*site.open_store());
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"sync"}, {"sync", "--force", "9"}, {"sync", "--force", "11"}}) {
        const rig::RunResult stopped = site.people(arguments);
        EXPECT_EQ(stopped.status, 1);
        EXPECT_THAT(stopped.errors, AllOf(HasSubstr("10"), HasSubstr("40"), HasSubstr("--force 10")));
        EXPECT_THAT(stopped.output, HasSubstr("cancelled: 10\n")) << "the plan shows who it would be";
        EXPECT_EQ(everybody(*site.open_store()), before);
    }
    const rig::RunResult forced = site.people({"sync", "--force", "10"});
    EXPECT_EQ(forced.status, 0) << to_string(forced);
    EXPECT_TRUE(site.show("p139").at("cancelled").is_string());
}

TEST(PeopleSync, LC_30_ABrokenFeedChangesNothing) {
    const PeopleSite site("kind = \"csv\"\ncommand = [\"/bin/sh\", \"feed.sh\"]\n");
    site.folder().write("feed.sh", "echo username,full_name; echo abc1,Alice; echo def2,Dora\n");
    ASSERT_EQ(site.people({"sync"}).status, 0);
    const auto before = everybody(*site.open_store());
    site.folder().write("feed.sh",
                        "echo username,full_name; echo abc1,Alison; echo 'disk on fire' >&2; exit 3\n");
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("/bin/sh"), HasSubstr("3")));
    EXPECT_THAT(result.output, IsEmpty());
    site.folder().write("feed.sh", "exit 0\n");
    EXPECT_EQ(site.people({"sync"}).status, 1) << "an empty feed";
    EXPECT_EQ(everybody(*site.open_store()), before);
}

TEST(PeopleSync, ARowThatCannotBeUsedIsNamedAndAllOthersAreBroughtUpToDate) {
    const PeopleSite site;
    auto lines = many();
    site.feed(lines);
    ASSERT_EQ(site.people({"sync"}).status, 0);
    lines[0] = "p100,,Person p100,Physics,not an address,";
    lines[1] = "p101,,Another Name,Physics,p101@example.com,";
    site.feed(lines);
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 1) << to_string(result);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("people.csv:2"), HasSubstr("p100")));
    EXPECT_EQ(site.show("p100").at("forwarding_address"), "p100@example.com");
    EXPECT_TRUE(site.show("p100").at("cancelled").is_null());
    EXPECT_EQ(site.show("p101").at("full_name"), "Another Name");
}

TEST(PeopleSync, LC_30_ARowWithoutAUsernameMayBeAnybody) {
    const PeopleSite site;
    auto lines = many();
    site.feed(lines);
    ASSERT_EQ(site.people({"sync"}).status, 0);
    lines.back() = ",,Nobody Knows,Physics,,";
    site.feed(lines);
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, HasSubstr("nobody is cancelled in this run"));
    EXPECT_TRUE(site.show("p139").at("cancelled").is_null());
}

TEST(PeopleSync, LC_33_AClockThatHasJumpedStopsUntilTheDateIsNamed) {
    const PeopleSite site;
    site.feed(many());
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    for (const int days : {3, -41}) {
        ASSERT_TRUE(site.open_store()->write({}, {"test", now}, today + std::chrono::days(days)));
        const rig::RunResult stopped = site.people({"sync"});
        EXPECT_EQ(stopped.status, 1);
        EXPECT_THAT(stopped.errors, HasSubstr("--accept-date " + tombstone::to_text(today)));
        EXPECT_THAT(stopped.output, IsEmpty());
        EXPECT_EQ(site.show("p100"), json());
    }
    EXPECT_EQ(site.people({"sync", "--accept-date", "2001-01-01"}).status, 1) << "another day than today";
    const rig::RunResult accepted = site.people({"sync", "--accept-date", tombstone::to_text(today)});
    EXPECT_EQ(accepted.status, 0) << to_string(accepted);
    EXPECT_EQ(site.people({"sync"}).status, 0) << "that day counts from now on";
}

TEST(PeopleSync, LC_21_WithoutAnAnswerAboutAccountsNobodyIsSetUpAndTheRunFails) {
    const PeopleSite site;
    site.feed({"abc1,,Alice Baker,Physics,,"});
    std::filesystem::remove(site.path("accounts"));
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors,
                AllOf(HasSubstr("1 person may have an account or not"), HasSubstr("accounts")));
    EXPECT_EQ(site.show("abc1").at("new"), true) << "all else was done";
    site.accounts({"abc1"});
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("forwarding_address"), "abc1@hermes.example.org");
}

TEST(PeopleSync, TwoPeopleForOneNameAndAChangedNameStayAsTheyAre) {
    const PeopleSite site;
    auto lines = many();
    lines[0] = "p100,1,Ann,Physics,ann@example.com,";
    lines[1] = "p101,2,Bob,Physics,bob@example.com,";
    site.feed(lines);
    ASSERT_EQ(site.people({"sync"}).status, 0);
    lines[0] = "p100,9,Charles,Physics,charles@example.com,"; // somebody else
    lines[1] = "bobby,2,Bob,Physics,bob@example.com,";        // has changed his name
    site.feed(lines);
    const rig::RunResult result = site.people({"sync"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("p100"), HasSubstr("rename p101 bobby")));
    EXPECT_EQ(site.show("p100").at("full_name"), "Ann");
    EXPECT_EQ(site.show("bobby"), json());
    EXPECT_EQ(site.people({"rename", "p101", "bobby"}).status, 0);
    EXPECT_EQ(site.people({"rename", "p100", "p100-2019"}).status, 0);
    const rig::RunResult after = site.people({"sync"});
    EXPECT_EQ(after.status, 0) << to_string(after);
    EXPECT_EQ(site.show("p100").at("full_name"), "Charles");
    EXPECT_EQ(site.show("p100-2019").at("full_name"), "Ann");
    EXPECT_TRUE(site.show("p100-2019").at("cancelled").is_string());
    EXPECT_EQ(site.show("bobby").at("forwarding_address"), "bob@example.com");
}

TEST(PeopleSync, WrongArgumentsAreExitStatus2AndChangeNothing) {
    const PeopleSite site;
    site.feed(many());
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"sync", "--force", "many"},
                                               {"sync", "--force", "-1"},
                                               {"sync", "--accept-date", "22.11.2026"},
                                               {"sync", "--accept-date", "2026-02-30"},
                                               {"sync", "now"},
                                               {"synchronise"},
                                               {"cancel", "p100", "--on", "soon"},
                                               {"history", "p100", "--limit", "0"},
                                               {"set-forwarding", "p100"}}) {
        const rig::RunResult result = site.people(arguments);
        EXPECT_EQ(result.status, 2) << arguments[0] << '\n' << to_string(result);
        EXPECT_THAT(result.errors, Not(IsEmpty()));
    }
    EXPECT_FALSE(std::filesystem::exists(site.place().path));
}

TEST(PeopleSync, AConfigurationWithoutPeopleOrWithoutAFeedIsNamed) {
    const PeopleSite site("kind = \"csv\"\nfile = \"/nowhere/people.csv\"\n");
    const rig::RunResult missing = site.people({"sync"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_THAT(missing.errors, HasSubstr("/nowhere/people.csv"));
    site.folder().write("columbarium.toml", "");
    const rig::RunResult nobody = site.people({"sync"});
    EXPECT_EQ(nobody.status, 1);
    EXPECT_THAT(nobody.errors, AllOf(StartsWith("columbarium: " + site.config()), HasSubstr("[people]")));
    site.folder().write("columbarium.toml",
                        "[people]\ndomains = [\"cam.example.org\"]\n[store]\nsqlite = \"" +
                            site.place().path + "\"\n");
    const rig::RunResult nothing = site.people({"sync"});
    EXPECT_EQ(nothing.status, 1);
    EXPECT_THAT(nothing.errors, HasSubstr("feed"));
}

} // namespace
} // namespace columbarium::e2e
