// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/tokens.hpp"

namespace columbarium::triage {

const config::TokenPattern* find_token(const config::TriagePolicy&, std::string_view) {
    return nullptr;
}

Expected<std::vector<Finding>> token_values(const config::TokenPattern&, mail::Message&, const BodyText&) {
    return std::vector<Finding>();
}

} // namespace columbarium::triage
