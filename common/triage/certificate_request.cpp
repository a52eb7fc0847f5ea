// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/certificate_request.hpp"

namespace columbarium::triage {

Expected<std::vector<Finding>> certificate_requests(mail::Message&, const BodyText&) {
    return std::vector<Finding>();
}

} // namespace columbarium::triage
