// SPDX-License-Identifier: LGPL-2.1-or-later
// What bounces tell of addresses, as it is kept in the store: the service's map "bounce".
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "triage/facts.hpp"

namespace columbarium::desk {

// Recipients of one report that are kept.
inline constexpr std::size_t bounce_record_limit = 100;

// One recipient of one report. Whoever can write to the desk can write a report.
struct BounceRecord {
    std::string address; // folded (mail::fold_address()), or as it stands where it has no such form; at most
                         // 320 octets
    std::string status;  // "5.1.1"
    std::string reason;  // as the fact bounce.reason
    bool is_permanent =
        false; // the fact bounce.permanent of this recipient: the action is failed and the status of class 5
    std::string diagnostic; // one line, at most 200 octets
    std::string
        message_id; // which mail of ours: without brackets, "" where it is not told; at most 250 octets
    friend bool operator==(const BounceRecord&, const BounceRecord&) = default;
};

// The records of a message, none where its class is neither bounce nor delay-notice. Recipients without an
// address are left out.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<BounceRecord>> bounce_records(triage::Facts& facts);

// The map's key: one JSON object. Its value is "done".
struct BounceReport {
    std::string user; // the login name of the desk: the service looks whether it is who asks
    std::vector<BounceRecord> records;
    friend bool operator==(const BounceReport&, const BounceReport&) = default;
};
[[nodiscard]] COLUMBARIUM_API std::string to_key(const BounceReport& report);
// A permanent failure says what is wrong: no object, a key that is missing, more than bounce_record_limit
// records, texts that are too long or no UTF-8.
[[nodiscard]] COLUMBARIUM_API Expected<BounceReport> read_bounce_report(std::string_view key);

} // namespace columbarium::desk
