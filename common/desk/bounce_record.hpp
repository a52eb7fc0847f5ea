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

// One recipient of one report. Whoever can write to the desk can write a report: its texts hold no control
// characters (C0, C1), no line and paragraph separators, nothing that nobody sees or that turns the direction
// of a text.
struct BounceRecord {
    // folded (mail::fold_address()), or as it stands where it has no such form: on one line, at most 320
    // octets. No letter case in it: an address is one, however reports write it
    std::string address;
    std::string status; // "5.1.1", at most 20 octets
    std::string reason; // as the fact bounce.reason, at most 40 octets
    bool is_permanent =
        false; // the fact bounce.permanent of this recipient: the action is failed and the status of class 5
    std::string diagnostic; // one line, at most 200 octets
    std::string
        message_id; // which mail of ours: without brackets, "" where it is not told; at most 250 octets
    friend bool operator==(const BounceRecord&, const BounceRecord&) = default;
};

// A record as it is kept: one for each user, address, mail of ours and status.
struct KeptBounce {
    std::string user;    // the login name of the desk that it was reported to
    BounceRecord record; // as it was reported the last time
    std::chrono::sys_seconds first;
    std::chrono::sys_seconds last;
    friend bool operator==(const KeptBounce&, const KeptBounce&) = default;
};

// The records of a message, none where its class is neither bounce nor delay-notice. Recipients without an
// address are left out. What a report holds makes no record that cannot be kept.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<BounceRecord>> bounce_records(triage::Facts& facts);

// The map's key: one JSON object. Its value is "done"; or "dropped", where so much has been recorded for this
// user lately that this was not.
struct BounceReport {
    std::string user; // the login name of the desk: the service looks whether it is who asks
    std::vector<BounceRecord> records;
    friend bool operator==(const BounceReport&, const BounceReport&) = default;
};
// Always short enough for the service, where the user's name is: of a report that is not, diagnostics are
// left out, then the last recipients.
[[nodiscard]] COLUMBARIUM_API std::string to_key(const BounceReport& report);
// A permanent failure says what is wrong: no object, a key that is missing, more than bounce_record_limit
// records, texts that are too long, no UTF-8, or hold what no record does.
[[nodiscard]] COLUMBARIUM_API Expected<BounceReport> read_bounce_report(std::string_view key);

// The map's values.
inline constexpr std::string_view bounces_done = "done";
inline constexpr std::string_view bounces_dropped = "dropped";

} // namespace columbarium::desk
