// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/script_count.hpp"

#include <algorithm>
#include <map>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::triage {

namespace {

std::string name_of(GUnicodeScript script) {
    const guint32 code = g_unicode_script_to_iso15924(script);
    std::string name;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        name += static_cast<char>((code >> shift) & 0xffU);
    return name;
}

} // namespace

std::vector<ScriptCount> count_scripts(std::string_view text) {
    std::map<GUnicodeScript, std::size_t> letters;
    std::size_t latin = 0;
    while (!text.empty()) {
        if (is_ascii(text.front())) {
            latin += is_letter(text.front()) ? 1 : 0;
            text.remove_prefix(1);
            continue;
        }
        const Character character = first_character(text);
        text.remove_prefix(character.octets);
        if (character.valid && g_unichar_isalpha(character.code))
            ++letters[g_unichar_get_script(character.code)];
    }
    if (latin > 0)
        letters[G_UNICODE_SCRIPT_LATIN] += latin;
    std::vector<ScriptCount> counts;
    for (const auto& [script, count] : letters)
        if (script != G_UNICODE_SCRIPT_COMMON && script != G_UNICODE_SCRIPT_INHERITED &&
            script != G_UNICODE_SCRIPT_UNKNOWN)
            counts.push_back({name_of(script), count});
    std::ranges::stable_sort(counts, std::ranges::greater(), &ScriptCount::letters);
    return counts;
}

} // namespace columbarium::triage
