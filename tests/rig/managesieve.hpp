// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts of users over ManageSieve (RFC 5804).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

// A server's capabilities by name, in upper case: "SIEVE" → "fileinto reject ...". Without a value: "".
using SieveCapabilities = std::map<std::string, std::string>;

// The last line of an answer: OK, NO or BYE, its response code ("WARNINGS", "QUOTA/MAXSIZE"; mostly empty)
// and its text (the compiler's messages, for instance).
struct SieveResult {
    std::string status;
    std::string code;
    std::string text;

    [[nodiscard]] bool ok() const { return status == "OK"; }
};

// `NO (QUOTA) "text"`.
[[nodiscard]] std::string to_string(const SieveResult& result);

// One ManageSieve session of one user. NO is a value; a server that breaks the protocol, closes the
// connection or stays silent is a std::runtime_error.
class ManageSieveSession {
  public:
    // Connects and reads the greeting.
    explicit ManageSieveSession(std::uint16_t port);

    // AUTHENTICATE PLAIN; the rig's servers accept one password for everybody. Throws when it is refused.
    void login(const std::string& user);

    // What the greeting said.
    [[nodiscard]] const SieveCapabilities& greeting() const { return greeting_; }

    // Asks CAPABILITY now.
    [[nodiscard]] SieveCapabilities capabilities();

    SieveResult put_script(const std::string& name, const std::string& script);
    SieveResult check_script(const std::string& script);

    // Makes a script the active one; "" makes none active.
    SieveResult activate(const std::string& name);

    // A stored script. Throws when there is none of that name.
    [[nodiscard]] std::string script(const std::string& name);

    // The names of the stored scripts, each with whether it is active.
    [[nodiscard]] std::vector<std::pair<std::string, bool>> scripts();

  private:
    // A line is the strings (quoted or literal) and words it is made of.
    using Line = std::vector<std::string>;

    [[nodiscard]] Line read_line();
    // Reads lines up to OK, NO or BYE; those before it go to `lines`.
    [[nodiscard]] SieveResult read_result(std::vector<Line>& lines);
    SieveResult command(const std::string& text, std::vector<Line>& lines);
    SieveResult command(const std::string& text);

    Connection connection_;
    SieveCapabilities greeting_;
};

} // namespace columbarium::rig
