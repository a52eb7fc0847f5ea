// SPDX-License-Identifier: LGPL-2.1-or-later
// How to reach an address book on a CardDAV server (RFC 6352).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace columbarium::carddav {

struct Account {
    std::string url;              // of the collection, or of anything from which it can be discovered (CD-1)
    std::string user;             // "" for none
    std::string password;         // never logged
    std::string ca_file;          // trusted certificates, "" for the system's
    bool allow_plaintext = false; // http: and a password over it (EL-71)
};

// What a server may cost.
struct Limits {
    std::chrono::seconds connect{10};
    std::chrono::seconds answer{120};             // one answer, from the first octet to the last
    std::chrono::seconds whole{1800};             // the whole synchronisation
    std::size_t answer_octets = 64 * 1024 * 1024; // one answer
    std::size_t cards = 1'000'000;
    std::size_t card_octets =
        256 * 1024 * 1024; // of what is kept of all cards that are fetched, see octets_of()
};

} // namespace columbarium::carddav
