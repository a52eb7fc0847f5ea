// SPDX-License-Identifier: LGPL-2.1-or-later
// A value, and why.
#pragma once

#include <string>

namespace columbarium::triage {

// One value of a fact.
struct Finding {
    std::string value; // UTF-8
    std::string rule;  // the name of the rule or signature that gave it, or the header field, for traces
};

} // namespace columbarium::triage
