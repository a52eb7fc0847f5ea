// SPDX-License-Identifier: LGPL-2.1-or-later
// What the help desk does to one person.
#include <gmock/gmock.h>

#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class HelpDesk : public ::testing::Test {
  protected:
    void SetUp() override {
        std::vector<std::string> lines{"abc1,,Alice Baker,Physics,alice@example.com,",
                                       "new2,,Nora New,Physics,,"};
        for (int i = 0; i < 40; ++i)
            lines.push_back("p" + std::to_string(100 + i) + ",,A Person,Physics,,");
        lines_ = lines;
        site.feed(lines);
        ASSERT_EQ(site.people({"sync"}).status, 0);
    }

    void expect_done(const std::vector<std::string>& arguments) const {
        const rig::RunResult result = site.people(arguments);
        EXPECT_EQ(result.status, 0) << to_string(result);
        EXPECT_THAT(result.errors, IsEmpty());
    }

    // Nothing is changed and the text is on standard error.
    void expect_refused(const std::vector<std::string>& arguments, const std::string& text) const {
        const auto before = everybody(*site.open_store());
        const rig::RunResult result = site.people(arguments);
        EXPECT_EQ(result.status, 1) << to_string(result);
        EXPECT_THAT(result.errors, AllOf(StartsWith("columbarium: "), HasSubstr(text)));
        EXPECT_THAT(result.output, IsEmpty());
        EXPECT_EQ(everybody(*site.open_store()), before);
    }

    std::vector<std::string> lines_;
    PeopleSite site;
};

TEST_F(HelpDesk, ShowsAPersonAndWhatBecomesOfHisMail) {
    const rig::RunResult result = site.people({"show", "abc1"});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output,
                AllOf(HasSubstr("full name          Alice Baker\n"), HasSubstr("abc1@cam.example.org\n"),
                      HasSubstr("abc1@alumni.example.org\n"),
                      HasSubstr("mail               forwarded to alice@example.com\n")));
    EXPECT_THAT(site.people({"show", "new2"}).output,
                AllOf(HasSubstr("refused: 550 5.1.1"), HasSubstr("new: has set no address yet")));
}

TEST_F(HelpDesk, AUsernameMayBeTypedAsAnAddressAndInCapitals) {
    EXPECT_EQ(site.show("ABC1").at("username"), "abc1");
    EXPECT_EQ(site.show("Abc1@CAM.example.org").at("username"), "abc1");
    EXPECT_EQ(site.show("abc1@alumni.example.org").at("username"), "abc1");
    expect_refused({"show", "abc1@elsewhere.example"}, "abc1@elsewhere.example");
    expect_refused({"show", "a b"}, "a b");
    expect_refused({"show", "nobody9"}, "nobody9");
}

TEST_F(HelpDesk, LC_3_LC_4_LC_25_SetsAddressesAndRecordsWhoDidIt) {
    expect_done({"set-forwarding", "new2", "nora@Example.COM", "--by", "ann", "--reason", "rang us"});
    EXPECT_EQ(site.show("new2").at("mail"), json({{"action", "forward"}, {"address", "nora@example.com"}}));
    EXPECT_EQ(site.show("new2").at("new"), false);
    expect_done({"set-tombstone", "p100", "person@example.net"});
    EXPECT_EQ(site.show("p100").at("new"), false);
    EXPECT_EQ(site.show("p100").at("mail").at("action"), "change-of-address");
    const auto lines = json_lines(site.people({"history", "new2", "--json"}).output);
    ASSERT_EQ(lines.size(), 2);
    EXPECT_EQ(lines[0].at("who"), "ann");
    EXPECT_EQ(lines[0].at("kind"), "forwarding");
    EXPECT_EQ(lines[0].at("before"), "");
    EXPECT_EQ(lines[0].at("after"), "nora@example.com");
    EXPECT_EQ(lines[0].at("reason"), "rang us");
    EXPECT_EQ(lines[1].at("who"), "sync");
    EXPECT_EQ(lines[1].at("kind"), "created");
    EXPECT_THAT(lines[0].at("when").get<std::string>(), MatchesRegex("20..-..-..T..:..:..Z"));
}

