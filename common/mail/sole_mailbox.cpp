// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/sole_mailbox.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/gmime.hpp"
#include "mail/structured_field.hpp"

namespace columbarium::mail {

namespace {

// atext of RFC 5322 section 3.2.3, with what RFC 6532 section 3.2 adds.
bool is_atom_character(char c) {
    return is_letter(c) || is_digit(c) || !is_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

std::string_view take(std::string_view& text, std::size_t octets) {
    const std::string_view taken = text.substr(0, octets);
    text.remove_prefix(octets);
    return taken;
}

// Atoms and dots in any order; "" for none.
std::string_view take_atoms(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, [](char c) { return c == '.' || is_atom_character(c); });
    return take(text, static_cast<std::size_t>(end - text.begin()));
}

// A quoted text with its quotes, or atoms; "" where there is neither.
std::string_view take_word(std::string_view& text) {
    if (!text.starts_with('"'))
        return take_atoms(text);
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"')
            return take(text, i + 1);
        if (text[i] == '\\')
            ++i;
    }
    return {};
}

bool has_sound_dots(std::string_view text) {
    return !text.empty() && !text.starts_with('.') && !text.ends_with('.') &&
           text.find("..") == std::string_view::npos;
}

// What stands behind a local part, and the two as they are compared; "" where they are no address.
std::string take_address(std::string_view local, std::string_view& text) {
    if (!text.starts_with('@') || !(local.starts_with('"') || has_sound_dots(local)))
        return {};
    text.remove_prefix(1);
    const std::string_view domain = take_atoms(text);
    // Readers decode an encoded word wherever it stands.
    if (!has_sound_dots(domain) || local.find("=?") != std::string_view::npos ||
        domain.find("=?") != std::string_view::npos)
        return {};
    std::string folded = fold_address(std::string(local).append("@").append(domain));
    return has_sound_dots(domain_of(folded)) ? folded : std::string();
}

bool is_readable(std::string_view text) {
    return text.size() <= address_field_limit &&
           std::ranges::none_of(text, [](char c) { return is_control(c) && !is_space(c); }) &&
           g_utf8_validate_len(text.data(), text.size(), nullptr) != FALSE;
}

std::string only_mailbox(std::string_view text) {
    if (!is_readable(text))
        return {};
    std::string address;
    for (bool is_first = true; address.empty(); is_first = false) {
        if (!pass_blanks(text))
            return {};
        const bool has_bracket = text.starts_with('<');
        if (has_bracket)
            text.remove_prefix(1);
        const std::string_view word = take_word(text);
        if (word.empty() || (is_first && word.starts_with('.')))
            return {};
        if (!has_bracket && !text.starts_with('@'))
            continue; // of the name
        if (has_bracket || is_first)
            address = take_address(word, text);
        if (address.empty() || (has_bracket && !text.starts_with('>')))
            return {};
        if (has_bracket)
            text.remove_prefix(1);
    }
    return pass_blanks(text) && text.empty() ? address : std::string();
}

} // namespace

std::string sole_mailbox(const HeaderFields& header, std::string_view name) {
    std::optional<std::string_view> raw;
    for (const HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, name)) {
            if (raw)
                return {};
            raw = field.raw;
        }
    return raw ? only_mailbox(*raw) : std::string();
}

} // namespace columbarium::mail
