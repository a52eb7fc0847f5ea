// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/forward_mark.hpp"

namespace columbarium::triage {

std::string to_field(const ForwardMark&) {
    return {};
}

std::vector<ForwardMark> forward_marks(const mail::HeaderFields&) {
    return {};
}

} // namespace columbarium::triage
