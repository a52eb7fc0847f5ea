// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/structured_field.hpp"

#include <algorithm>
#include <cstddef>

#include "base/ascii.hpp"

namespace columbarium::mail {

namespace {

// A token (RFC 2045 section 5.1) in lower case; "" for none.
std::string take_token(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_of("()<>@,;:\\\"/[]?= \t\r\n"), text.size());
    const std::string token = to_lower(text.substr(0, end));
    text.remove_prefix(end);
    return token;
}

} // namespace

bool pass_comment(std::string_view& text) {
    int depth = 0;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '(')
            ++depth;
        else if (c == ')')
            --depth;
        else if (c == '\\' && text.size() > 1)
            text.remove_prefix(1);
        text.remove_prefix(1);
        if (depth == 0)
            return true;
    }
    return false;
}

bool pass_blanks(std::string_view& text) {
    while (!text.empty()) {
        if (is_space(text.front()))
            text.remove_prefix(1);
        else if (text.front() != '(')
            return true;
        else if (!pass_comment(text))
            return false;
    }
    return true;
}

std::string media_type(std::string_view raw) {
    pass_blanks(raw);
    const std::string type = take_token(raw);
    pass_blanks(raw);
    if (type.empty() || !raw.starts_with('/'))
        return {};
    raw.remove_prefix(1);
    pass_blanks(raw);
    const std::string subtype = take_token(raw);
    return subtype.empty() ? std::string() : type + '/' + subtype;
}

} // namespace columbarium::mail
