// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium presence: the same answers as a script gets, and where they come from.
#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* extended_away = R"(OK {"presence":"available","show":"xa"})";
constexpr int status_usage = 64;
constexpr int status_no_user = 67;

class DoveadmPresence : public PresenceTest {
  protected:
    DoveadmPresence() { options.users = {{"alice", ""}, {"bob", ""}}; }

    [[nodiscard]] rig::RunResult presence(std::vector<std::string> words,
                                          const std::string& format = "json") {
        std::vector<std::string> arguments = {"-f", format, "columbarium", "presence"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        return dovecot().tool("doveadm", arguments);
    }

    [[nodiscard]] static nlohmann::json rows(const rig::RunResult& result) {
        EXPECT_EQ(result.status, 0) << to_string(result);
        auto rows = nlohmann::json::parse(result.output, nullptr, false);
        EXPECT_TRUE(rows.is_array()) << to_string(result);
        return rows.is_array() ? rows : nlohmann::json::array();
    }
};

TEST_F(DoveadmPresence, ShowsTheUsersOwn) {
    publish("alice@example.com", R"({"show": "dnd", "status": "In a meeting"})");
    const auto found = rows(presence({"-u", "alice"}));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].at("jid"), "alice@example.com");
    EXPECT_EQ(found[0].at("online"), "yes");
    EXPECT_EQ(found[0].at("busy"), "yes");
    EXPECT_EQ(found[0].at("show"), "dnd");
    EXPECT_EQ(found[0].at("status"), "In a meeting");
    EXPECT_THAT(found[0].at("source").get<std::string>(), HasSubstr("dict:file:"));
    EXPECT_EQ(found[0].at("reason"), "-");
}

TEST_F(DoveadmPresence, SaysWhyNobodyKnows) {
    options.plugin_settings["columbarium_presence2"] = "xmpp";
    const auto found = rows(presence({"-u", "alice"}));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].at("online"), "maybe");
    EXPECT_EQ(found[0].at("show"), "unknown");
    EXPECT_EQ(found[0].at("status"), "");
    EXPECT_EQ(found[0].at("source"), "-");
    EXPECT_THAT(found[0].at("reason").get<std::string>(),
                AllOf(HasSubstr("nothing is published"), HasSubstr("/run/columbarium")));
}

TEST_F(DoveadmPresence, TellsWhenItIsOf) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    serve([](const rig::SocketmapRequest&) {
        return R"(OK {"presence":"available","show":"xa","receives":false,"since":1700000000})";
    });
    const auto found = rows(presence({"-u", "alice"}));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].at("source"), "xmpp");
    EXPECT_EQ(found[0].at("since"), "2023-11-14T22:13:20Z");
    EXPECT_EQ(found[0].at("online"), "maybe") << "no device would get a message";
}

TEST_F(DoveadmPresence, PR_19_SaysWhatAScriptMayNotAskFor) {
    publish("bob@example.com", "xa");
    const auto found = rows(presence({"-u", "alice", "bob@example.com", "alice@example.com/phone"}));
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].at("show"), "unknown");
    EXPECT_THAT(found[0].at("reason").get<std::string>(), HasSubstr("not allowed"));
    EXPECT_EQ(found[1].at("jid"), "alice@example.com/phone");
}

TEST_F(DoveadmPresence, PR_18_AsksForEachUser) {
    publish("alice@example.com", "dnd");
    publish("bob@example.com", "away");
    const auto found = rows(presence({"-A"}));
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].at("username"), "alice");
    EXPECT_EQ(found[0].at("show"), "dnd");
    EXPECT_EQ(found[1].at("jid"), "bob@example.com");
    EXPECT_EQ(found[1].at("show"), "away");
}

TEST_F(DoveadmPresence, AsksTheServiceForAllUsersOnOneConnection) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    const auto found = rows(presence({"-A"}));
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].at("show"), "xa");
    EXPECT_EQ(found[1].at("show"), "xa");
    EXPECT_THAT(service.requests("presence"), SizeIs(2));
    EXPECT_EQ(service.connections(), 1U);
}

