// SPDX-License-Identifier: LGPL-2.1-or-later
// The XMPP server is down, refuses, hangs or flaps: scripts see "unknown",
// nothing stale, and all mail comes.
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "xmpp_presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Sorts by what the script is told.
constexpr const char* sorting_script =
    R"(require ["enotify", "fileinto", "mailbox", "variables"];
if notify_method_capability :matches "xmpp:alice@example.com" "show" "*" { set "show" "${0}"; }
if notify_method_capability :matches "xmpp:alice@example.com" "online" "*" { set "online" "${0}"; }
if notify_method_capability :matches "xmpp:alice@example.com" "busy" "*" { set "busy" "${0}"; }
if notify_method_capability :matches "xmpp:alice@example.com" "status" "*" { set "status" "${0}"; }
fileinto :create "${show} ${online} ${busy} -${status}-";
)";

constexpr const char* nobody_knows = "unknown maybe unknown --";

class XmppOutage : public PresenceOverXmpp {
  protected:
    void expect_that_nobody_knows() {
        mail("fred@example.net", "alice");
        EXPECT_THAT(mailbox("alice", nobody_knows), SizeIs(1))
            << ::testing::PrintToString(mailboxes("alice"));
    }
};

TEST_F(XmppOutage, PR_15_AServerThatIsDownLeavesPresenceUnknown) {
    prosody.stop();
    use_script("alice", sorting_script);
    expect_that_nobody_knows();
}

TEST_F(XmppOutage, PR_15_AServerThatRefusesThePasswordLeavesPresenceUnknown) {
    secret = "wrong\n";
    const auto alice = log_in("alice");
    use_script("alice", sorting_script);
    expect_that_nobody_knows();
    EXPECT_TRUE(rig::eventually(rig::default_deadline,
                                [&] { return dovecot().log().find("refused") != std::string::npos; }));
}

TEST_F(XmppOutage, PR_15_WithoutTheServiceNobodyKnows) {
    options.service = false;
    const auto alice = log_in("alice");
    use_script("alice", sorting_script);
    expect_that_nobody_knows();
}

TEST_F(XmppOutage, PR_15_XP_15_AfterADisconnectNothingStaleIsTold) {
    const auto alice = log_in("alice");
    alice->presence("dnd", "In a meeting");
    use_script("alice", sorting_script);
    ASSERT_TRUE(comes_to_be_seen("alice", "In a meeting")) << seen("alice");
    mail("fred@example.net", "alice");
    EXPECT_THAT(mailbox("alice", "dnd yes yes -In a meeting-"), SizeIs(1));
    prosody.kill();
    ASSERT_TRUE(comes_to_be_seen("alice", "unknown")) << seen("alice");
    expect_that_nobody_knows();
}

TEST_F(XmppOutage, PR_15_XP_15_AServerThatHangsIsNoticedAndComesBack) {
    const auto alice = log_in("alice");
    alice->presence("away", "Lunch");
    use_script("alice", sorting_script);
    ASSERT_TRUE(comes_to_be_seen("alice", "Lunch")) << seen("alice");
    prosody.pause();
    ASSERT_TRUE(comes_to_be_seen("alice", "unknown")) << seen("alice");
    expect_that_nobody_knows();
    prosody.resume();
    ASSERT_TRUE(comes_to_be_seen("alice", "Lunch")) << seen("alice");
    mail("fred@example.net", "alice");
    EXPECT_THAT(mailbox("alice", "away yes no -Lunch-"), SizeIs(1));
}

TEST_F(XmppOutage, PR_19_XP_5_WhoHasNotAllowedItIsUnknown) {
    const auto alice = log_in("alice", "phone", false);
    alice->presence("xa", "Secret");
    use_script("alice", sorting_script);
    expect_that_nobody_knows();
    // The service asks when it is asked, and alice does not answer.
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        (void)seen("alice");
        for (const auto& presence : alice->presences())
            if (presence.type == "subscribe")
                return true;
        return false;
    }));
    EXPECT_THAT(seen("alice"), ::testing::Not(HasSubstr("Secret")));
}

