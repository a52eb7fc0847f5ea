// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium bounces`: dead addresses and domains, for a person and for programs.
#include <chrono>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "desk/bounce_record.hpp"
#include "rig/process.hpp"
#include "store_fixture.hpp"

namespace columbarium::e2e {
namespace {

using desk::BounceRecord;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BouncesCommand : public StoreTest {
  protected:
    BouncesCommand() {
        config_ = is_sqlite() ? "[store]\nsqlite = \"" + path() + "\"\n"
                              : "[store]\npostgresql = \"" + place().connection + "\"\n";
    }

    [[nodiscard]] rig::RunResult run(const char* command, std::vector<std::string> arguments = {}) {
        const std::string file = folder_.write("columbarium.toml", config_).string();
        arguments.insert(arguments.begin(), {COLUMBARIUM_COMMAND, "bounces", command, "--config", file});
        return rig::run(arguments, {.directory = folder_.path(), .account = rig::server_account()});
    }

    // "KIND ADDRESS" or "KIND DOMAIN" of each line.
    [[nodiscard]] std::vector<std::string> rows(std::vector<std::string> arguments = {}) {
        arguments.emplace_back("--json");
        const auto result = run("export", std::move(arguments));
        EXPECT_EQ(result.status, 0) << result.errors;
        std::vector<std::string> rows;
        std::istringstream lines(result.output);
        for (std::string line; std::getline(lines, line);) {
            const auto object = nlohmann::json::parse(line);
            rows.push_back(object.at("kind").get<std::string>() + " " +
                           object.value("address", object.at("domain").get<std::string>()));
        }
        return rows;
    }

    // Some of each kind, on days of 2026.
    void put_bounces() {
        const auto store = open();
        const auto put = [&](const char* date, const char* user, const std::vector<BounceRecord>& records) {
            ASSERT_TRUE(store->record_bounces(user, records, day(date)).value());
        };
        const BounceRecord anna{"anna@example.com",  "5.1.1", "user-unknown", true, "550 unknown",
                                "1@desk.example.org"};
        BounceRecord anna_again = anna;
        anna_again.message_id = "2@desk.example.org";
        put("2026-01-10", "support", {anna});
        put("2026-03-10", "support",
            {anna_again,
             {"bob@gone.example", "5.1.2", "host-unknown", true, "no such host", ""},
             {"carl@gone.example", "5.7.1", "rejected", true, "", ""}});
        put("2026-03-11", "support",
            {{"bob@gone.example", "5.1.2", "host-unknown", true, "no such host", ""}});
        put("2026-04-10", "sales",
            {{"dora@example.com", "5.2.2", "mailbox-full", true, "", ""},
             {"=emil@example.net", "4.4.1", "network-error", false, "a, \"b\"\xc2\x9b x", ""}});
    }

    std::string config_;
};
COLUMBARIUM_FOR_EACH_STORE(BouncesCommand);

TEST_P(BouncesCommand, ListsDeadDomainsAndAddressesAndTheOthersApart) {
    put_bounces();
    const auto result = run("list");
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    EXPECT_EQ(result.output,
              "Dead domains\n"
              "  gone.example                             host-unknown             2 addresses, 2 failures, "
              "2026-03-10 to 2026-03-11\n"
              "\n"
              "Dead addresses\n"
              "  anna@example.com                         5.1.1 user-unknown       2 failures, 2026-01-10 to "
              "2026-03-10\n"
              "    support: <2@desk.example.org>: 550 unknown\n"
              "  bob@gone.example                         5.1.2 host-unknown       1 failure, 2026-03-10 to "
              "2026-03-11\n"
              "    support: no such host\n"
              "  carl@gone.example                        5.7.1 rejected           1 failure, 2026-03-10\n"
              "    support\n"
              "\n"
              "Refused for good, though the address may be fine\n"
              "  dora@example.com                         5.2.2 mailbox-full       1 failure, 2026-04-10\n"
              "    sales\n"
              "\n"
              "Transient\n"
              "  =emil@example.net                        4.4.1 network-error      1 failure, 2026-04-10\n"
              "    sales: a, \"b\"  x\n");
}

TEST_P(BouncesCommand, NamesTheDeskWhereThereIsMoreThanOneAndShortensWhatWasSaid) {
    const std::vector<BounceRecord> records{
        {"a@example.com", "5.1.1", "user-unknown", true, std::string(77, 'x') + "\xc3\xab" + "y", "1@x"},
        {"b@example.com", "5.1.1", "user-unknown", true, std::string(78, 'x') + "\xc3\xab" + "y", ""},
        {"c@example.com", "5.1.1", "user-unknown", true, "", ""}};
    ASSERT_TRUE(open()->record_bounces("support", records, day("2026-01-01")).value());
    EXPECT_EQ(
        run("list").output,
        "Dead addresses\n"
        "  a@example.com                            5.1.1 user-unknown       1 failure, 2026-01-01\n"
        "    <1@x>: " +
            std::string(77, 'x') + "\xc3\xab" +
            "y\n"
            "  b@example.com                            5.1.1 user-unknown       1 failure, 2026-01-01\n"
            "    " +
            std::string(77, 'x') +
            "...\n"
            "  c@example.com                            5.1.1 user-unknown       1 failure, 2026-01-01\n");
}

// Filters narrow down what is printed, and nothing else.
TEST_P(BouncesCommand, DecidesOnAllRecordsWhateverIsAskedFor) {
    const auto put = [store = std::shared_ptr(open())](const char* date, const char* user,
                                                       const BounceRecord& record) {
        ASSERT_TRUE(store->record_bounces(user, std::vector{record}, day(date)).value());
    };
    put("2026-01-10", "support", {"a@lives.example", "5.1.1", "user-unknown", true, "", ""});
    put("2026-03-10", "support", {"a@lives.example", "5.7.1", "relay-denied", true, "", ""});
    put("2026-03-10", "sales", {"b@lives.example", "5.7.1", "relay-denied", true, "", ""});
    put("2026-01-10", "sales", {"a@gone.example", "5.1.2", "host-unknown", true, "", ""});
    put("2026-03-10", "support", {"b@gone.example", "5.4.7", "expired", true, "", ""});
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--since", "2026-03-01"}, {"--since", "2026-03-01", "--permanent"}})
        EXPECT_THAT(rows(arguments), ElementsAre("dead-domain gone.example", "refused a@lives.example",
                                                 "dead-address b@gone.example", "refused b@lives.example"));
    EXPECT_THAT(
        rows({"--user", "sales"}),
        ElementsAre("dead-domain gone.example", "dead-address a@gone.example", "refused b@lives.example"));
    const auto result = run("list", {"--json", "--since", "2026-03-01", "--domain", "lives.example"});
    const auto object = nlohmann::json::parse(result.output.substr(0, result.output.find('\n')));
    EXPECT_EQ(object.at("failures"), 2);
    EXPECT_EQ(object.at("first"), "2026-01-10T00:00:00Z");
}

TEST_P(BouncesCommand, SaysThatThereAreNone) {
    static_cast<void>(open());
    for (const char* command : {"list", "export"}) {
        const auto result = run(command);
        EXPECT_EQ(result.status, 0) << result.errors;
        EXPECT_THAT(result.output, HasSubstr(command == std::string("list") ? "No bounces" : "kind,address"));
    }
    EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(BouncesCommand, GivesWhatIsAskedFor) {
    put_bounces();
    EXPECT_THAT(rows(), ElementsAre("dead-domain gone.example", "transient =emil@example.net",
                                    "dead-address anna@example.com", "dead-address bob@gone.example",
                                    "dead-address carl@gone.example", "refused dora@example.com"));
    EXPECT_THAT(rows({"--transient"}), ElementsAre("transient =emil@example.net"));
    EXPECT_THAT(rows({"--permanent", "--domain", "Example.COM"}),
                ElementsAre("dead-address anna@example.com", "refused dora@example.com"));
    EXPECT_THAT(rows({"--user", "sales"}),
                ElementsAre("transient =emil@example.net", "refused dora@example.com"));
    EXPECT_THAT(rows({"--since", "2026-04-10"}),
                ElementsAre("transient =emil@example.net", "refused dora@example.com"));
    EXPECT_THAT(rows({"--since", "2026-04-11"}), IsEmpty());
    EXPECT_THAT(rows({"--user", "nobody"}), IsEmpty());
    EXPECT_THAT(run("list", {"--transient"}).output, Not(HasSubstr("Dead")));
}

TEST_P(BouncesCommand, CountsDaysFromNow) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto put = [&, store = std::shared_ptr(open())](const char* address, int days) {
        const std::vector<BounceRecord> records{{address, "5.1.1", "user-unknown", true, "", ""}};
        ASSERT_TRUE(store->record_bounces("support", records, now - std::chrono::days(days)).value());
    };
    put("old@example.com", 31);
    put("young@example.com", 29);
    EXPECT_THAT(rows({"--since", "30d"}), ElementsAre("dead-address young@example.com"));
    EXPECT_EQ(rows({"--since", "32d"}).size(), 2U);
    EXPECT_THAT(rows({"--since", "0d"}), IsEmpty());
}

TEST_P(BouncesCommand, ExportsAllThatIsKnownAsJson) {
    put_bounces();
    const auto result = run("list", {"--json", "--domain", "example.com", "--permanent"});
    EXPECT_EQ(result.status, 0) << result.errors;
    const auto object = nlohmann::json::parse(result.output.substr(0, result.output.find('\n')));
    EXPECT_EQ(object, (nlohmann::json{{"kind", "dead-address"},
                                      {"address", "anna@example.com"},
                                      {"domain", "example.com"},
                                      {"status", "5.1.1"},
                                      {"reason", "user-unknown"},
                                      {"permanent", true},
                                      {"failures", 2},
                                      {"first", "2026-01-10T00:00:00Z"},
                                      {"last", "2026-03-10T00:00:00Z"},
                                      {"user", "support"},
                                      {"message_id", "2@desk.example.org"},
                                      {"diagnostic", "550 unknown"}}));
}

TEST_P(BouncesCommand, ExportsCsvThatSpreadsheetsDoNotTakeForFormulas) {
    put_bounces();
    for (const auto& [command, arguments] : {std::pair("export", std::vector<std::string>{}),
                                             std::pair("list", std::vector<std::string>{"--csv"})}) {
        const auto result = run(command, arguments);
        EXPECT_EQ(result.status, 0) << result.errors;
        EXPECT_THAT(
            result.output,
            AllOf(HasSubstr("kind,address,domain,status,reason,permanent,addresses,failures,first,last,user,"
                            "message_id,diagnostic\r\n"
                            "dead-domain,,gone.example,,host-unknown,true,2,2,2026-03-10T00:00:00Z,"
                            "2026-03-11T00:00:00Z,,,\r\n"),
                  HasSubstr("transient,'=emil@example.net,example.net,4.4.1,network-error,false,,1,"
                            "2026-04-10T00:00:00Z,2026-04-10T00:00:00Z,sales,,\"a, \"\"b\"\"")));
    }
}

TEST_P(BouncesCommand, RefusesArgumentsThatAreNone) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--since", "yesterday"},
                                                      {"--since", "2026-02-30"},
                                                      {"--since", "30"},
                                                      {"--since", "-1d"},
                                                      {"--since", "d"},
                                                      {"--since", "36501d"},
                                                      {"--domain", ""},
                                                      {"--domain", "a b"},
                                                      {"--permanent", "--transient"},
                                                      {"--json", "--csv"},
                                                      {"--nonsense"},
                                                      {"extra"}})
        for (const char* command : {"list", "export"}) {
            const auto result = run(command, arguments);
            EXPECT_EQ(result.status, 2) << arguments.front();
            EXPECT_EQ(result.output, "") << arguments.front();
        }
}

