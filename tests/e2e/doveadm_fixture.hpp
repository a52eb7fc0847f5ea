// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of "doveadm columbarium": a site with some lists, and users with address books.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "rig/mail_test.hpp"

namespace columbarium::e2e {

// sysexits.h, as doveadm uses it.
inline constexpr int status_usage = 64;
inline constexpr int status_not_possible = 65;
inline constexpr int status_no_user = 67;
inline constexpr int status_not_found = 68;
inline constexpr int status_temporary = 75;

class DoveadmTest : public rig::MailTest {
  protected:
    // Users alice and bob; lists :addrbook:default (~/contacts), tag:example.org,2026:staff (a file of the
    // site) and tag:example.org,2026:down (a Redis that nobody runs).
    DoveadmTest();

    // doveadm columbarium WORDS, with what `format` says for -f.
    [[nodiscard]] rig::RunResult columbarium(const std::vector<std::string>& words,
                                             const std::string& format = "json");

    // The rows of a run with format json. Fails the test where its output is none.
    [[nodiscard]] static nlohmann::json rows(const rig::RunResult& result);

    // Puts a card into a user's ~/contacts.
    void write_card(const std::string& user, const std::string& uid, const std::string& name,
                    const std::string& address);

    // A file that only the server's user can read. Returns its path.
    std::string write_private_file(const std::string& name, std::string_view text);

    [[nodiscard]] std::filesystem::path home(const std::string& user) {
        return dovecot().directory() / "home" / user;
    }
};

[[nodiscard]] std::string vcard(const std::string& uid, const std::string& name, const std::string& address);

} // namespace columbarium::e2e
