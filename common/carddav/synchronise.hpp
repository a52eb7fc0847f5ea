// SPDX-License-Identifier: LGPL-2.1-or-later
// Brings the local copy of a CardDAV collection up to date.
//
// RFC 6578 where the server offers it (SY-1 to SY-7), etags otherwise. The copy changes at once at the end,
// or not at all: whatever a server does wrong, the old copy stays (SY-3, SY-4). A card that the server cannot
// give now (5xx) keeps its old state, and is asked for again the next time. What a server says of other
// places than the collection is ignored with a warning.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "carddav/account.hpp"

namespace columbarium::carddav {

struct SyncReport {
    std::string method; // "sync-collection" or "etags"
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t removed = 0;
    std::size_t unreadable =
        0;                 // resources with a card that could not be read, or that the server did not give
    std::size_t total = 0; // resources in the copy now
};

// Called now and then: resources fetched so far, and how many there are to fetch.
using Progress = std::function<void(std::size_t done, std::size_t all)>;
using Warn = std::function<void(const std::string&)>;

// Failures name the URL (without a password) and what to do. Permanent: 401, 403, 404, a redirect to another
// host, plain text where TLS is wanted, a certificate that is not trusted, an answer that is no answer of
// this protocol. Temporary: everything else (CD-12), and that another synchronisation of this index is
// running. The time of the last success stands in the index as its confirmed() time.
[[nodiscard]] Expected<SyncReport> synchronise(const Account& account, const Limits& limits,
                                               const std::string& index_path, const std::string& origin,
                                               std::chrono::system_clock::time_point now,
                                               const Progress& progress, const Warn& warn);

} // namespace columbarium::carddav
