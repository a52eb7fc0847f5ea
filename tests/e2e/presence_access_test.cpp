// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose presence a script is told, and that one delivery has one snapshot of it (RFC 6132, 2 and 3).
#include <atomic>

#include <gmock/gmock.h>

#include "presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* available =
    R"(OK {"presence":"available","show":"chat","receives":true,"status":"here"})";
constexpr const char* extended_away =
    R"(OK {"presence":"available","show":"xa","receives":true,"status":"on a trip"})";

class PresenceAccess : public PresenceTest {
  protected:
    void ask_the_service() { options.plugin_settings["columbarium_presence"] = "xmpp"; }

    // Every user gets a script that files mail by alice's `show`.
    void use_script_that_asks_for_alice(const std::string& user) {
        use_script(user, "require [\"enotify\", \"variables\", \"fileinto\", \"mailbox\"];\n"
                         "if notify_method_capability :matches \"xmpp:alice@example.com\" \"show\" \"*\""
                         " { fileinto :create \"alice is ${0}\"; }\n");
    }
};

TEST_F(PresenceAccess, PR_17_GivesOneAnswerWithinAScriptThoughThePresenceChanges) {
    ask_the_service();
    std::atomic<int> asked = 0;
    const rig::SocketmapServer& service =
        serve([&](const rig::SocketmapRequest&) { return ++asked % 2 == 1 ? extended_away : available; });
    const std::vector<std::string> tests = {
        capability("show", "\"xa\""),
        capability("status", "\"on a trip\""),
        capability("online", "\"yes\""),
        capability("show", "\"xa\""),
        capability("show", "\"chat\""),
        capability("status", "\"here\""),
        capability("busy", "\"no\""),
        capability("show", "\"x*\"", ":matches"),
        capability("show", "\"xa\"", "", "xmpp:USER@example.com"),
    };
    EXPECT_THAT(true_of(tests), SizeIs(6)) << "all but chat and here; two are the same";
    EXPECT_THAT(service.requests("presence"), SizeIs(1));
    EXPECT_TRUE(is_true(capability("show", "\"chat\""))) << "the next delivery asks anew";
    EXPECT_THAT(service.requests("presence"), SizeIs(2));
}

TEST_F(PresenceAccess, PR_17_SpansAllScriptsOfADelivery) {
    ask_the_service();
    options.sieve_before = "require [\"enotify\", \"imap4flags\"];\nif " + capability("show", "\"xa\"") +
                           " { addflag \"$before\"; }\n";
    options.sieve_after = "require [\"enotify\", \"imap4flags\"];\nif " + capability("show", "\"xa\"") +
                          " { addflag \"$after\"; }\n";
    std::atomic<int> asked = 0;
    const rig::SocketmapServer& service =
        serve([&](const rig::SocketmapRequest&) { return ++asked == 1 ? extended_away : available; });
    use_script("user", "require [\"enotify\", \"imap4flags\"];\nif " + capability("show", "\"xa\"") +
                           " { addflag \"$own\"; }\n");
    deliver(mail_to_user());
    EXPECT_THAT(service.requests("presence"), SizeIs(1));
    const auto message = only_message("user");
    for (const char* script : {"$before", "$own", "$after"})
        EXPECT_TRUE(message.has_flag(script)) << script;
}

TEST_F(PresenceAccess, PR_18_PR_19_XN_21_TellsNobodyOfAnotherUserInTheSameSession) {
    publish("alice@example.com", "xa");
    use_script_that_asks_for_alice("alice");
    use_script_that_asks_for_alice("bob");
    deliver(mail_to_user(), {.to = {"alice@example.org", "bob@example.org"}});
    deliver(mail_to_user("Hello", 2), {.to = {"bob@example.org", "alice@example.org"}});
    EXPECT_THAT(mailbox("alice", "alice is xa"), SizeIs(2));
    EXPECT_THAT(mailbox("bob", "alice is unknown"), SizeIs(2));
    EXPECT_THAT(mailbox("bob", "alice is xa"), IsEmpty());
}

TEST_F(PresenceAccess, PR_18_AsksForEachUserEvenWhereAllMayKnow) {
    ask_the_service();
    options.site_config += "[presence]\npublic = [\"alice@example.com\"]\n";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    use_script_that_asks_for_alice("alice");
    use_script_that_asks_for_alice("bob");
    deliver(mail_to_user(), {.to = {"alice@example.org", "bob@example.org"}});
    EXPECT_THAT(mailbox("bob", "alice is xa"), SizeIs(1));
    EXPECT_THAT(service.requests("presence"), SizeIs(2));
}

TEST_F(PresenceAccess, PR_19_NeverAsksForAForeignJid) {
    ask_the_service();
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    EXPECT_EQ(item("show", "alice@example.com"), "unknown");
    EXPECT_EQ(item("online", "alice@example.com"), "maybe");
    EXPECT_EQ(item("status", "alice@example.com"), "");
    EXPECT_EQ(item("busy", "example.com"), "unknown");
    EXPECT_THAT(service.requests("presence"), IsEmpty());
}

TEST_F(PresenceAccess, PR_19_KnowsPublicJidsAndDomains) {
    options.site_config += "[presence]\npublic = [\"OnCall@Example.net\", \"@rooms.example.com\"]\n";
    publish("oncall@example.net", "dnd");
    publish("blue@rooms.example.com", "away");
    publish("other@example.net", "xa");
    EXPECT_EQ(item("show", "oncall@example.net"), "dnd");
    EXPECT_EQ(item("show", "blue@rooms.example.com"), "away");
    EXPECT_EQ(item("show", "other@example.net"), "unknown");
}

