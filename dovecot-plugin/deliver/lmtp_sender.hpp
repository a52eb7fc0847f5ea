// SPDX-License-Identifier: LGPL-2.1-or-later
// What one LMTP transaction sends: a reply to its sender, its message to where people have theirs.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "deliver/submit.hpp"
#include "tombstone/notice.hpp"

struct client;
struct pool;
struct smtp_server_transaction;

namespace columbarium::deliver {

// Where the server cannot be reached it is not tried again in the same transaction, and after
// patience_of_clients nothing more is sent: the client waits, and would go away, and the host would deliver
// to the others for nothing. What is left is deferred.
class LmtpSender {
  public:
    // The stream stands at the beginning of the message, and is set back there after each use.
    LmtpSender(const client& connection, const smtp_server_transaction& transaction, istream* message);
    LmtpSender(const LmtpSender&) = delete; // has the settings' memory
    LmtpSender& operator=(const LmtpSender&) = delete;
    ~LmtpSender();

    [[nodiscard]] Sent reply(const tombstone::Outgoing& reply);

    // The message, with the sender it has, a Received field (RFC 5321 section 4.4) and our mark; once to each
    // address, whoever has it.
    [[nodiscard]] Sent forward(const std::string& recipient, const std::string& address);

  private:
    [[nodiscard]] Sent send(const Mail& mail);

    const client& connection_;
    const smtp_server_transaction& transaction_;
    istream* message_;
    ::pool* pool_;
    const smtp_submit_settings* settings_ = nullptr;
    std::string trouble_; // "": none so far
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::map<std::string, Sent> forwarded_;
};

} // namespace columbarium::deliver
