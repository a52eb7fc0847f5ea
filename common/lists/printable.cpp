// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/printable.hpp"

#include <glib.h>

#include "mail/utf8.hpp"

namespace columbarium::lists {

namespace {

constexpr std::size_t shown_limit = 100;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

} // namespace

std::string printable(std::string_view text) {
    std::string_view shown = text;
    if (text.size() > shown_limit) {
        std::size_t end = shown_limit;
        while (end > 0 && is_continuation(text[end]))
            --end;
        shown = text.substr(0, end);
    }
    const std::string valid = mail::valid_utf8(shown);
    std::string result;
    for (std::string_view rest = valid; !rest.empty();) {
        const auto octets = static_cast<unsigned char>(g_utf8_skip[static_cast<unsigned char>(rest.front())]);
        if (g_unichar_isprint(g_utf8_get_char(rest.data())))
            result += rest.substr(0, octets);
        else
            result += '?';
        rest.remove_prefix(octets);
    }
    return shown.size() < text.size() ? result + "..." : result;
}

} // namespace columbarium::lists
