// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/lines.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/utf8.hpp"

namespace columbarium::reply {

namespace {

// Of an identifier that is repeated. It has a line for itself, which may have 998 (RFC 5322 section 2.1.1).
constexpr std::size_t longest_message_id = 900;

// It breaks a line, or is no character to be shown.
bool is_break(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029;
}

// It shows a text in another order than it has, or is not there to be seen: blanks without width, signs of
// direction, invisible operators, the byte order mark, tags.
bool is_hidden(char32_t code) {
    return code == 0x061c || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x2064) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff ||
           (code >= 0xe0000 && code <= 0xe007f);
}

// Readers decode it, wherever it stands.
bool is_like_encoded_word(std::string_view text) {
    return text.find("=?") != std::string_view::npos;
}

bool is_id_octet(char c) {
    return c > ' ' && c < 0x7f && c != '<' && c != '>';
}

} // namespace

std::string one_line(std::string_view text, std::size_t most_characters) {
    const std::string valid = mail::valid_utf8(text);
    std::string line;
    std::size_t characters = 0;
    bool is_blank_due = false;
    for (std::string_view rest = valid; !rest.empty();) {
        const Character character = first_character(rest);
        const std::string_view octets = rest.substr(0, character.octets);
        rest.remove_prefix(character.octets);
        if (is_hidden(character.code))
            continue;
        if (character.code == ' ' || is_break(character.code)) {
            is_blank_due = !line.empty();
            continue;
        }
        if (characters + (is_blank_due ? 2 : 1) > most_characters)
            break;
        if (is_blank_due)
            line += ' ';
        characters += is_blank_due ? 2 : 1;
        is_blank_due = false;
        line += octets;
    }
    return line;
}

bool is_one_line(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (!character.valid || is_break(character.code) || is_hidden(character.code))
            return false;
        text.remove_prefix(character.octets);
    }
    return true;
}

std::vector<std::string> message_ids(std::string_view raw) {
    std::vector<std::string> ids;
    for (std::size_t open = raw.find('<'); open != std::string_view::npos; open = raw.find('<', open)) {
        const std::size_t close = raw.find_first_of("<>", open + 1);
        if (close == std::string_view::npos)
            break;
        if (const std::string_view id = raw.substr(open + 1, close - open - 1);
            raw[close] == '>' && !id.empty() && id.size() <= longest_message_id &&
            !is_like_encoded_word(id) && std::ranges::all_of(id, is_id_octet))
            ids.push_back(std::string("<").append(id).append(">"));
        open = close;
    }
    return ids;
}

} // namespace columbarium::reply
