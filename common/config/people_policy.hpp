// SPDX-License-Identifier: LGPL-2.1-or-later
// The [people] table of columbarium.toml: who has an address of the site, and what is set up for them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace columbarium::config {

struct PeoplePolicy {
    // domains = ["cam.example.org"]: the addresses served are username@domain for each; the first is the one
    // that is added to the directory's mail attribute. Without any, the site has no people.
    std::vector<std::string> domains;
    // account_domain = "hermes.example.org": the address of an account in the mail system is username@ this.
    // It may not be one of `domains`. "": nothing is set up by accounts.
    std::string account_domain;
    // accounts = "userdb" | "userdb:/run/dovecot/columbarium-userdb" | "list:/etc/dovecot/accounts" | "": how
    // to know whether an account exists: Dovecot's userdb, by its socket, or a file with one username a line.
    std::string accounts;
    // account_name = "{username}@hermes.example.org": what Dovecot calls the account; default "{username}"
    std::string account_name = "{username}";
    std::size_t restoration_days = 215; // restoration_days, 1 to 3,650: a shorter absence is a short one
    // vanishing_percent, 0 to 100: a sync that cancels more, restores more, or takes more people's addresses
    // or accounts away, stops
    double vanishing_percent = 5;
    std::string subaddress_delimiters; // subaddress_delimiters = "+"; "": none
    // [people.affiliations] "Medical School" = "{username}@medschl.example.org": where new people of an
    // institution have their mail (memo 5.2). Affiliations are compared with ASCII case ignored.
    std::map<std::string, std::string> affiliations;
};

} // namespace columbarium::config