TEST_P(BouncesCommand, FailsWhereTheStoreOrTheConfigurationIsAway) {
    config_ = "[store]\nsqlite = \"/nowhere/at/all.sqlite\"\n";
    const auto no_store = run("list");
    EXPECT_EQ(no_store.status, 1);
    EXPECT_THAT(no_store.errors, HasSubstr("/nowhere/at/all.sqlite"));
    config_ = "[stor]\n";
    const auto no_config = run("export");
    EXPECT_EQ(no_config.status, 1);
    EXPECT_THAT(no_config.errors, HasSubstr("did you mean \"store\""));
    EXPECT_EQ(no_config.output, "");
}

TEST_P(BouncesCommand, SaysThatThereIsNoStoreAndMakesNone) {
    if (!is_sqlite())
        GTEST_SKIP() << "of files only";
    for (const char* command : {"list", "export"}) {
        const auto result = run(command);
        EXPECT_EQ(result.status, 1);
        EXPECT_THAT(result.errors, HasSubstr("there is no store at " + path()));
        EXPECT_EQ(result.output, "");
        EXPECT_FALSE(std::filesystem::exists(path()));
    }
}

TEST_P(BouncesCommand, ShowsNothingThatATerminalWouldActOn) {
    const std::vector<BounceRecord> records{{"a\xc2\x9b[2Jb@example.com", "5.1.1", "user-unknown", true,
                                             "x\xc2\x9b[2Jy\xe2\x80\xae\xe2\x80\xa8z", "m\xc2\x9bn"}};
    ASSERT_TRUE(open()->record_bounces("support", records, day("2026-01-01")).value());
    for (const char* format : {"", "--csv", "--json"}) {
        const std::string output =
            run("list", *format == '\0' ? std::vector<std::string>() : std::vector<std::string>{format})
                .output;
        EXPECT_THAT(output, AllOf(HasSubstr("[2Jb@example.com"), HasSubstr("x [2Jy  z"), HasSubstr("m n")));
        for (const char* sequence : {"\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\xa8"})
            EXPECT_THAT(output, Not(HasSubstr(sequence))) << format;
    }
}

} // namespace
} // namespace columbarium::e2e
