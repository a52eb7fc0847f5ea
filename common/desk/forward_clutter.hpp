// SPDX-License-Identifier: LGPL-2.1-or-later
// What hides the real message in a text. Private to common/desk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace columbarium::desk {

struct Decluttered {
    std::string text;
    std::size_t quoted_lines = 0;   // lines that were left out because they quote at the end
    bool had_pgp_signature = false; // RFC 9580 section 7: the text without its armour
};

// A text (LF) as its writer meant it. Quotes are left out where the message is an answer (`is_answer`),
// nothing but a signature follows, and words are left before them; a quote that the writer leads in himself
// ("I get this:"), or goes on behind, stays.
[[nodiscard]] Decluttered decluttered(std::string_view text, bool is_answer);

} // namespace columbarium::desk
