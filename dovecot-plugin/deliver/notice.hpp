// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps of tombstone/notice after DATA, in their order, as LMTP and LDA both take them.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "config/site_config.hpp"
#include "deliver/reply_line.hpp"
#include "host/service_client.hpp"
#include "mail/message.hpp"
#include "tombstone/notice.hpp"

namespace columbarium::deliver {

// What becomes of each recipient, and why, for the log ("" for no reason).
struct Ending {
    std::vector<tombstone::Verdict> verdicts;
    std::vector<std::string> reasons;
    std::vector<std::string> troubles; // for the log: what went wrong besides
};

// Sends a reply, with the null reverse-path.
using Send = std::function<Sent(const tombstone::Outgoing& reply)>;

// Decides, claims, sends the reply and settles. Whatever fails on the way defers those whom it was for.
[[nodiscard]] Ending end_of_message(const tombstone::Transaction& transaction, mail::Message& message,
                                    std::chrono::sys_seconds now, const config::SiteConfig& site,
                                    host::ServiceClient& service, const Send& send);

// All of them deferred, for this reason.
[[nodiscard]] Ending defer_all(std::size_t recipients, const std::string& reason);

// One line for the log: "from=<a@x> to=<b@y>: refuse: AR-2 Auto-Submitted: auto-generated".
[[nodiscard]] std::string log_line(const tombstone::Sender& sender, const std::string& recipient,
                                   const tombstone::Verdict& verdict, const std::string& reason);

} // namespace columbarium::deliver
