// SPDX-License-Identifier: LGPL-2.1-or-later
// One delivery with what the packages installed: module, library and configuration, none of the build tree.
// check.sh runs it between installing the packages and removing them, with COLUMBARIUM_RIG_INSTALLED=1.
#include <cstdlib>

#include "rig/directory.hpp"
#include "rig/mail_test.hpp"

namespace columbarium::packages {
namespace {

class InstalledPackages : public rig::MailTest {
  protected:
    InstalledPackages() {
        // Other users' sockets and processes need a master that is root; the store is the service's.
        options.extra_conf = "!include /etc/dovecot/conf.d/90-columbarium.conf\n"
                             "plugin {\n  columbarium_config = @directory@/columbarium.toml\n}\n"
                             "service columbarium {\n  user = $default_internal_user\n}\n"
                             "service auth {\n  unix_listener columbarium-userdb {\n    user =\n  }\n}\n";
    }

    void SetUp() override {
        const char* installed = std::getenv("COLUMBARIUM_RIG_INSTALLED");
        ASSERT_STREQ(installed, "1") << "this is a test of installed packages, not of a build tree";
        options.plugin_settings["columbarium_state_dir"] = "@directory@/service";
        options.site_config = rig::read_file("/etc/dovecot/columbarium.toml") +
                              "\n[store]\nsqlite = \"@directory@/store.sqlite\"\n";
    }
};

TEST_F(InstalledPackages, SortABounceAwayWhereTheAdministratorAskedForIt) {
    options.plugin_settings["sieve_before"] = "/etc/dovecot/sieve/triage.sieve";
    deliver(rig::message(rig::mail_file("dsn-failed-user-unknown.eml")), {.from = ""});
    deliver(rig::message(rig::mail_file("personal-plain.eml")));
    EXPECT_EQ(only_message("user", "Returns").header("Subject"), "Undelivered Mail Returned to Sender");
    EXPECT_EQ(only_message("user").header("Subject"), "I cannot log in");
}

TEST_F(InstalledPackages, MoveNobodysMailByThemselves) {
    deliver(rig::message(rig::mail_file("dsn-failed-user-unknown.eml")), {.from = ""});
    EXPECT_EQ(only_message("user").header("Subject"), "Undelivered Mail Returned to Sender");
}

TEST_F(InstalledPackages, OfferTheExtensionToEverybodysScripts) {
    use_script("user",
               R"(require "vnd.columbarium.triage"; if triage "class" "bounce" { route "Returns"; })");
    deliver(rig::message(rig::mail_file("bounce-qmail.eml")), {.from = ""});
    EXPECT_EQ(only_message("user", "Returns").header("Subject"), "failure notice");
}

TEST_F(InstalledPackages, LetScriptsAskAnAddressBook) {
    options.users = {{"user", "userdb_columbarium_addrbook=vdir:~/contacts"}};
    (void)dovecot().write_file("home/user/contacts/fred.vcf", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Fred\r\n"
                                                              "EMAIL:fred@example.com\r\nEND:VCARD\r\n");
    use_script("user", R"(require ["extlists", "envelope", "fileinto", "mailbox"];
if envelope :list "from" ":addrbook:default" { fileinto :create "Known"; })");
    deliver(rig::message(rig::mail_file("personal-plain.eml")), {.from = "Fred@example.com"});
    EXPECT_EQ(only_message("user", "Known").header("Subject"), "I cannot log in");
    const auto found = dovecot().tool(
        "doveadm", {"columbarium", "lookup", "-u", "user", ":addrbook:default", "fred@example.com"});
    EXPECT_EQ(found.status, 0) << to_string(found);
}

TEST_F(InstalledPackages, LetScriptsAskWhetherTheirOwnerIsThere) {
    options.plugin_settings["columbarium_presence"] = "dict:file:@directory@/presence-%n";
    options.plugin_settings["columbarium_jid"] = "%n@example.com";
    use_script("user", R"(require ["enotify", "fileinto", "mailbox", "vacation-seconds"];
if notify_method_capability "xmpp:user@example.com" "show" "xa" { fileinto :create "While away"; })");
    const auto published = dovecot().tool(
        "doveadm", {"dict", "set", "-u", "user", "file:" + (dovecot().directory() / "presence-user").string(),
                    "priv/presence/user@example.com", "xa"});
    ASSERT_EQ(published.status, 0) << to_string(published);
    deliver(rig::message(rig::mail_file("personal-plain.eml")));
    EXPECT_EQ(only_message("user", "While away").header("Subject"), "I cannot log in");
}

TEST_F(InstalledPackages, RunTheService) {
    const auto status = rig::run({"columbarium", "service", "status", "--socket",
                                  (dovecot().directory() / "run/columbarium").string()});
    EXPECT_EQ(status.status, 0) << to_string(status);
}

TEST_F(InstalledPackages, TellManageSieveClientsOfLists) {
    EXPECT_EQ(dovecot().capabilities("user")["EXTLISTS"], "urn tag");
}

} // namespace
} // namespace columbarium::packages
