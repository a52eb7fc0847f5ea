// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/header_results.hpp"

namespace columbarium::triage {

Authentication read_authentication(const mail::HeaderFields&, const config::TriagePolicy&) {
    return {};
}

std::vector<Finding> read_spam(const mail::HeaderFields&, const config::TriagePolicy&) {
    return {};
}

} // namespace columbarium::triage
