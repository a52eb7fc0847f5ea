// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/charset_table.hpp"

#include <memory>

#include <glib.h>

#include "base/utf8.hpp"

namespace columbarium::triage {

namespace {

struct GFree {
    void operator()(char* text) const { g_free(text); }
};

constexpr std::array<const char*, charset_count> names = {"CP1252", "CP1251",     "KOI8-R",
                                                          "CP866",  "ISO-8859-5", "MAC-CYRILLIC"};

} // namespace

CharsetTable::CharsetTable(const char* name) {
    for (unsigned octet = 0x80; octet < 0x100; ++octet) {
        const char text = static_cast<char>(octet);
        const std::unique_ptr<char, GFree> converted(
            g_convert(&text, 1, "UTF-8", name, nullptr, nullptr, nullptr));
        const char32_t code = converted && *converted != '\0' ? first_character(converted.get()).code
                                                              : static_cast<char32_t>(octet);
        characters_[octet - 0x80U] = code;
        octets_.emplace(code, static_cast<std::uint8_t>(octet));
    }
}

std::optional<std::uint8_t> CharsetTable::octet_of(char32_t code) const {
    const auto found = octets_.find(code);
    return found == octets_.end() ? std::nullopt : std::optional(found->second);
}

const CharsetTable& charset_table(Charset charset) {
    // Never destroyed: modules of Dovecot are unloaded at odd times, and no destructor may run then.
    static std::array<const CharsetTable*, charset_count> tables{};
    const auto index = static_cast<std::size_t>(charset);
    if (tables[index] == nullptr)
        tables[index] = new CharsetTable(names[index]);
    return *tables[index];
}

} // namespace columbarium::triage
