// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts in UTF-8, cut and shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium {

// The beginning of a text in UTF-8, at most this many octets; no character is cut in two.
[[nodiscard]] COLUMBARIUM_API std::string_view cut_at_character(std::string_view text, std::size_t octets);

// The text for a message to a person: one line, what cannot be shown as "?", cut where it is longer than 100
// octets.
[[nodiscard]] COLUMBARIUM_API std::string printable(std::string_view text);

// The character that a text begins with; the text is not empty.
struct Character {
    char32_t code = 0;
    std::size_t octets = 1;
    bool valid = false; // part of UTF-8, and no NUL
};
[[nodiscard]] COLUMBARIUM_API Character first_character(std::string_view text);

} // namespace columbarium
