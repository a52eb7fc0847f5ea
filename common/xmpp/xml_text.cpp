// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/xml_text.hpp"

#include <algorithm>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::xmpp {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

// Char of XML 1.0 section 2.2; UTF-8 has no surrogates.
bool is_allowed(const Character& character) {
    return character.valid &&
           (character.code >= 0x20 || character.code == '\t' || character.code == '\n' ||
            character.code == '\r') &&
           character.code != 0xfffe && character.code != 0xffff;
}

// Neither a control character nor beyond ASCII.
bool is_plain(char c) {
    return is_ascii(c) && c >= 0x20;
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

bool is_utf8(std::string_view text) {
    return g_utf8_validate_len(text.data(), text.size(), nullptr) != 0;
}

} // namespace columbarium::xmpp
