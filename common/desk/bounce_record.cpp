// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/bounce_record.hpp"

namespace columbarium::desk {

Expected<std::vector<BounceRecord>> bounce_records(triage::Facts&) {
    return std::vector<BounceRecord>();
}

std::string to_key(const BounceReport&) {
    return {};
}

Expected<BounceReport> read_bounce_report(std::string_view) {
    return BounceReport();
}

} // namespace columbarium::desk
