// SPDX-License-Identifier: LGPL-2.1-or-later
// `columbarium service status`, from outside, in front of a server that tells all kinds of things.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "rig/process.hpp"
#include "socketmap_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using wire::ReplyStatus;

rig::RunResult service_status(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {COLUMBARIUM_COMMAND, "service", "status"});
    return rig::run(arguments);
}

// Runs the command in front of a server that answers so.
rig::RunResult status_of(ReplyStatus status, const std::string& text, std::vector<std::string> options = {}) {
    const OwnCodecServer server([&](const wire::Request& request) {
        if (request.map != "service" || request.key != "status")
            return wire::Reply{ReplyStatus::permanent, "asked for " + request.map + " " + request.key};
        return wire::Reply{status, text};
    });
    options.insert(options.end(), {"--socket", server.path()});
    return service_status(options);
}

constexpr const char* connected =
    R"({"xmpp":{"configured":true,"kind":"client","connected":true,"address":"bot@example.com","age":123,)"
    R"("known":10,"available":3,"last_error":"","retry_in":0},"queue":{"waiting":1,"sent":5,"dropped":2,)"
    R"("last_error":"n-7: cancel, item-not-found"},"pid":4711,"uptime":93784,"version":"0.1.0"})";

TEST(ServiceStatus, TellsAPersonHowTheSessionAndTheQueueAreDoing) {
    const rig::RunResult result = status_of(ReplyStatus::ok, connected);
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.errors, IsEmpty());
    EXPECT_EQ(result.output, "session        connected for 2 min 3 s\n"
                             "address        bot@example.com (client)\n"
                             "presence       10 known, 3 available\n"
                             "session error  -\n"
                             "notifications  1 waiting, 5 sent, 2 dropped\n"
                             "last refusal   n-7: cancel, item-not-found\n"
                             "service        version 0.1.0, process 4711, up for 1 d 2 h\n");
}

TEST(ServiceStatus, TellsWhenADisconnectedSessionIsTriedAgainAndWhyItEnded) {
    const rig::RunResult result =
        status_of(ReplyStatus::ok, R"({"xmpp":{"configured":true,"connected":false,"age":0,"retry_in":40,)"
                                   R"("last_error":"xmpp.example.com: connection refused"}})");
    EXPECT_EQ(result.status, 0) << "the service answered";
    EXPECT_THAT(result.output, AllOf(HasSubstr("session        not connected, next try in 40 s\n"),
                                     HasSubstr("session error  xmpp.example.com: connection refused\n")));
}

TEST(ServiceStatus, TellsThatThereIsNoXmpp) {
    const rig::RunResult result = status_of(ReplyStatus::ok, R"({"xmpp":{"configured":false}})");
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output, StartsWith("session        not configured\n"));
}

// A service that is older or newer than the command.
TEST(ServiceStatus, ShowsWhatIsMissingOrOfAnotherTypeAsADash) {
    for (const char* text :
         {"{}", R"({"xmpp":[],"queue":5,"future":{"a":1}})",
          R"({"xmpp":{"connected":"yes","known":"1","available":null,"address":7,"age":1.5},)"
          R"("queue":{"waiting":true},"pid":"1","uptime":-1,"version":{}})"}) {
        const rig::RunResult result = status_of(ReplyStatus::ok, text);
        EXPECT_EQ(result.status, 0) << text;
        EXPECT_EQ(result.output, "session        -\n"
                                 "address        - (-)\n"
                                 "presence       - known, - available\n"
                                 "session error  -\n"
                                 "notifications  - waiting, - sent, - dropped\n"
                                 "last refusal   -\n"
                                 "service        version -, process -, up for -\n")
            << text;
    }
}

