// SPDX-License-Identifier: LGPL-2.1-or-later
// Gestures in IMAP that fail: the message says so, and those behind it in the same command have their turn.
#include <gmock/gmock.h>

#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskGesture : public TriageDesk {
  protected:
    static constexpr const char* folder = "Channels/Disputes";

    // Delivers so many messages and moves them into this folder with one command.
    void move(std::size_t count, const std::string& to = folder) {
        for (std::size_t i = 0; i < count; ++i)
            receive("personal-plain.eml");
        rig::ImapSession session(dovecot().imap_port(), "support");
        session.command("CREATE \"" + to + "\"");
        session.command("SELECT INBOX");
        session.command("UID MOVE 1:* \"" + to + "\"");
    }

    void expect_marked(std::size_t count, const char* keyword, const char* where = folder) {
        const auto there = mailbox("support", where);
        EXPECT_THAT(there, SizeIs(count));
        for (const auto& message : there)
            EXPECT_TRUE(message.has_flag(keyword)) << keyword;
        EXPECT_THAT(mailbox("support"), IsEmpty());
    }

    void replace_site(std::string_view text) {
        open_desk();
        dovecot().write_file("columbarium.toml", text);
    }

    // A mailbox that nothing can be stored into.
    std::filesystem::path done() { return dovecot().directory() / "home/support/Maildir/.Done.Disputes"; }
};

TEST_F(DeskGesture, ToAFolderThatIsNoDestinationMarksEachMessage) {
    expect_alarm("unknown destination");
    move(2, "Channels/Nowhere");
    expect_marked(2, "$NotForwarded", "Channels/Nowhere");
}

TEST_F(DeskGesture, WithABrokenConfigurationMarksEachMessage) {
    for (int i = 0; i < 2; ++i)
        receive("personal-plain.eml");
    replace_site("[destinations.disputes]\nkind = \"chanel\"\n");
    move(0);
    expect_marked(2, "$NotForwarded");
}

TEST_F(DeskGesture, ThatTheRelayDefersMarksEachMessage) {
    sink.refuse("disputes@example.org", "450 4.2.1 Not now");
    move(2);
    expect_marked(2, "$NotForwarded");
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(DeskGesture, ThatCannotBeFiledSendsNothingAndMarksTheMessage) {
    open_desk();
    create_mailbox("support", "Done/Disputes");
    ASSERT_EQ(dovecot().run({"chmod", "500", done().string(), done().string() + "/tmp"}).status, 0);
    move(1);
    ASSERT_EQ(dovecot().run({"chmod", "700", done().string(), done().string() + "/tmp"}).status, 0);
    expect_marked(1, "$NotForwarded");
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(DeskGesture, ThatWentOutAndCannotBeFiledMarksTheMessageAsForwarded) {
    open_desk();
    create_mailbox("support", "Done/Disputes");
    const std::string fresh = done().string() + "/new";
    const std::string current = done().string() + "/cur";
    ASSERT_EQ(dovecot().run({"chmod", "500", fresh, current}).status, 0);
    move(1);
    ASSERT_EQ(dovecot().run({"chmod", "700", fresh, current}).status, 0);
    EXPECT_EQ(only_forward().to.front().address, "disputes@example.org");
    expect_marked(1, "$Forwarded");
    EXPECT_FALSE(only_message("support", folder).has_flag("$NotForwarded"));
}

} // namespace
} // namespace columbarium::e2e
