// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/xml_text.hpp"

#include <algorithm>

#include <glib.h>

namespace columbarium::xmpp {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD
constexpr std::size_t shown_limit = 100;

// The character that a text begins with.
struct Character {
    gunichar code = 0;
    std::size_t octets = 1;
    bool valid = false; // part of UTF-8, and no NUL
};

Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80)
        return {first, 1, first != 0};
    const gunichar code = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
    if (code > 0x10ffff)
        return {};
    return {code, static_cast<std::size_t>(g_utf8_skip[first]), true};
}

// Char of XML 1.0 section 2.2; UTF-8 has no surrogates.
bool is_allowed(const Character& character) {
    return character.valid &&
           (character.code >= 0x20 || character.code == '\t' || character.code == '\n' ||
            character.code == '\r') &&
           character.code != 0xfffe && character.code != 0xffff;
}

bool is_plain(char c) {
    return c >= 0x20;
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

} // namespace

bool is_xml_text(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (!is_allowed(character))
            return false;
        text.remove_prefix(character.octets);
    }
    return true;
}

std::string xml_text(std::string_view text) {
    if (std::ranges::all_of(text, is_plain))
        return std::string(text);
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const Character character = first_character(text);
        result += is_allowed(character) ? text.substr(0, character.octets) : replacement;
        text.remove_prefix(character.octets);
    }
    return result;
}

std::string_view cut_at_character(std::string_view text, std::size_t octets) {
    if (text.size() <= octets)
        return text;
    while (octets > 0 && is_continuation(text[octets]))
        --octets;
    return text.substr(0, octets);
}

bool is_utf8(std::string_view text) {
    return g_utf8_validate_len(text.data(), text.size(), nullptr) != 0;
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

} // namespace columbarium::xmpp
