// SPDX-License-Identifier: LGPL-2.1-or-later
// The extension extlists in the programs that run scripts, and in a host that has an extlists of its own.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::SizeIs;

class ExtlistsInHosts : public ExtlistsTest {};

TEST_F(ExtlistsInHosts, FindsANewContactAtTheNextDeliveryOfTheSameSession) {
    write_book();
    use_script("user", script(R"(if address :list "from" ":addrbook:default" { addflag "known"; })"));
    auto session = dovecot().lmtp();
    for (const bool known : {false, true}) {
        if (known)
            write_card("user", "New Person", "new@example.com");
        ASSERT_EQ(session.mail("new@example.com").code, 250);
        ASSERT_EQ(session.rcpt("user@example.org").code, 250);
        ASSERT_EQ(session.data().code, 354);
        ASSERT_EQ(session.send_message(letter("From: new@example.com"), 1).at(0).code, 250);
        EXPECT_EQ(mailbox("user").back().flags, known ? Flags{"known"} : Flags());
    }
}

TEST_F(ExtlistsInHosts, WorksInTheLocalDeliveryAgentAndOnAMailboxThatIsFilteredAfterwards) {
    write_book();
    use_script("user", script(R"(if envelope :list "from" ":addrbook:default" { addflag "known"; })"));
    EXPECT_EQ(dovecot().deliver_with_lda("user", letter("Subject: x"), "fred@example.com").status, 0);
    EXPECT_EQ(only_message("user").flags, Flags{"known"});

    const auto filter = dovecot().write_file("filter.sieve", R"(require ["extlists", "imap4flags"];
        if address :list "from" ":addrbook:default" { addflag "filtered"; })");
    deliver(letter("From: ann@example.net"));
    const auto filtered =
        dovecot().tool("sieve-filter", {"-e", "-W", "-u", "user", filter.string(), "INBOX"});
    EXPECT_EQ(filtered.status, 0) << to_string(filtered);
    EXPECT_EQ(mailbox("user").back().flags, Flags{"filtered"});
}

TEST_F(ExtlistsInHosts, FindsANewContactInTheSessionOfAnImapClient) {
    options.sieve_plugins.emplace_back("sieve_imapsieve");
    options.plugin_settings["imapsieve_mailbox1_name"] = "Sorted";
    options.plugin_settings["imapsieve_mailbox1_causes"] = "COPY APPEND";
    options.plugin_settings["imapsieve_mailbox1_before"] = "file:@directory@/imap.sieve";
    options.extra_conf = "protocol imap {\n  mail_plugins = $mail_plugins imap_sieve\n}\n";
    (void)dovecot().write_file("imap.sieve", R"(require ["extlists", "imap4flags"];
        if address :list "from" ":addrbook:default" { addflag "known"; })");
    auto imap = dovecot().imap("user");
    imap.create("Sorted");
    imap.append("Sorted", letter("From: fred@example.com"));
    write_book();
    imap.append("Sorted", letter("From: fred@example.com"));

    const auto sorted = mailbox("user", "Sorted");
    ASSERT_THAT(sorted, SizeIs(2));
    EXPECT_EQ(sorted[0].flags, Flags());
    EXPECT_EQ(sorted[1].flags, Flags{"known"});
}

class ExtlistsBesideAnother : public ExtlistsTest {
  protected:
    ExtlistsBesideAnother() {
        options.module_directories.emplace_back(COLUMBARIUM_RIVAL_DIR);
        options.sieve_plugins = {"sieve_columbarium_rival", "sieve_columbarium"};
    }
};

TEST_F(ExtlistsBesideAnother, TakesItsPlace) {
    write_book();
    use_script("user", script(R"(if address :list "from" ":addrbook:default" { addflag "known"; })"));
    deliver(letter("From: fred@example.com"));
    EXPECT_EQ(only_message("user").flags, Flags{"known"});
}

TEST_F(ExtlistsBesideAnother, LeavesItThereWhereTheSettingSaysSo) {
    options.plugin_settings["columbarium_extlists"] = "keep";
    EXPECT_EQ(check_script("user", R"(require "extlists"; keep;)").status, "OK");
    const auto refused =
        check_script("user", R"(require "extlists"; if header :list "from" ":addrbook:default" { keep; })");
    EXPECT_EQ(refused.status, "NO") << "the other one knows no :list";
    deliver(letter("From: fred@example.com"));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

} // namespace
} // namespace columbarium::e2e
