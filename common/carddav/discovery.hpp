// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds the address book that a URL leads to (CD-1).
#pragma once

#include "base/expected.hpp"
#include "carddav/http_client.hpp"

namespace columbarium::carddav {

struct Collection {
    Url url;                   // its path ends in "/"
    bool reports_sync = false; // understands sync-collection (SY-6)
};

// The account's URL where it is an address book itself; else the one address book that the server names: by
// current-user-principal, then addressbook-home-set, then the members of those. The URL is configured: no
// names are looked up in the DNS (SRV), but https://HOST/.well-known/carddav is a URL, too.
//
// Permanent failures: no address book there; several, which are listed; all that failure_of() says.
[[nodiscard]] Expected<Collection> find_collection(HttpClient& client);

} // namespace columbarium::carddav
