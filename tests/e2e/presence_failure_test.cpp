// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script is told, and how long a delivery takes, when nobody answers.
#include <chrono>

#include <gmock/gmock.h>

#include "presence_fixture.hpp"
#include "rig/redis.hpp"

namespace columbarium::e2e {
namespace {

using rig::DeafSocket;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PresenceFailure : public PresenceTest {
  protected:
    void use_source(const std::string& source) { options.plugin_settings["columbarium_presence"] = source; }

    // Delivers mail to a script that asks for all items, and expects that they are unknown, that the mail is
    // where the script puts it, and that nobody waited as long as the drivers of the host would.
    void expect_unknown() {
        use_script("user", "require [\"enotify\", \"imap4flags\"];\nif allof (" +
                               capability("show", "\"unknown\"") + ",\n" + capability("busy", "\"unknown\"") +
                               ",\n" + capability("online", "\"maybe\"") + ",\n" +
                               capability("status", "\"\"") + ",\nnot " +
                               capability("status", "\"?*\"", ":matches") + ") { addflag \"$Unknown\"; }\n");
        const auto begun = std::chrono::steady_clock::now();
        deliver(mail_to_user());
        const auto took = std::chrono::steady_clock::now() - begun;
        const auto messages = mailbox("user");
        ASSERT_FALSE(messages.empty());
        EXPECT_TRUE(messages.back().has_flag("$Unknown"));
        EXPECT_LT(took, drivers_wait / 3) << "in nanoseconds";
    }

    std::vector<std::string> warnings() { return log_lines("Warning: sieve"); }

    // What the host's drivers do where nobody tells them better. How long a delivery takes, the benchmark
    // measures.
    static constexpr std::chrono::seconds drivers_wait{30};
};

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheServiceHasNoSocket) {
    use_source("xmpp");
    expect_unknown();
    const auto lines = warnings();
    ASSERT_THAT(lines, SizeIs(1)) << "once in a delivery";
    EXPECT_THAT(lines[0], HasSubstr("/run/columbarium"));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheServiceSaysNothing) {
    use_source("xmpp");
    const DeafSocket service(dovecot().directory() / "run/columbarium", DeafSocket::Kind::silent);
    expect_unknown();
    EXPECT_THAT(warnings(), SizeIs(1));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheServicesQueueIsFull) {
    use_source("xmpp");
    const DeafSocket service(dovecot().directory() / "run/columbarium", DeafSocket::Kind::full);
    expect_unknown();
    EXPECT_THAT(warnings(), SizeIs(1));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhateverTheServiceAnswers) {
    use_source("xmpp");
    std::string answer;
    const rig::SocketmapServer& service = serve([&](const rig::SocketmapRequest&) { return answer; });
    for (const char* text : {"NOTFOUND ", "TEMP not connected", "TIMEOUT later", "PERM no", "OK {", "OK ",
                             "OK []", "WHAT is this", "", "OK {\"presence\":\"unknown\"}"}) {
        answer = text;
        expect_unknown();
    }
    EXPECT_THAT(service.requests("presence"), SizeIs(10));
}

TEST_F(PresenceFailure, PR_15_HasOneDeadlineForAllLookUpsOfADelivery) {
    use_source("xmpp");
    options.plugin_settings["columbarium_presence2"] = "xmpp";
    options.site_config += "[presence]\npublic = [\"@example.com\"]\n";
    const rig::SocketmapServer& service =
        serve([](const rig::SocketmapRequest&) -> std::optional<std::string> { return std::nullopt; });
    std::string script = "require [\"enotify\", \"imap4flags\"];\n";
    for (int person = 0; person < 20; ++person)
        script += "if " +
                  capability("show", "\"unknown\"", "", "xmpp:p" + std::to_string(person) + "@example.com") +
                  " { addflag \"$p" + std::to_string(person) + "\"; }\n";
    use_script("user", script);
    deliver(mail_to_user());
    EXPECT_THAT(only_message("user").flags, SizeIs(20));
    EXPECT_THAT(service.requests("presence"), SizeIs(1)) << "no question after the deadline";
}

TEST_F(PresenceFailure, PR_15_WarnsOnceOfAServiceThatHasNoXmpp) {
    use_source("xmpp");
    options.site_config += "[presence]\npublic = [\"@example.com\"]\n";
    const rig::SocketmapServer& service =
        serve([](const rig::SocketmapRequest&) { return "PERM XMPP is not configured"; });
    EXPECT_THAT(true_of({capability("show", "\"unknown\""),
                         capability("show", "\"unknown\"", "", "xmpp:other@example.com"),
                         capability("show", "\"unknown\"", "", "xmpp:third@example.com")}),
                SizeIs(3));
    EXPECT_THAT(service.requests("presence"), SizeIs(3));
    const auto lines = warnings();
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_THAT(lines[0], HasSubstr("XMPP is not configured"));
}

TEST_F(PresenceFailure, PR_15_TellsPresenceAgainWhenTheServiceIsBack) {
    use_source("xmpp");
    expect_unknown();
    serve([](const rig::SocketmapRequest&) { return R"(OK {"presence":"available","show":"xa"})"; });
    EXPECT_EQ(item("show"), "xa");
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheDictServiceSaysNothing) {
    use_source("dict:proxy:@directory@/deaf:presence");
    const DeafSocket service(dovecot().directory() / "deaf", DeafSocket::Kind::silent);
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("no answer within"));
    // The process goes on, and delivers the next message as well.
    expect_unknown();
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("leak")));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheDictServicesQueueIsFull) {
    use_source("dict:proxy:@directory@/deaf:presence");
    const DeafSocket service(dovecot().directory() / "deaf", DeafSocket::Kind::full);
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("takes no connection")); // the driver would try for a second
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereThereIsNoDictService) {
    use_source("dict:proxy:@directory@/nobody:presence");
    expect_unknown();
    EXPECT_THAT(warnings(), SizeIs(1));
}

