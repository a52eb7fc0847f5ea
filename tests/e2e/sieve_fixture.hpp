// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of the Sieve extension: a server that has it, and a site with some destinations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/mail_test.hpp"

namespace columbarium::e2e {

class SieveTest : public rig::MailTest {
  protected:
    // The extension is there for all scripts, and editheader with it.
    SieveTest();

    // A script that requires the extension and the core extensions that tests use.
    [[nodiscard]] static std::string script(std::string_view text);

    // Replaces columbarium.toml of the running server.
    void change_site(std::string_view text);

    // Runs sieve-test on the server's files, with all that a trace shows, and does nothing to mailboxes.
    [[nodiscard]] rig::RunResult trace(std::string_view script, std::string_view message);

    // The lines of the log that hold `text`; waits for the first, which is expected to come.
    [[nodiscard]] std::vector<std::string> log_lines(std::string_view text);
};

// returns: a bucket with flags. abuse: a bucket. nocreate: a bucket that must be there. help, disputes:
// channels.
extern const char* const site_of_tests;

// Messages of tests/mail by what they are.
[[nodiscard]] std::string a_bounce();           // for one recipient, walter@example.com, status 5.1.1
[[nodiscard]] std::string a_personal_message(); // from elena@example.com, User-Agent: Pigeon Mail 3.1

} // namespace columbarium::e2e
