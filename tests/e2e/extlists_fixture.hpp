// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of the extension extlists: a server with lists of the site, and users with address
// books.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "sieve_fixture.hpp"

namespace columbarium::e2e {

// Lists of the site, beside each user's :addrbook:default, a folder of vCards (~/contacts):
//   staff     a file: wilma@example.org, Barney Rubble <Barney@Example.org>, @sub.example.org
//   team      a file: three addresses of staff, one of them twice
//   crowd     a file: six addresses, one more than redirects may have
//   words     a file: no addresses: "2026-12-25", "hello world", "Büro", ".exe", "192.0.2.1", "fred", ...
//   empty     a file of comments
//   missing   a file that is not there: it cannot be asked now
//   remote    a CardDAV book that was never synchronised: it cannot be asked now
// All are "tag:example.com,2026:NAME". redirect :list may use team, crowd, words, empty, missing and the
// book.
class ExtlistsTest : public SieveTest {
  protected:
    ExtlistsTest();

    // Starts the server and writes the files of its lists. Tests that need no list of the site can do
    // without.
    void write_lists();

    // A vCard in the book of a user. `more` are further lines.
    void write_card(const std::string& user, const std::string& name, const std::string& address,
                    const std::string& more = "");

    // The book of "user": Fred Foobar <Fred@Example.com>, a friend, and Ann Example <ann@example.net>.
    void write_book();

    // A script that requires extlists and all that tests use.
    [[nodiscard]] static std::string script(std::string_view text);

    // What the script's author reads: the log of personal scripts.
    [[nodiscard]] std::string log_of_scripts(const std::string& user);

    // A text that the script's author reads sooner or later.
    [[nodiscard]] bool comes_into_log_of_scripts(const std::string& user, std::string_view text);
};

using Flags = std::set<std::string>;

// Tests of the match type.
class Extlists : public ExtlistsTest {
  protected:
    // The flags that a script gives to a message. The user's script; `from` is the envelope's sender.
    Flags flags_of(const std::string& text, const std::string& message,
                   const std::string& from = "sender@example.com");
};

// A message with these header fields, "To: user@example.org" among them where they hold no To.
[[nodiscard]] std::string letter(std::string_view fields);

} // namespace columbarium::e2e