TEST(ServiceStatus, WritesDurationsInTheirTwoGreatestUnits) {
    const std::pair<const char*, const char*> durations[] = {
        {"0", "0 s"},          {"59", "59 s"},           {"60", "1 min 0 s"},  {"3599", "59 min 59 s"},
        {"3600", "1 h 0 min"}, {"86399", "23 h 59 min"}, {"86400", "1 d 0 h"}, {"31536000", "365 d 0 h"}};
    for (const auto& [seconds, expected] : durations) {
        const rig::RunResult result =
            status_of(ReplyStatus::ok, std::string(R"({"uptime":)") + seconds + "}");
        EXPECT_THAT(result.output, HasSubstr(std::string("up for ") + expected + "\n"));
    }
}

TEST(ServiceStatus, PrintsTheObjectAsJsonOnOneLine) {
    const rig::RunResult result = status_of(ReplyStatus::ok, connected, {"--json"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(result.output, std::string(connected) + "\n") << "all keys, in the order of the service";
    const rig::RunResult unknown = status_of(ReplyStatus::ok, "{\n \"future\": [1]\n}", {"--json"});
    EXPECT_EQ(unknown.output, "{\"future\":[1]}\n");
}

TEST(ServiceStatus, LetsNoControlCharacterOfAServerReachATerminal) {
    const rig::RunResult result = status_of(
        ReplyStatus::ok, R"({"xmpp":{"last_error":"\u001b]0;owned\u0007 \u202e x"},"version":"\u009b1m"})");
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output, HasSubstr("owned"));
    for (const char* control : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae"})
        EXPECT_THAT(result.output, Not(HasSubstr(control)));
}

TEST(ServiceStatus, FailsWhereNobodyListensAndNamesTheSocket) {
    const rig::RunResult result = service_status({"--socket", "/nowhere/columbarium"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.output, IsEmpty());
    EXPECT_EQ(result.errors,
              "columbarium: /nowhere/columbarium: nobody listens there (No such file or directory)\n");
}

TEST(ServiceStatus, FailsWhereTheServiceDoesNotTell) {
    const std::tuple<ReplyStatus, const char*, const char*> answers[] = {
        {ReplyStatus::not_found, "", "who answers there knows no key \"status\" in the map \"service\""},
        {ReplyStatus::temporary, "starting", "the service does not tell: starting"},
        {ReplyStatus::permanent, "no such map", "the service does not tell: no such map"},
        {ReplyStatus::ok, "fine", "the answer is no status: no JSON object"},
        {ReplyStatus::ok, "[1]", "the answer is no status: no JSON object"},
        {ReplyStatus::ok, "", "the answer is no status: no JSON object"}};
    for (const auto& [status, text, expected] : answers) {
        for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--json"}}) {
            const rig::RunResult result = status_of(status, text, options);
            EXPECT_EQ(result.status, 1) << text;
            EXPECT_THAT(result.output, IsEmpty());
            EXPECT_THAT(result.errors, AllOf(StartsWith("columbarium: /"), HasSubstr(expected)));
        }
    }
}

TEST(ServiceStatus, FailsWhereTheOutputCannotBeWritten) {
    const OwnCodecServer server([](const wire::Request&) { return wire::Reply{ReplyStatus::ok, "{}"}; });
    const rig::RunResult result =
        rig::run({"/bin/sh", "-c", "exec \"$0\" service status --socket \"$1\" >/dev/full",
                  COLUMBARIUM_COMMAND, server.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, HasSubstr("cannot write to standard output"));
}

TEST(ServiceStatus, IsRefusedWithTheStatusForUsageWhereTheArgumentsAreWrong) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--jsno"}, {"--socket"}, {"something"}}) {
        const rig::RunResult result = service_status(arguments);
        EXPECT_EQ(result.status, 2) << to_string(result);
    }
    EXPECT_EQ(rig::run({COLUMBARIUM_COMMAND, "service"}).status, 2) << "without a subcommand";
}

TEST(ServiceStatus, NamesItsSocketInItsHelp) {
    const rig::RunResult result = service_status({"--help"});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output, HasSubstr("/run/dovecot/columbarium"));
}

} // namespace
} // namespace columbarium::e2e
