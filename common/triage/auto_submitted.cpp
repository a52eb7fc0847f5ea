// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/auto_submitted.hpp"

#include "base/ascii.hpp"
#include "mail/structured_field.hpp"

namespace columbarium::triage {

namespace {

constexpr std::size_t keyword_limit = 64; // octets; what is longer is nobody's keyword

} // namespace

std::string auto_submitted_keyword(std::string_view raw) {
    // auto-submitted-field = "Auto-Submitted:" [CFWS] auto-submitted [CFWS] CRLF
    // auto-submitted = ( "no" / "auto-generated" / "auto-replied" / extension ) opt-parameter-list
    std::string keyword;
    while (!raw.empty()) {
        const char c = raw.front();
        if (c == '(') {
            mail::pass_comment(raw);
            continue;
        }
        if (c == ';' || (is_space(c) && !keyword.empty()))
            break;
        if (c > 32 && c < 127 && keyword.size() < keyword_limit)
            keyword += to_lower(c);
        raw.remove_prefix(1);
    }
    return keyword;
}

} // namespace columbarium::triage
