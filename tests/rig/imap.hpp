// SPDX-License-Identifier: LGPL-2.1-or-later
// Looking into mailboxes over IMAP (RFC 3501). A small client of our own and not libcurl: tests want
// keywords, several items of one FETCH and plain lists of mailboxes, which libcurl hands out as unparsed
// lines only.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

// A message as it lies in a mailbox.
struct StoredMessage {
    std::uint32_t uid = 0;
    // System flags ("\\Seen") and keywords ("$Forwarded"), without \Recent, which depends on who looked
    // first.
    std::set<std::string> flags;
    // Every byte, line ends CRLF.
    std::string text;

    [[nodiscard]] bool has_flag(const std::string& flag) const { return flags.contains(flag); }

    // The value of the first header field of that name, unfolded, not decoded. Empty when there is none.
    [[nodiscard]] std::string header(std::string_view name) const;

    // What follows the empty line after the header.
    [[nodiscard]] std::string body() const;
};

// One response line, its literals cut out: `text` keeps their "{n}".
struct ImapResponse {
    std::string text;
    std::vector<std::string> literals;
};

// The answer to one command.
struct ImapResult {
    std::vector<ImapResponse> untagged;
    // "OK", "NO" or "BAD", and what follows it ("[TRYCREATE] Mailbox doesn't exist: x").
    std::string status;
    std::string text;

    [[nodiscard]] bool ok() const { return status == "OK"; }
};

// One IMAP session of one user. NO and BAD are values in command(); the helpers below it throw
// std::runtime_error with the server's text. Names of mailboxes are ASCII, levels divided by '/'.
class ImapSession {
  public:
    // Connects and logs in; the rig's servers accept one password for everybody.
    ImapSession(std::uint16_t port, const std::string& user);

    // Sends a command without its tag and reads up to its tagged response.
    ImapResult command(const std::string& text);

    // Every message, oldest first. A mailbox that does not exist has none.
    [[nodiscard]] std::vector<StoredMessage> messages(const std::string& mailbox);

    // The names of all mailboxes, sorted.
    [[nodiscard]] std::vector<std::string> mailboxes();

    void create(const std::string& mailbox);
    void append(const std::string& mailbox, const std::string& message,
                const std::set<std::string>& flags = {});

    // Copies or moves one message between mailboxes; the target has to exist.
    void copy(std::uint32_t uid, const std::string& from, const std::string& to);
    void move(std::uint32_t uid, const std::string& from, const std::string& to);

    // Sets flags or keywords of one message on top of those it has.
    void add_flags(std::uint32_t uid, const std::string& mailbox, const std::set<std::string>& flags);

  private:
    [[nodiscard]] ImapResponse read_response();
    [[nodiscard]] ImapResult read_result(const std::string& tag);
    ImapResult require(const std::string& text);

    Connection connection_;
    unsigned tags_ = 0;
};

} // namespace columbarium::rig
