// SPDX-License-Identifier: LGPL-2.1-or-later
// The [reply] table of columbarium.toml: when automatic replies of the site may go out at all (RFC 3834).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace columbarium::config {

struct ReplyPolicy {
    // interval_days, 1 to 366: nobody is told the same more than once in this time (AR-3)
    std::size_t interval_days = 7;
    // authenticated_only: only where the sender's domain has proved itself: SPF or DMARC passed, or he has
    // logged in (SMTP AUTH). Needs authserv_ids.
    bool authenticated_only = false;
    // authserv_ids = ["mx.example.org"]: whose Authentication-Results fields are believed (RFC 8601 section
    // 2.5). The MTA has to remove those that strangers bring.
    std::vector<std::string> authserv_ids;
    // addressed_only: only where To, Cc, Bcc or a Resent- field names the recipient (AR-4)
    bool addressed_only = true;
    // addressed_domains = ["example.org"]: further domains under which correspondents know the same local
    // parts, beside those of [people]
    std::vector<std::string> addressed_domains;
    // never = ["robot@example.com", "@bulk.example.com", "robot@"]: senders who are never answered: an
    // address, a domain with its subdomains, a local part of any domain
    std::vector<std::string> never;
    // message_kib, 1 to 1,048,576: longer messages are not answered
    std::size_t message_kib = 51'200;
    // Caps (AR-31), for all hosts that share a store; 0: none are sent at all.
    std::size_t per_hour = 5'000;      // per_hour: replies of the whole site
    std::size_t per_domain_hour = 500; // per_domain_hour: replies to the senders of one domain
    std::size_t per_sender_day = 20;   // per_sender_day: replies to one sender
};

} // namespace columbarium::config
