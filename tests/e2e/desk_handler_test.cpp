// SPDX-License-Identifier: LGPL-2.1-or-later
// Who acts on a desk in IMAP, as scripts learn it, and for which desk.
#include <string>

#include <gmock/gmock.h>

#include "rig/eventually.hpp"
#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class DeskHandler : public TriageDesk {
  protected:
    DeskHandler() {
        // Triagers log in to the desk as themselves: "support*anna".
        options.extra_conf += "auth_master_user_separator = *\n"
                              "passdb {\n  driver = static\n  args = password=secret\n  master = yes\n}\n";
    }

    [[nodiscard]] rig::ImapSession session_of(const std::string& login) {
        open_desk();
        return {dovecot().imap_port(), login};
    }

    // The desk's message, with what there is beside the label "To Do".
    void label(const std::string& login) {
        session_of(login).add_flags(only_message("support").uid, "INBOX", {"$label4"});
    }
    void take_label_away(const std::string& login) {
        auto session = session_of(login);
        session.command("SELECT INBOX");
        const auto stored = session.command("UID STORE " + std::to_string(only_message("support").uid) +
                                            " -FLAGS.SILENT ($label4)");
        EXPECT_TRUE(stored.ok()) << stored.text;
    }
    [[nodiscard]] std::set<std::string> flags() { return only_message("support").flags; }
};

TEST_F(DeskHandler, IsThePersonBehindAMasterUser) {
    receive("personal-plain.eml");
    label("support*anna");
    EXPECT_THAT(flags(), AllOf(Contains("$Handling"), Contains("$Handling-anna")));
}

TEST_F(DeskHandler, IsTheUserWhereNobodyStandsBehindHim) {
    receive("personal-plain.eml");
    label("support");
    EXPECT_THAT(flags(), AllOf(Contains("$Handling"), Contains("$Handling-support")));
}

TEST_F(DeskHandler, HasNoDomain) {
    receive("personal-plain.eml");
    label("support*anna@example.org");
    EXPECT_THAT(flags(), Contains("$Handling-anna"));
}

TEST_F(DeskHandler, IsForgottenWhoeverTakesTheLabelAway) {
    receive("personal-plain.eml");
    label("support*anna");
    ASSERT_THAT(flags(), Contains("$Handling-anna"));
    take_label_away("support*bo");
    EXPECT_THAT(flags(), Not(Contains(StartsWith("$Handling"))));
}

TEST_F(DeskHandler, IsWhoeverSetsTheLabelAgain) {
    receive("personal-plain.eml");
    label("support*anna");
    take_label_away("support*anna");
    label("support*bo");
    EXPECT_THAT(flags(), AllOf(Contains("$Handling-bo"), Not(Contains("$Handling-anna"))));
}

TEST_F(DeskHandler, IsNoItemOfDeliveries) {
    receive("personal-plain.eml");
    use_script("fred", R"(require ["vnd.columbarium.triage", "environment", "imap4flags"];
addflag "$Ran";
if environment :matches "vnd.columbarium.user" "*" { addflag "$Known"; }
)");
    deliver(rig::message("From: elena@example.com\nSubject: x\n\nx\n"), {.to = {"fred@example.org"}});
    EXPECT_THAT(only_message("fred").flags, AllOf(Contains("$Ran"), Not(Contains("$Known"))));
}

TEST_F(DeskHandler, IsThereForScriptsThatRequireEnvironmentFirstOrLast) {
    for (const char* require : {R"(require ["environment", "vnd.columbarium.triage"];)",
                                R"(require ["vnd.columbarium.triage", "environment"];)",
                                R"(require ["vnd.columbarium.triage"];)"}) {
        use_script("fred", std::string(require) + " keep;");
        deliver(rig::message("From: elena@example.com\nSubject: x\n\nx\n"), {.to = {"fred@example.org"}});
    }
    EXPECT_THAT(mailbox("fred"), SizeIs(3));
}

// In deliveries the recipient is the desk; a gesture has none, and must not take another address for it.
TEST_F(DeskHandler, ForwardsNothingForADeskWithoutAnAddress) {
    const std::string from = "\nfrom = ";
    options.site_config.replace(options.site_config.find(from), from.size(), "\n#from = ");
    receive("personal-plain.eml");
    auto session = session_of("support*anna");
    session.create("Channels/Disputes");
    session.move(only_message("support").uid, "INBOX", "Channels/Disputes");
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_TRUE(only_message("support", "Channels/Disputes").has_flag("$NotForwarded"));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return dovecot().log().find("set from in [desk] of columbarium.toml") != std::string::npos;
    }));
}

} // namespace
} // namespace columbarium::e2e
