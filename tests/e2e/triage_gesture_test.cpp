// SPDX-License-Identifier: LGPL-2.1-or-later
// What triagers do in an IMAP client, on a desk as it is shipped: a message that is moved into a channel's
// folder is forwarded and filed, and flags tell the others who is on it.
#include <gmock/gmock.h>

#include "rig/eventually.hpp"
#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class TriageGesture : public TriageDesk {
  protected:
    TriageGesture() {
        // Triagers log in to the desk as themselves: "support*anna".
        options.extra_conf += "auth_master_user_separator = *\n"
                              "passdb {\n  driver = static\n  args = password=secret\n  master = yes\n}\n";
    }

    // The message that waits in INBOX.
    [[nodiscard]] std::uint32_t waiting() { return only_message("support").uid; }

    // A session of this triager, with the folders that the desk has.
    [[nodiscard]] rig::ImapSession triager(const std::string& name) {
        open_desk();
        rig::ImapSession session(dovecot().imap_port(), "support*" + name);
        for (const char* folder : {"Channels/Disputes", "Channels/Nowhere"})
            session.command(std::string("CREATE \"") + folder + "\"");
        return session;
    }
};

TEST_F(TriageGesture, MovingAMessageForwardsItWithTheMoversNameAndFilesIt) {
    receive("dispute-privacy-request.eml"); // routed by the script
    sink.clear();
    receive("ticket-number-help.eml");
    triager("anna").move(waiting(), "INBOX", "Channels/Disputes");
    const auto forward = only_forward();
    EXPECT_EQ(forward.to.front().address, "disputes@example.org");
    EXPECT_EQ(forward.from.address, desk);
    EXPECT_EQ(forward.header("Auto-Submitted"), "") << "a person did it";
    EXPECT_THAT(forward.header("Subject"), HasSubstr("The assurance form has no field for my second name"));
    EXPECT_THAT(forward.header("Subject"), HasSubstr("20261187"));
    const std::string body = forward.body();
    EXPECT_THAT(body.substr(0, body.find("\r\n\r\n", body.find("text/plain")) + 200), HasSubstr("anna"));
    EXPECT_TRUE(only_message("support", "Done/Disputes").has_flag("$Forwarded"));
    EXPECT_THAT(mailbox("support", "Channels/Disputes"), IsEmpty());
    EXPECT_THAT(mailbox("support"), IsEmpty());
}

TEST_F(TriageGesture, CopyingAMessageForwardsItAndLeavesTheOriginalWhereItIs) {
    receive("personal-plain.eml");
    triager("bo").copy(waiting(), "INBOX", "Channels/Disputes");
    EXPECT_EQ(only_forward().to.front().address, "disputes@example.org");
    EXPECT_THAT(mailbox("support", "Done/Disputes"), SizeIs(1));
    EXPECT_THAT(mailbox("support"), SizeIs(1));
}

TEST_F(TriageGesture, AFolderThatIsNoDestinationKeepsTheMessageAndTheLogSaysWhy) {
    receive("personal-plain.eml");
    expect_alarm("unknown destination");
    triager("anna").move(waiting(), "INBOX", "Channels/Nowhere");
    EXPECT_THAT(mailbox("support", "Channels/Nowhere"), SizeIs(1));
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return dovecot().log().find("unknown destination \"Nowhere\"") != std::string::npos;
    }));
}

TEST_F(TriageGesture, AForwardThatTheRelayRefusesStaysInTheChannelsFolder) {
    sink.refuse("disputes@example.org");
    receive("personal-plain.eml");
    triager("anna").move(waiting(), "INBOX", "Channels/Disputes");
    EXPECT_THAT(mailbox("support", "Channels/Disputes"), SizeIs(1));
    EXPECT_THAT(mailbox("support", "Done/Disputes"), IsEmpty());
}

TEST_F(TriageGesture, AStarMeansPendingAndOnAnUnreadMessagePostponed) {
    receive("personal-plain.eml");
    auto session = triager("anna");
    const auto uid = waiting();
    session.add_flags(uid, "INBOX", {"\\Flagged"});
    EXPECT_TRUE(only_message("support").has_flag("$Postponed"));
    session.add_flags(uid, "INBOX", {"\\Seen"});
    EXPECT_TRUE(only_message("support").has_flag("$Pending"));
    EXPECT_FALSE(only_message("support").has_flag("$Postponed"));
}

TEST_F(TriageGesture, TheLabelToDoNamesWhoIsOnIt) {
    receive("personal-plain.eml");
    auto session = triager("anna");
    session.add_flags(waiting(), "INBOX", {"$label4"});
    EXPECT_TRUE(only_message("support").has_flag("$Handling"));
    EXPECT_TRUE(only_message("support").has_flag("$Handling-anna"));
}

} // namespace
} // namespace columbarium::e2e
