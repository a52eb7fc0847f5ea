// SPDX-License-Identifier: LGPL-2.1-or-later
// Delivery over LMTP (RFC 2033), with the answer to every stage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

// One reply: "550 5.1.6 text" (RFC 5321 section 4.2, RFC 2034). Lines of a multi-line reply are joined by
// "\n".
struct Reply {
    int code = 0;
    // "5.1.6"; empty when the server gave none.
    std::string enhanced;
    std::string text;

    [[nodiscard]] bool positive() const { return code >= 200 && code < 400; }
    [[nodiscard]] bool temporary() const { return code >= 400 && code < 500; }
    [[nodiscard]] bool permanent() const { return code >= 500; }
};

// "550 5.1.6 text".
[[nodiscard]] std::string to_string(const Reply& reply);

// Reads a reply, multi-line or not. Throws std::runtime_error when what comes is none.
[[nodiscard]] Reply read_reply(Connection& connection);

// Whom a message is from and whom it is for. An address that holds '<' is sent as it stands, so that
// parameters can follow it ("<user@example.org> ORCPT=rfc822;old@example.org"); others get their angle
// brackets.
struct Envelope {
    // Empty: the null reverse-path <>.
    std::string from = "sender@example.com";
    std::vector<std::string> to = {"user@example.org"};
};

// What one recipient was told.
struct RecipientReply {
    std::string recipient;
    Reply at_rcpt;
    // After the message was sent; none when RCPT was refused or DATA was never accepted.
    std::optional<Reply> at_data;

    // The last word.
    [[nodiscard]] const Reply& outcome() const { return at_data ? *at_data : at_rcpt; }
};

// The whole conversation.
struct Delivery {
    Reply greeting;
    Reply lhlo;
    Reply mail;
    // In the order of the envelope; empty when MAIL was refused.
    std::vector<RecipientReply> recipients;
    // The answer to the DATA command itself; none when no recipient was accepted.
    std::optional<Reply> data;

    // Every recipient was told 2xx after the message.
    [[nodiscard]] bool accepted() const;

    // The last word to the first recipient, or the reply that ended it all before. For deliveries to one.
    [[nodiscard]] const Reply& outcome() const;
};

// The replies, one on a line, for failure messages.
[[nodiscard]] std::string to_string(const Delivery& delivery);

// One LMTP session, step by step. Refusals are values; a server that breaks the protocol, closes the
// connection or stays silent is a std::runtime_error.
class LmtpSession {
  public:
    // Connects and says LHLO.
    explicit LmtpSession(std::uint16_t port);

    Reply mail(const std::string& from);
    Reply rcpt(const std::string& to);

    // The answer to DATA; after a 354 the message must follow with send_message().
    Reply data();

    // Sends the message (dot-stuffed, line ends as they are, one added when the last is missing) and reads
    // `accepted_recipients` replies.
    std::vector<Reply> send_message(std::string_view message, std::size_t accepted_recipients);

    // Any other command.
    Reply command(const std::string& line);

    [[nodiscard]] const Reply& greeting() const { return greeting_; }
    [[nodiscard]] const Reply& lhlo() const { return lhlo_; }

  private:
    Connection connection_;
    Reply greeting_;
    Reply lhlo_;
};

// A session from LHLO to QUIT with one message.
[[nodiscard]] Delivery deliver_over_lmtp(std::uint16_t port, std::string_view message,
                                         const Envelope& envelope);

// Lines that begin with a dot get a second one, and the end-of-data line is added (RFC 5321 section 4.5.2).
[[nodiscard]] std::string dot_stuffed(std::string_view message);

} // namespace columbarium::rig