TEST_F(XmppOutage, PR_18_PR_19_XN_21_AliceIsUnknownInBobsScriptWhateverHersWasTold) {
    const auto alice = log_in("alice");
    alice->presence("xa", "Secret");
    use_script("alice", sorting_script);
    use_script("bob", sorting_script); // asks for alice
    ASSERT_TRUE(comes_to_be_seen("alice", "Secret")) << seen("alice");
    // One LMTP session, one message.
    deliver(rig::message("From: fred@example.net\nTo: both@example.org\nSubject: "
                         "x\n\nHello.\n"),
            {.from = "fred@example.net", .to = {"alice@example.org", "bob@example.org"}});
    EXPECT_THAT(mailbox("alice", "xa yes no -Secret-"), SizeIs(1));
    EXPECT_THAT(mailbox("bob", nobody_knows), SizeIs(1));
}

// One thousand deliveries, five times the server is killed and comes back.
TEST_F(XmppOutage, PR_15_AFlappingServerLosesNoMailAndAnswersNobodyWithNothing) {
    constexpr int count = 1000;
    constexpr int restarts = 5;
    use_script("alice", R"(require ["enotify", "variables", "vacation-seconds"];
if notify_method_capability "xmpp:alice@example.com" "show" "xa" {
    set "answer" "I am away.";
    if notify_method_capability :matches "xmpp:alice@example.com" "status" "?*" { set "answer" "${0}"; }
    vacation :seconds 0 "${answer}";
}
)");
    auto alice = log_in("alice");
    alice->presence("xa", "Away 0");
    ASSERT_TRUE(comes_to_be_seen("alice", "Away 0")) << seen("alice");

    std::atomic<int> delivered = 0;
    std::vector<rig::Delivery> refused; // of the thread until it has ended
    const rig::Dovecot& server = dovecot();
    std::thread sender([&] {
        for (int number = 0; number < count; ++number) {
            const auto delivery =
                server.deliver(rig::message(fmt::format("From: fred@example.net\nTo: "
                                                        "alice@example.org\nSubject: mail {0}\n"
                                                        "Message-ID: <flap-{0}@example.net>\n\nHello.\n",
                                                        number)),
                               {.from = "fred@example.net", .to = {"alice@example.org"}});
            if (!delivery.accepted())
                refused.push_back(delivery);
            ++delivered;
        }
    });
    const auto wait_for_deliveries = [&](int least) {
        return rig::eventually(rig::Milliseconds(120'000), [&] { return delivered >= least; });
    };
    for (int restart = 1; restart <= restarts; ++restart) {
        EXPECT_TRUE(wait_for_deliveries((2 * restart - 1) * count / (2 * restarts + 1)));
        prosody.kill();
        EXPECT_TRUE(wait_for_deliveries(2 * restart * count / (2 * restarts + 1)));
        prosody.start();
        alice = log_in("alice");
        alice->presence("xa", fmt::format("Away {}", restart));
    }
    EXPECT_TRUE(wait_for_deliveries(count));
    sender.join();
    EXPECT_THAT(refused, SizeIs(0));

    std::multiset<std::string> subjects;
    for (const auto& message : mailbox("alice"))
        subjects.insert(message.header("Subject"));
    EXPECT_THAT(subjects, SizeIs(count));
    for (int number = 0; number < count; ++number)
        EXPECT_EQ(subjects.count(fmt::format("mail {}", number)), 1U) << number;

    std::map<std::string, int> answers;
    for (const auto& answer : sink.messages()) {
        std::string text = answer.body();
        while (!text.empty() && (text.back() == '\r' || text.back() == '\n'))
            text.pop_back();
        ++answers[text];
    }
    EXPECT_GT(answers["Away 0"], 0);
    EXPECT_GT(answers.size(), 1U) << "later sessions are told, too";
    for (const auto& [text, times] : answers)
        EXPECT_THAT(text, ::testing::StartsWith("Away ")) << times << " times";
}

} // namespace
} // namespace columbarium::e2e
