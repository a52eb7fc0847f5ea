// SPDX-License-Identifier: LGPL-2.1-or-later
// A script's `notify "xmpp:..."` over the whole way: Sieve, the service, a real
// XMPP server, a person's client.
#include <gmock/gmock.h>

#include "xmpp_presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class NotifyOverXmpp : public PresenceOverXmpp {};

TEST_F(NotifyOverXmpp, XN_9_XN_10_XN_12_XN_13_XN_15_ReachesTheClientThatIsThere) {
    const auto alice = log_in("alice");
    use_script("alice", R"(require ["enotify", "variables"];
if header :matches "subject" "*" { set "subject" "${1}"; }
notify :importance "1" :message "About <money> & ${subject}" "xmpp:alice@example.com?message;subject=Mail";
)");
    mail("fred@example.net", "alice", "the bill");
    ASSERT_TRUE(alice->wait_for_messages(1));
    const auto message = alice->messages().at(0);
    EXPECT_EQ(message.body, "About <money> & the bill");
    EXPECT_EQ(message.subject, "Mail");
    EXPECT_THAT(message.type, ::testing::AnyOf("normal", ""));
    EXPECT_THAT(message.from, HasSubstr(prosody.jid("bot")));
    EXPECT_THAT(message.stanza, HasSubstr("alice@example.org")); // Resent-From
    EXPECT_THAT(message.stanza, HasSubstr("high"));              // Urgency
    EXPECT_THAT(mailbox("alice"), SizeIs(1)) << "EN-12: the mail is kept";
}

TEST_F(NotifyOverXmpp, XN_9_WaitsForAPersonWhoIsOffline) {
    use_script("alice", R"(require "enotify"; notify :message "You have mail" "xmpp:alice@example.com";)");
    mail("fred@example.net", "alice");
    // The server has it before she comes.
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] {
        const auto now = status();
        return now.is_object() && now["queue"]["sent"] == 1;
    }));
    const auto alice = log_in("alice");
    ASSERT_TRUE(alice->wait_for_messages(1));
    EXPECT_EQ(alice->messages().at(0).body, "You have mail");
}

TEST_F(NotifyOverXmpp, XN_19_XN_22_IsSentWhenTheServerIsThereAgain) {
    prosody.stop();
    use_script("alice", R"(require "enotify"; notify :message "You have mail" "xmpp:alice@example.com";)");
    mail("fred@example.net", "alice");
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
    prosody.start();
    const auto alice = log_in("alice");
    ASSERT_TRUE(alice->wait_for_messages(1));
    EXPECT_EQ(alice->messages().at(0).body, "You have mail");
}

TEST_F(NotifyOverXmpp, EN_15_GoesToNoStranger) {
    const auto bob = log_in("bob");
    const auto alice = log_in("alice");
    use_script("alice", R"(require "enotify";
notify :message "for bob" "xmpp:bob@example.com";
notify :message "for me" "xmpp:alice@example.com";)");
    mail("fred@example.net", "alice");
    // What came for alice came after what would have come for bob.
    ASSERT_TRUE(alice->wait_for_messages(1));
    bob->flush();
    EXPECT_THAT(bob->messages(), SizeIs(0));
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
}

TEST_F(NotifyOverXmpp, XN_20_TheServiceAnswersNoChat) {
    const auto alice = log_in("alice");
    alice->presence("away", "Lunch");
    use_script("alice", R"(require ["enotify"]; notify :message "first" "xmpp:alice@example.com";)");
    mail("fred@example.net", "alice");
    ASSERT_TRUE(alice->wait_for_messages(1));
    const std::string bot = alice->messages().at(0).from;
    alice->send_raw("<message to='" + bot + "' type='chat' id='c1'><body>Hello?</body></message>");
    alice->flush();
    mail("fred@example.net", "alice");
    ASSERT_TRUE(alice->wait_for_messages(2));
    for (const auto& message : alice->messages())
        EXPECT_EQ(message.body, "first");
}

TEST_F(NotifyOverXmpp, EN_5_NothingUnimportantIsSentToWhoIsNotToBeDisturbed) {
    const auto alice = log_in("alice");
    alice->presence("dnd");
    use_script("alice", R"(require ["enotify"];
if notify_method_capability "xmpp:alice@example.com" "show" "dnd" { keep; }
notify :importance "3" :message "unimportant" "xmpp:alice@example.com";
notify :importance "2" :message "important" "xmpp:alice@example.com";)");
    ASSERT_TRUE(comes_to_be_seen("alice", "dnd")) << seen("alice");
    mail("fred@example.net", "alice");
    ASSERT_TRUE(alice->wait_for_messages(1));
    alice->flush();
    ASSERT_THAT(alice->messages(), SizeIs(1));
    EXPECT_EQ(alice->messages().at(0).body, "important");
}

} // namespace
} // namespace columbarium::e2e