TEST_F(HelpDesk, RecordsWhoHasCalledSudo) {
    const auto done = rig::run({"env", "SUDO_USER=ann", COLUMBARIUM_COMMAND, "people", "set-tombstone",
                                "p100", "person@example.net", "--config", site.config()},
                               {.directory = site.folder().path(), .account = site.account()});
    ASSERT_EQ(done.status, 0) << to_string(done);
    EXPECT_EQ(json_lines(site.people({"history", "p100", "--json"}).output).at(0).at("who"), "ann");
}

TEST_F(HelpDesk, LC_26_AnEmptyAddressUnsets) {
    expect_done({"set-tombstone", "abc1", "alice@example.net"});
    expect_done({"set-forwarding", "abc1", ""});
    EXPECT_EQ(site.show("abc1").at("forwarding_address"), "");
    EXPECT_EQ(site.show("abc1").at("mail").at("action"), "change-of-address");
    expect_done({"set-tombstone", "abc1", ""});
    EXPECT_EQ(site.show("abc1").at("mail").at("action"), "reject");
    EXPECT_THAT(site.people({"set-tombstone", "abc1", ""}).output, HasSubstr("nothing to change"));
}

TEST_F(HelpDesk, AR_19_SetsWhatCorrespondentsMayBeTold) {
    expect_done({"set-disclosure", "abc1", "nothing", "--reason", "asked for it"});
    EXPECT_THAT(site.people({"show", "abc1"}).output, HasSubstr("disclosure         nothing\n"));
    EXPECT_EQ(json::parse(site.people({"show", "abc1", "--json"}).output).at("disclosure"), "nothing");
    EXPECT_THAT(site.people({"history", "abc1", "--limit", "1"}).output,
                HasSubstr("disclosure: - -> nothing (asked for it)"));
    expect_done({"set-disclosure", "abc1", "address-and-name"});
    expect_done({"set-disclosure", "abc1", "site"});
    EXPECT_EQ(site.open_store()->find("abc1").value()->disclosure, std::nullopt);
    EXPECT_THAT(site.people({"set-disclosure", "abc1", "site"}).output, HasSubstr("nothing to change"));
    const rig::RunResult wrong = site.people({"set-disclosure", "abc1", "everything"});
    EXPECT_NE(wrong.status, 0);
    EXPECT_THAT(wrong.errors, HasSubstr("address-and-name"));
}

TEST_F(HelpDesk, RefusesALoopAndWhatIsNoAddress) {
    for (const char* address : {"abc1@cam.example.org", "ABC1@CAM.EXAMPLE.ORG", "abc1@alumni.example.org"}) {
        expect_refused({"set-forwarding", "abc1", address}, "abc1");
        expect_refused({"set-tombstone", "abc1", address}, "abc1");
    }
    for (const char* address :
         {"alice", "@example.com", "alice@", "a b@example.com", "a@b@example.com",
          "alice@example.com\nbcc: x@example.com", "alice@localhost", "\"a\"@example.com"})
        expect_refused({"set-forwarding", "abc1", address},
                       std::string(address).substr(0, std::string(address).find('\n')));
    expect_refused({"set-forwarding", "nobody9", "x@example.com"}, "nobody9");
    expect_refused({"set-forwarding", "abc1", "x@example.com", "--by", "a\nb"}, "who makes the change");
    expect_refused({"set-forwarding", "abc1", "x@example.com", "--reason", "a\tb"}, "reason");
}

TEST_F(HelpDesk, LC_29_ACancellationHoldsUntilTheFeedAgrees) {
    expect_done({"set-tombstone", "abc1", "alice@example.net"});
    expect_done({"cancel", "abc1", "--by", "ann"});
    EXPECT_EQ(site.show("abc1").at("mail").at("action"), "change-of-address");
    EXPECT_EQ(site.show("abc1").at("hold"), "cancelled");
    expect_refused({"cancel", "abc1"}, "abc1");
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_TRUE(site.show("abc1").at("cancelled").is_string()) << "the feed lists him still";
    site.feed({lines_.begin() + 1, lines_.end()});
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("hold"), "none");
    EXPECT_TRUE(site.show("abc1").at("cancelled").is_string());
    site.feed(lines_);
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("mail").at("address"), "alice@example.com")
        << "the feed has the last word";
}

