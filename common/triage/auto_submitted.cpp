// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/auto_submitted.hpp"

#include "base/ascii.hpp"

namespace columbarium::triage {

namespace {

constexpr std::size_t keyword_limit = 64; // octets; what is longer is nobody's keyword

} // namespace

std::string auto_submitted_keyword(std::string_view raw) {
    // auto-submitted-field = "Auto-Submitted:" [CFWS] auto-submitted [CFWS] CRLF
    // auto-submitted = ( "no" / "auto-generated" / "auto-replied" / extension ) opt-parameter-list
    std::string keyword;
    int comment_depth = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (comment_depth > 0 && c == '\\')
            ++i;
        else if (c == '(')
            ++comment_depth;
        else if (comment_depth > 0)
            comment_depth -= c == ')' ? 1 : 0;
        else if (c == ';' || (is_space(c) && !keyword.empty()))
            break;
        else if (c > 32 && c < 127 && keyword.size() < keyword_limit)
            keyword += to_lower(c);
    }
    return keyword;
}

} // namespace columbarium::triage
