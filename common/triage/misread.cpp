// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/misread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string_view>

#include <glib.h>

#include "base/utf8.hpp"
#include "triage/charset_table.hpp"

namespace columbarium::triage {

namespace {

struct NamedCharset {
    Charset charset;
    std::string_view name;
};

constexpr NamedCharset cyrillic_charsets[] = {{Charset::windows_1251, "windows-1251"},
                                              {Charset::koi8_r, "koi8-r"},
                                              {Charset::ibm866, "ibm866"},
                                              {Charset::iso_8859_5, "iso-8859-5"},
                                              {Charset::mac_cyrillic, "x-mac-cyrillic"}};

// Characters of `octets` that are parts of UTF-8 sequences.
std::size_t in_sequences(std::string_view octets) {
    std::size_t count = 0;
    while (!octets.empty()) {
        const Character character = first_character(octets);
        count += character.valid ? character.octets : 0;
        octets.remove_prefix(character.octets);
    }
    return count;
}

// How many of the characters are octets of UTF-8, read one by one in this charset.
std::size_t utf8_read_as(const CharsetTable& table, std::span<const char32_t> wide) {
    std::size_t count = 0;
    std::string octets;
    for (const char32_t code : wide) {
        if (const auto octet = code == 0 ? std::nullopt : table.octet_of(code)) {
            octets += static_cast<char>(*octet);
            continue;
        }
        count += in_sequences(octets);
        octets.clear();
    }
    return count + in_sequences(octets);
}

// Quotation marks, dashes, and the blank that breaks no line: they stand side by side in any text.
bool is_typographic(char32_t code) {
    return (code >= 0x2000 && code < 0x2070) || code == 0xa0 || code == 0xab || code == 0xbb;
}

// Characters in runs of at least three that are all of the upper half of windows-1252. No language in Latin
// letters has words of nothing but letters with accents. 0 where the longest run is short: people list such
// letters.
std::size_t in_accented_runs(std::span<const char32_t> wide) {
    const CharsetTable& table = charset_table(Charset::windows_1252);
    constexpr std::size_t word_length = 6;
    std::size_t count = 0;
    std::size_t longest = 0;
    std::size_t run = 0;
    char32_t last = 0;
    const auto end_run = [&] {
        count += run >= 3 ? run : 0;
        longest = std::max(longest, run);
        run = 0;
    };
    for (const char32_t code : wide) {
        if (code == 0 || !table.octet_of(code)) {
            end_run();
        } else {
            run += code != last && !is_typographic(code) ? 1 : 0; // a ruler is no word
            last = code;
        }
    }
    end_run();
    return longest >= word_length ? count : 0;
}

// How often the letters of the Cyrillic alphabets stand in texts, in parts of ten thousand; those of
// Ukrainian, Belarusian, Serbian and Macedonian beside those of Russian.
double frequency(char32_t lower) {
    constexpr std::array<int, 32> russian = {801, 159, 454, 170,  298, 845, 94,  165, 735, 121, 349,
                                             440, 321, 670, 1097, 281, 473, 547, 626, 262, 26,  97,
                                             48,  144, 73,  36,   4,   190, 174, 32,  64,  201};
    if (lower >= 0x430 && lower < 0x450)
        return russian[lower - 0x430];
    if (lower == 0x456 || lower == 0x458) // Ukrainian i, Serbian j
        return 400;
    if (lower >= 0x450 && lower < 0x460)
        return 60;
    return lower == 0x491 ? 5 : 0.2;
}

// Below what any text in Cyrillic has as its plausibility.
constexpr double doubtful = -3.6;

using Histogram = std::map<char32_t, std::size_t>;

// The mean logarithm of what each character has as its frequency, when read again. Texts in Cyrillic have
// about -3.1, others less.
template <class ReadAgain>
double plausibility(const Histogram& histogram, ReadAgain read_again) {
    double sum = 0;
    std::size_t all = 0;
    for (const auto& [code, count] : histogram) {
        const char32_t character = read_again(code);
        sum += static_cast<double>(count) * std::log(frequency(g_unichar_tolower(character)) / 10'000);
        all += count;
    }
    return all == 0 ? 0 : sum / static_cast<double>(all);
}

Histogram histogram_of(std::span<const char32_t> wide) {
    Histogram histogram;
    for (const char32_t code : wide)
        if (code != 0)
            ++histogram[code];
    return histogram;
}

// Texts in one Cyrillic charset read in another are letters all the same, but not those that are frequent.
std::string misread_cyrillic(const Histogram& histogram, double as_read) {
    std::size_t characters = 0;
    for (const auto& [code, count] : histogram)
        characters += count;
    // Less is needed of long texts: their letters are as frequent as they should be.
    const double better = 0.3 + 3.0 / static_cast<double>(std::max<std::size_t>(characters, 1));
    for (const NamedCharset& read : cyrillic_charsets)
        for (const NamedCharset& written : cyrillic_charsets) {
            if (read.charset == written.charset)
                continue;
            const CharsetTable& from = charset_table(read.charset);
            const CharsetTable& to = charset_table(written.charset);
            const double again = plausibility(histogram, [&](char32_t code) {
                const auto octet = from.octet_of(code);
                return octet ? to.character_of(*octet) : code;
            });
            if (again > doubtful && again > as_read + better)
                return std::string(written.name) + " read as " + std::string(read.name);
        }
    return {};
}

} // namespace

std::string reason_for_misread(std::span<const char32_t> wide, std::size_t shown) {
    constexpr std::size_t least = 8; // characters
    constexpr std::size_t percent = 30;
    const auto is_share = [shown](std::size_t part) {
        return part >= least && 100 * part >= percent * shown;
    };
    if (!is_share(static_cast<std::size_t>(std::ranges::count_if(wide, [](char32_t c) { return c != 0; }))))
        return {};
    // U+FFFD in UTF-8, read as GBK.
    if (is_share(static_cast<std::size_t>(std::ranges::count(wide, U'\u951f')) * 3))
        return "lost letters read as GBK";
    if (is_share(utf8_read_as(charset_table(Charset::windows_1252), wide)))
        return "UTF-8 read as windows-1252";
    if (const std::size_t accented = in_accented_runs(wide); accented >= 2 * least && is_share(accented))
        return "another charset read as windows-1252";
    if (std::ranges::none_of(wide, [](char32_t c) { return c >= 0x400 && c < 0x500; }))
        return {};
    const Histogram histogram = histogram_of(wide);
    const double as_read = plausibility(histogram, [](char32_t code) { return code; });
    if (std::string reason = misread_cyrillic(histogram, as_read); !reason.empty() || as_read > doubtful)
        return reason;
    for (const NamedCharset& read : cyrillic_charsets)
        if (is_share(utf8_read_as(charset_table(read.charset), wide)))
            return "UTF-8 read as " + std::string(read.name);
    return {};
}

} // namespace columbarium::triage
