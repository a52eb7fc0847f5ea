// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sieve_fixture.hpp"

#include <filesystem>

#include "rig/eventually.hpp"
#include "rig/server_log.hpp"

namespace columbarium::e2e {

const char* const site_of_tests = R"([destinations.returns]
kind = "bucket"
mailbox = "Returns"
flags = ["\\Seen"]
keywords = ["$Returned"]

[destinations.abuse]
kind = "bucket"
mailbox = "Abuse"

[destinations.nocreate]
kind = "bucket"
mailbox = "Missing"
create = false

[destinations.help]
kind = "channel"
forward_to = "help@example.net"

[destinations.disputes]
kind = "channel"
forward_to = "disputes@example.net"
)";

SieveTest::SieveTest() {
    options.sieve_plugins = {"sieve_columbarium"};
    options.sieve_extensions = "+vnd.columbarium.triage +editheader";
    options.site_config = site_of_tests;
}

std::string SieveTest::script(std::string_view text) {
    return R"(require ["vnd.columbarium.triage", "variables", "relational", "comparator-i;ascii-numeric",)"
           R"( "regex", "imap4flags", "fileinto", "editheader"];)"
           "\n" +
           std::string(text) + "\n";
}

void SieveTest::change_site(std::string_view text) {
    // As editors do it: the server never sees half a file.
    const auto fresh = dovecot().write_file("columbarium.toml.new", text);
    std::filesystem::rename(fresh, dovecot().directory() / "columbarium.toml");
}

rig::RunResult SieveTest::trace(std::string_view script, std::string_view message) {
    const auto script_file = dovecot().write_file("traced.sieve", script);
    const auto mail_file = dovecot().write_file("traced.eml", message);
    return dovecot().tool("sieve-test",
                          {"-t", "-", "-Tlevel=matching", script_file.string(), mail_file.string()});
}

std::vector<std::string> SieveTest::log_lines(std::string_view text) {
    // Lines reach the log through a process of their own, some time after the reply.
    const bool came = rig::eventually(rig::default_deadline,
                                      [&] { return dovecot().log().find(text) != std::string::npos; });
    EXPECT_TRUE(came) << "no line holds " << text;
    return rig::lines_with(dovecot().log(), text);
}

std::string a_bounce() {
    return rig::mail_file("dsn-failed-user-unknown.eml");
}

std::string a_personal_message() {
    return rig::mail_file("personal-plain.eml");
}

} // namespace columbarium::e2e
