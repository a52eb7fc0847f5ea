// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/utf8.hpp"

#include <glib.h>

namespace columbarium {

namespace {

constexpr std::size_t shown_limit = 100;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

} // namespace

std::string_view cut_at_character(std::string_view text, std::size_t octets) {
    if (text.size() <= octets)
        return text;
    while (octets > 0 && is_continuation(text[octets]))
        --octets;
    return text.substr(0, octets);
}

std::string printable(std::string_view text) {
    std::string_view rest = cut_at_character(text, shown_limit);
    const bool cut = rest.size() < text.size();
    std::string result;
    while (!rest.empty()) {
        const Character character = first_character(rest);
        if (character.valid && g_unichar_isprint(character.code))
            result += rest.substr(0, character.octets);
        else
            result += '?';
        rest.remove_prefix(character.octets);
    }
    return cut ? result + "..." : result;
}

Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80)
        return {first, 1, first != 0};
    const gunichar code = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
    if (code > 0x10ffff)
        return {};
    return {code, static_cast<std::size_t>(g_utf8_skip[first]), true};
}

} // namespace columbarium
