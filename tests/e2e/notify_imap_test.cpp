// SPDX-License-Identifier: LGPL-2.1-or-later
// Presence and notifications in scripts that run in IMAP (RFC 6785), where one Sieve instance lives as long
// as the client is connected.
#include <gmock/gmock.h>

#include "notify_fixture.hpp"
#include "rig/eventually.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class NotifyInImap : public NotifyTest {
  protected:
    NotifyInImap() {
        options.sieve_plugins = {"sieve_columbarium", "sieve_imapsieve"};
        options.extra_conf = "protocol imap {\n  mail_plugins = $mail_plugins imap_sieve\n}\n";
        options.plugin_settings["imapsieve_mailbox1_name"] = "Shared";
        options.plugin_settings["imapsieve_mailbox1_causes"] = "APPEND COPY";
        options.plugin_settings["imapsieve_mailbox1_before"] = "file:@directory@/imap.sieve";
        options.plugin_settings["imapsieve_mailbox2_name"] = "Other";
        options.plugin_settings["imapsieve_mailbox2_causes"] = "APPEND COPY";
        options.plugin_settings["imapsieve_mailbox2_before"] = "file:@directory@/imap.sieve";
        options.site_config =
            "[notify]\nmost_per_delivery = 1\nurl = \"imap://imap.example.org/{mailbox}\"\n";
    }

    // What is run for each message that comes to Shared or Other.
    void use_imap_script(const std::string& commands) {
        dovecot().write_file("imap.sieve", "require [\"enotify\", \"imap4flags\"];\n" + commands + "\n");
        const auto compiled = dovecot().tool("sievec", {(dovecot().directory() / "imap.sieve").string()});
        EXPECT_EQ(compiled.status, 0) << to_string(compiled);
        create_mailbox("user", "Shared");
        create_mailbox("user", "Other");
    }
};

TEST_F(NotifyInImap, EN_13_CountsForEachMessageAnew) {
    use_imap_script(
        "notify :message \"a\" \"xmpp:user@example.com\";\nnotify :message \"b\" \"xmpp:user@example.com\";");
    take_notifications();
    auto session = dovecot().imap("user");
    for (int message = 1; message <= 3; ++message)
        session.append("Shared", mail_to_user("Hello", message));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return notifications().size() == 3; }));
    ASSERT_THAT(notifications(), SizeIs(3)) << "one of two, for each";
    EXPECT_EQ(notifications()[2].value("url", ""), "imap://imap.example.org/Shared");
    EXPECT_EQ(notifications()[2].count("resent_from"), 0U) << "there is no envelope";
}

TEST_F(NotifyInImap, EN_13_TellsMessagesOfTwoMailboxesApart) {
    use_imap_script("notify \"xmpp:user@example.com\";");
    take_notifications();
    auto session = dovecot().imap("user");
    session.append("Shared", mail_to_user("Hello", 1)); // each is the first of its mailbox
    session.append("Other", mail_to_user("Hello", 2));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return notifications().size() == 2; }));
}

TEST_F(NotifyInImap, PR_17_TellsAFreshPresenceSomeSecondsLater) {
    use_imap_script("if " + capability("show", "\"xa\"") + " { notify \"xmpp:user@example.com\"; }");
    take_notifications();
    publish("user@example.com", "away");
    auto session = dovecot().imap("user");
    session.append("Shared", mail_to_user());
    EXPECT_THAT(notifications(), IsEmpty());
    publish("user@example.com", "xa");
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        session.append("Shared", mail_to_user());
        return !notifications().empty();
    }));
}

} // namespace
} // namespace columbarium::e2e