TEST_F(DoveadmPresence, ConnectsBeforeItBecomesAUserWhoMayNot) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can become somebody else";
    options.plugin_settings["columbarium_presence"] = "xmpp";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    // As the shipped socket: root's, and a group's in which no mail user is.
    const auto socket = dovecot().directory() / "run/columbarium";
    std::filesystem::permissions(socket, std::filesystem::perms(0660));
    ASSERT_EQ(::chown(socket.c_str(), 0, 0), 0);
    const auto refused = rows(presence({"-u", "alice"}));
    ASSERT_THAT(refused, SizeIs(1));
    EXPECT_THAT(refused[0].at("reason").get<std::string>(), HasSubstr("no permission"))
        << "the mail user himself may not";

    const auto& modules = dovecot().layout().modules;
    rig::RunOptions as_root;
    as_root.environment =
        modules.doveadm_environment.empty() ? modules.environment : modules.doveadm_environment;
    as_root.directory = dovecot().directory();
    for (const std::vector<std::string>& users : {std::vector<std::string>{"-u", "alice"}, {"-A"}}) {
        std::vector<std::string> command = {
            "doveadm", "-c", dovecot().configuration().string(), "-f", "json", "columbarium", "presence"};
        command.insert(command.end(), users.begin(), users.end());
        const auto found = rows(rig::run(command, as_root));
        ASSERT_FALSE(found.empty());
        for (const auto& row : found)
            EXPECT_EQ(row.at("show"), "xa") << row.dump();
    }
    EXPECT_EQ(service.connections(), 2U);
}

TEST_F(DoveadmPresence, SaysWhyWhereTheServiceHangs) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    const rig::DeafSocket service(dovecot().directory() / "run/columbarium", rig::DeafSocket::Kind::silent);
    const auto found = rows(presence({"-A"}));
    ASSERT_THAT(found, SizeIs(2));
    for (const auto& row : found)
        EXPECT_THAT(row.at("reason").get<std::string>(), HasSubstr("deadline passed"));
}

TEST_F(DoveadmPresence, SaysWhatTheServiceDoesNotKnow) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    std::string answer;
    serve([&](const rig::SocketmapRequest&) { return answer; });
    const auto reason = [&](const std::string& reply) {
        answer = reply;
        const auto found = rows(presence({"-u", "alice"}));
        return found.size() == 1 ? found[0].at("reason").get<std::string>() : std::string();
    };
    EXPECT_THAT(reason("NOTFOUND "), AllOf(HasSubstr("asked for permission"), HasSubstr("domains")));
    EXPECT_THAT(reason("OK {\"presence\":\"unknown\"}"), HasSubstr("no session"));
    EXPECT_THAT(reason("PERM XMPP is not configured"), HasSubstr("XMPP is not configured"));
}

TEST_F(DoveadmPresence, PR_19_TakesNoPartOfALoginNameForAJid) {
    options.plugin_settings.erase("columbarium_jid");
    options.users = {};
    options.extra_conf = "auth_username_chars =\nauth_username_format = %u\n";
    publish("boss@example.org", "away");
    for (const char* user : {"mallory boss@example.org", "boss@example.org mallory", " boss@example.org"}) {
        const auto found = rows(presence({"-u", user, "boss@example.org"}));
        ASSERT_THAT(found, SizeIs(1)) << user;
        EXPECT_EQ(found[0].at("show"), "unknown") << user;
        EXPECT_THAT(found[0].at("reason").get<std::string>(), HasSubstr("not allowed")) << user;
    }
    const auto own = rows(presence({"-u", "boss@example.org", "boss@example.org"}));
    ASSERT_THAT(own, SizeIs(1));
    EXPECT_EQ(own[0].at("show"), "away");
}

TEST_F(DoveadmPresence, RefusesWhatIsNoJid) {
    const auto result = presence({"-u", "alice", "alice@@example.com"});
    EXPECT_EQ(result.status, status_usage) << to_string(result);
    EXPECT_THAT(result.errors, HasSubstr("alice@@example.com"));
    EXPECT_EQ(presence({"-u", "nobody-here"}).status, status_no_user);
}

TEST_F(DoveadmPresence, WarnsOfAUserWithoutAJid) {
    options.plugin_settings.erase("columbarium_jid");
    const auto result = presence({"-u", "alice"}, "tab");
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.errors, HasSubstr("columbarium_jid"));
}

TEST_F(DoveadmPresence, WorksBehindTheDoveadmServerAndShowsNoPassword) {
    options.plugin_settings["columbarium_presence2"] = "dict:redis:host=127.0.0.1:port=1:password=hidden";
    const std::string socket = (dovecot().directory() / "run" / "doveadm-server").string();
    const auto result = presence({"-S", socket, "-u", "alice"}, "tab");
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output,
                AllOf(HasSubstr("alice@example.com"), HasSubstr("redis"), Not(HasSubstr("hidden"))));
}

TEST_F(DoveadmPresence, LetsNoControlCharacterReachATerminal) {
    publish("alice@example.com", "{\"show\": \"xa\", \"status\": \"\\u001b]0;owned\\u0007\"}");
    const auto result = presence({"-u", "alice"}, "table");
    EXPECT_THAT(result.output, AllOf(HasSubstr("owned"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
}

} // namespace
} // namespace columbarium::e2e