TEST_F(HelpDesk, LC_11_LC_29_ARestorationHoldsUntilTheFeedAgrees) {
    site.feed({lines_.begin() + 1, lines_.end()});
    ASSERT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("mail").at("action"), "reject");
    expect_done({"restore", "abc1"});
    EXPECT_EQ(site.show("abc1").at("mail").at("address"), "alice@example.com");
    EXPECT_EQ(site.show("abc1").at("hold"), "present");
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("mail").at("address"), "alice@example.com");
    expect_refused({"restore", "abc1"}, "abc1");
    site.feed(lines_);
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("hold"), "none");
}

TEST_F(HelpDesk, WhoWillLeaveIsForwardedUntilThatDay) {
    expect_done({"cancel", "abc1", "--on", "2999-12-31"});
    EXPECT_EQ(site.show("abc1").at("cancelled"), "2999-12-31");
    EXPECT_EQ(site.show("abc1").at("hold"), "leaving");
    EXPECT_EQ(site.show("abc1").at("mail").at("action"), "forward");
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("cancelled"), "2999-12-31");
}

TEST_F(HelpDesk, TheHistoryIsCutToTheNewestEntries) {
    for (const char* address : {"one@example.com", "two@example.com", "three@example.com"})
        expect_done({"set-tombstone", "abc1", address});
    EXPECT_EQ(site.history("abc1").size(), 5);
    const auto newest = json_lines(site.people({"history", "abc1", "--limit", "2", "--json"}).output);
    ASSERT_EQ(newest.size(), 2);
    EXPECT_EQ(newest[0].at("after"), "three@example.com");
    EXPECT_EQ(newest[1].at("after"), "two@example.com");
    EXPECT_THAT(site.people({"history", "abc1", "--limit", "1"}).output,
                HasSubstr("tombstone: two@example.com -> three@example.com (help desk)\n"));
    expect_refused({"history", "nobody9"}, "nobody9");
}

TEST_F(HelpDesk, ARenamedPersonKeepsHisHistory) {
    expect_done({"set-tombstone", "abc1", "alice@example.net"});
    expect_done({"rename", "abc1", "alice7", "--by", "ann"});
    EXPECT_EQ(site.show("abc1"), json());
    EXPECT_EQ(site.show("alice7").at("tombstone_address"), "alice@example.net");
    EXPECT_THAT(site.history("alice7"), ElementsAre("renamed", "tombstone", "forwarding", "created"));
    expect_refused({"rename", "alice7", "new2"}, "new2");
    expect_refused({"rename", "abc1", "abc9"}, "abc1");
    expect_refused({"rename", "alice7", "a b"}, "a b");
}

TEST_F(HelpDesk, AnAddressSetHereSurvivesASyncAndYieldsToTheFeedsOwnChange) {
    expect_done({"set-forwarding", "abc1", "mine@example.com"});
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("forwarding_address"), "mine@example.com") << "the feed has not changed";
    lines_[0] = "abc1,,Alice Baker,Physics,newer@example.com,";
    site.feed(lines_);
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(site.show("abc1").at("forwarding_address"), "newer@example.com");
}

TEST_F(HelpDesk, ChangesCanBePrintedAsJson) {
    const rig::RunResult result = site.people({"set-tombstone", "abc1", "alice@example.net", "--json"});
    const auto lines = json_lines(result.output);
    ASSERT_EQ(lines.size(), 1);
    EXPECT_EQ(lines[0].at("changes").size(), 1);
    EXPECT_EQ(lines[0].at("changes")[0].at("kind"), "tombstone");
    EXPECT_EQ(lines[0].at("person").at("tombstone_address"), "alice@example.net");
}

} // namespace
} // namespace columbarium::e2e