TEST_F(PresenceAccess, PR_19_KnowsAllJidsOfTheUser) {
    options.plugin_settings["columbarium_jid"] = "%n@example.com/phone  second@example.net not@@a@jid";
    publish("user@example.com", "dnd");
    publish("second@example.net", "away");
    EXPECT_EQ(item("show"), "dnd");
    EXPECT_EQ(item("show", "second@example.net"), "away");
    EXPECT_THAT(log_lines("columbarium_jid")[0], HasSubstr("not@@a@jid"));
}

TEST_F(PresenceAccess, PR_19_TakesTheJidThatTheUserdbGives) {
    options.users = {{"user", "userdb_columbarium_jid=other@example.net"}};
    publish("user@example.com", "dnd");
    publish("other@example.net", "away");
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_EQ(item("show", "other@example.net"), "away");
}

TEST_F(PresenceAccess, PR_19_TakesTheLoginNameForAJidWhereItIsOne) {
    options.plugin_settings.erase("columbarium_jid");
    options.extra_conf = "auth_username_format = %Lu\n";
    publish("user@example.org", "away");
    use_script("user@example.org", "require [\"enotify\", \"fileinto\", \"mailbox\"];\nif " +
                                       capability("show", "\"away\"", "", "xmpp:user@example.org") +
                                       " { fileinto :create \"Away\"; }\n");
    deliver(mail_to_user());
    EXPECT_THAT(mailbox("user@example.org", "Away"), SizeIs(1));
}

TEST_F(PresenceAccess, PR_19_KnowsNoJidOfALoginNameWithoutADomain) {
    options.plugin_settings.erase("columbarium_jid");
    publish("user@example.com", "away");
    publish("user", "away");
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_EQ(item("show", "user"), "unknown");
}

TEST_F(PresenceAccess, PR_19_TakesALoginNameInUpperCaseForTheSameJid) {
    options.plugin_settings.erase("columbarium_jid");
    options.extra_conf = "auth_username_format = %u\n";
    publish("user@example.org", "away");
    const std::string user = "User@Example.ORG";
    use_script(user, "require [\"enotify\", \"fileinto\", \"mailbox\"];\nif " +
                         capability("show", "\"away\"", "", "xmpp:user@example.org") +
                         " { fileinto :create \"Away\"; }\n");
    deliver(mail_to_user(), {.to = {user}});
    EXPECT_THAT(mailbox(user, "Away"), SizeIs(1));
}

TEST_F(PresenceAccess, PR_24_AsksTheServiceForTheDeviceThatTheScriptNames) {
    ask_the_service();
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest& request) {
        return request.key == "user@example.com/phone" ? extended_away : available;
    });
    EXPECT_EQ(item("show", "user@example.com/phone"), "xa");
    EXPECT_EQ(item("show"), "chat");
    ASSERT_THAT(service.requests("presence"), SizeIs(2));
    EXPECT_EQ(service.requests("presence")[1].key, "user@example.com");
}

TEST_F(PresenceAccess, AsksTheSourcesInTheirOrderUntilOneKnows) {
    options.plugin_settings["columbarium_presence2"] = "xmpp";
    options.plugin_settings["columbarium_presence4"] = "nonsense"; // behind the first that is missing
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return available; });
    publish("user@example.com", "dnd");
    EXPECT_EQ(item("show"), "dnd");
    EXPECT_THAT(service.requests("presence"), IsEmpty());
    publish("user@example.com", R"({"show": "dnd", "until": "2001-01-01T00:00:00Z"})");
    EXPECT_EQ(item("show"), "chat") << "what was published is no longer valid";
    unpublish("user@example.com");
    EXPECT_EQ(item("show"), "chat");
    EXPECT_THAT(service.requests("presence"), SizeIs(2));
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("nonsense")));
}

TEST_F(PresenceAccess, AsksTheServiceWhereNoSourceIsSetAndTheSiteHasXmpp) {
    options.plugin_settings.erase("columbarium_presence");
    options.site_config += "[xmpp]\njid = \"columbarium@example.com\"\npassword_file = \"/nowhere\"\n";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    EXPECT_EQ(item("show"), "xa");
    EXPECT_THAT(service.requests("presence"), SizeIs(1));
}

TEST_F(PresenceAccess, AsksNobodyWhereNoSourceIsSetAndTheSiteHasNoXmpp) {
    options.plugin_settings.erase("columbarium_presence");
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_THAT(service.requests("presence"), IsEmpty());
}

TEST_F(PresenceAccess, AsksOnlyTheSourcesThatAreSet) {
    options.site_config += "[xmpp]\njid = \"columbarium@example.com\"\npassword_file = \"/nowhere\"\n";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return extended_away; });
    EXPECT_EQ(item("show"), "unknown") << "nothing is published";
    EXPECT_THAT(service.requests("presence"), IsEmpty());
}

TEST_F(PresenceAccess, ReadsWhatDoveadmPublishes) {
    options.plugin_settings["columbarium_presence"] = "dict:file:%h/presence";
    use_script("user", "keep;\n"); // makes the home
    const auto home = dovecot().directory() / "home/user/presence";
    const auto result = dovecot().tool("doveadm", {"dict", "set", "-u", "user", "file:" + home.string(),
                                                   "priv/presence/user@example.com", "away"});
    ASSERT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(item("show"), "away");
}

} // namespace
} // namespace columbarium::e2e
