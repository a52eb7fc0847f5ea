// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks a collection what changed: by sync-collection (RFC 6578), or by a listing of all etags.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "base/expected.hpp"
#include "carddav/http_client.hpp"
#include "carddav/multistatus.hpp"

namespace columbarium::carddav {

using Warn = std::function<void(const std::string&)>;

// What a server says of one member.
struct Change {
    std::string href; // as the server writes it
    std::string etag; // "" where it does not say
    bool removed = false;
};

struct Changes {
    std::map<std::string, Change> by_id; // canonical_path() of the href
    std::string token;                   // the new sync-token; "" for a listing
    bool complete = false;               // all members are named: who is missing is gone (SY-6)
};

enum class ReportOutcome {
    changes,
    token_invalid, // forget the token and start anew (SY-4)
    not_offered,   // the server does not do sync-collection, whatever it said
};

struct Report {
    ReportOutcome outcome = ReportOutcome::changes;
    Changes changes;
};

// What changed since `token`, or everything where it is "". Where the server tells a part at a time (SY-5),
// all parts; a server that repeats itself instead of going on is a permanent failure. Hrefs that name no
// member of the collection are ignored with a warning; where a href comes twice, the later one counts. More
// members than Limits::cards are a permanent failure.
[[nodiscard]] Expected<Report> report_changes(HttpClient& client, const Url& collection,
                                              const std::string& token, const Limits& limits,
                                              const Warn& warn);

// The same by a listing of the whole collection. A listing that is cut short (507) is a temporary failure: it
// cannot tell what is gone (CD-8).
[[nodiscard]] Expected<Changes> list_members(HttpClient& client, const Url& collection, const Limits& limits,
                                             const Warn& warn);

// The id of a member by what a server calls it; "" where it names the collection itself, one below it, or
// something else, the last with a warning.
[[nodiscard]] std::string member_id(const Url& collection, const std::string& href, const Warn& warn);

} // namespace columbarium::carddav