TEST_F(PresenceFailure, PR_15_LetsDovecotLdaEndToo) {
    use_source("dict:proxy:@directory@/deaf:presence");
    const DeafSocket service(dovecot().directory() / "deaf", DeafSocket::Kind::silent);
    use_script("user", "require [\"enotify\", \"imap4flags\"];\nif " + capability("show", "\"unknown\"") +
                           " { addflag \"$Unknown\"; }\n");
    const auto begun = std::chrono::steady_clock::now();
    const auto delivered = dovecot().deliver_with_lda("user", mail_to_user());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, drivers_wait / 3) << "in nanoseconds";
    EXPECT_EQ(delivered.status, 0) << to_string(delivered);
    EXPECT_THAT(delivered.errors, Not(HasSubstr("leak")));
    EXPECT_TRUE(only_message("user").has_flag("$Unknown"));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereRedisSaysNothing) {
    const rig::Listener deaf = rig::listen_on_loopback();
    use_source("dict:redis:host=127.0.0.1:port=" + std::to_string(deaf.port));
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("redis"));
}

TEST_F(PresenceFailure, PR_15_LowersATimeoutThatIsTooLongAndTellsNoPassword) {
    const rig::Listener deaf = rig::listen_on_loopback();
    use_source("dict:redis:host=127.0.0.1:timeout_msecs=20000:password=hidden:port=" +
               std::to_string(deaf.port));
    expect_unknown();
    for (const std::string& line : log_lines("presence"))
        EXPECT_THAT(line, Not(HasSubstr("hidden")));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereMemcachedSaysNothing) {
    const rig::Listener deaf = rig::listen_on_loopback();
    use_source("dict:memcached_ascii:host=127.0.0.1:port=" + std::to_string(deaf.port));
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("memcached"));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereTheSettingIsNonsense) {
    use_source("floppy");
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("columbarium_presence"));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereThePublishedFileIsAPipe) {
    const auto pipe = dovecot().directory() / "presence.dict";
    ASSERT_EQ(dovecot().run({"mkfifo", pipe.string()}).status, 0);
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("no regular file"));
}

TEST_F(PresenceFailure, PR_15_IsUnknownWhereThePublishedValueIsNonsense) {
    publish("user@example.com", "somewhere else");
    expect_unknown();
    EXPECT_THAT(warnings()[0], HasSubstr("priv/presence/user@example.com"));
}

TEST_F(PresenceFailure, PR_15_AsksTheNextSourceWhereOneFails) {
    use_source("xmpp");
    options.plugin_settings["columbarium_presence2"] = "dict:file:@directory@/presence.dict";
    publish("user@example.com", "away");
    EXPECT_EQ(item("show"), "away");
    EXPECT_THAT(warnings(), SizeIs(1));
}

TEST_F(PresenceFailure, PR_15_DeliversWhereTheSitesConfigurationIsWrong) {
    options.site_config = "[presence]\nlanguage = \"en\"\n";
    publish("user@example.com", "away");
    EXPECT_EQ(item("show"), "away") << "with the defaults";
    EXPECT_THAT(warnings()[0], HasSubstr("language"));
}

class PresenceDicts : public PresenceTest {
  protected:
    void sql(const std::string& statement) {
        const auto result =
            dovecot().run({"sqlite3", (dovecot().directory() / "presence.sqlite").string(), statement});
        ASSERT_EQ(result.status, 0) << to_string(result);
    }
};

TEST_F(PresenceDicts, AreAskedThroughTheDictService) {
    options.plugin_settings["columbarium_presence"] = "dict:proxy::presence";
    options.extra_conf = "dict {\n  presence = sqlite:@directory@/presence.conf\n}\n";
    dovecot().write_file("presence.conf",
                         "connect = " + (dovecot().directory() / "presence.sqlite").string() +
                             "\nmap {\n  pattern = priv/presence/$jid\n  table = presence\n"
                             "  username_field = owner\n  value_field = value\n"
                             "  fields {\n    jid = $jid\n  }\n}\n");
    sql("CREATE TABLE presence (owner TEXT, jid TEXT, value TEXT, PRIMARY KEY (owner, jid))");
    EXPECT_EQ(item("show"), "unknown");
    sql("INSERT INTO presence VALUES ('user', 'user@example.com', 'dnd')");
    EXPECT_EQ(item("show"), "dnd");
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("Warning: sieve")));
}

TEST_F(PresenceDicts, AreAskedInRedis) {
    const rig::Redis redis;
    options.plugin_settings["columbarium_presence"] = "dict:" + redis.dict_uri();
    EXPECT_EQ(item("show"), "unknown");
    redis.set("user/presence/user@example.com", R"({"show": "xa", "status": "On a trip"})");
    EXPECT_EQ(item("show"), "xa");
    EXPECT_EQ(item("status"), "On a trip");
}

} // namespace
} // namespace columbarium::e2e
