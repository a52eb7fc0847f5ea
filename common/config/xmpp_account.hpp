// SPDX-License-Identifier: LGPL-2.1-or-later
// The [xmpp] table of columbarium.toml: how the service reaches the site's XMPP server. Either a client
// account (`jid`, `password_file`), or a component (XEP-0114: `component`, `secret_file`, `host`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace columbarium::config {

struct XmppAccount {
    enum class Kind { none, client, component }; // none: the table is missing, there is no XMPP
    Kind kind = Kind::none;
    std::string address;     // jid (bare), or component (a domain)
    std::string secret_file; // password_file, or secret_file: one line; readable for the service only
    std::string host;        // "": by DNS (SRV records of the JID's domain). A component must have one,
                             // and it must be loopback: XEP-0114 knows no encryption (XP-23)
    std::uint16_t port = 0;  // 0: 5222, of a component 5347; `port` without `host` is an error
    std::string ca_file;     // ca_file: a certificate authority beside the system's
    // domains = ["example.com"]: whose users may let the service see their presence, and whom it asks for
    // that when a script wants to know. Default: the domain of `jid`.
    std::vector<std::string> domains;
    bool subscribe = true;                     // ask those users for permission when a script wants to know
    std::size_t reconnect_seconds = 5;         // 1 to 3,600: the first pause; doubled each time
    std::size_t reconnect_limit_seconds = 300; // 1 to 86,400: the longest pause; not less than the first
    std::size_t ping_seconds = 30;             // 1 to 3,600: how often the server is asked whether it lives
    std::size_t answer_seconds = 10;           // 1 to 600: how long it may take to connect, and to answer
};

} // namespace columbarium::config
