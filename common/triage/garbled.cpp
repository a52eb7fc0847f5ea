// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/garbled.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "triage/misread.hpp"

namespace columbarium::triage {

namespace {

// Of characters that are no blanks.
struct Counts {
    std::size_t shown = 0;        // all
    std::size_t replaced = 0;     // U+FFFD
    std::size_t controls = 0;     // C0 and C1
    std::size_t shifted = 0;      // behind an escape sequence of ISO 2022 to a charset of two octets (ESC $)
    std::size_t question = 0;     // in words of nothing but question marks
    std::size_t lost_words = 0;   // how many such words
    std::size_t longest_lost = 0; // octets
    std::size_t shortest_lost = 0;
    std::size_t encoded = 0;      // of "=D0" (quoted-printable) and "&#1087;"
    std::size_t base64 = 0;       // in lines that look like base64
    std::vector<char32_t> wide;   // characters beyond ASCII, in order; 0 for each run of others
    std::size_t wide_letters = 0; // how many of those are not 0
};

bool is_upper_hex(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'F');
}

// Octets of the escape that `text` begins with, 0 for none.
std::size_t escape_length(std::string_view text) {
    if (text.size() >= 3 && text[0] == '=' && is_upper_hex(text[1]) && is_upper_hex(text[2]))
        return 3;
    if (text.size() >= 5 && text[0] == '&' && text[1] == '#') {
        std::size_t end = 2;
        while (end < text.size() && end < 9 && is_digit(text[end]))
            ++end;
        // From ISO 10646's letters beyond Latin on: people who write about HTML write of the others.
        if (end >= 5 && end < text.size() && text[end] == ';')
            return end + 1;
    }
    return 0;
}

// A line of nothing but base64 (RFC 2045 section 6.8), of a length that encoders write, with capital and
// small letters. Hexadecimal lines have only one kind.
bool is_base64(std::string_view line) {
    if (line.size() < 56)
        return false;
    bool capital = false;
    bool small = false;
    std::size_t changes = 0; // between kinds of characters
    int last = 0;
    for (const char c : line) {
        const bool is_capital = c >= 'A' && c <= 'Z';
        const bool is_small = c >= 'a' && c <= 'z';
        if (!is_capital && !is_small && !is_digit(c) && c != '+' && c != '/' && c != '=')
            return false;
        capital |= is_capital;
        small |= is_small;
        const int kind = is_capital ? 1 : is_small ? 2 : 3;
        changes += kind != last ? 1 : 0;
        last = kind;
    }
    return capital && small && changes * 4 > line.size();
}

// Whether a line of base64 is one of text. Keys and pictures have control characters in each line.
bool is_text_in_base64(const std::string& line) {
    gsize length = 0;
    const std::unique_ptr<guchar, decltype(&g_free)> octets(g_base64_decode(line.c_str(), &length), g_free);
    const std::string_view text(reinterpret_cast<const char*>(octets.get()), length);
    return std::ranges::none_of(text, [](char c) { return is_control(c) && !is_space(c); });
}

// What is shifted to a charset of two octets by the escape sequence that `word` begins with.
std::size_t shifted_length(std::string_view word) {
    if (word.size() < 3 || word[1] != '$')
        return 0;
    return std::min(word.find('\x1b', 1), word.size());
}

// How many characters of ASCII a text begins with that are no control characters and begin no escape.
std::size_t plain_length(std::string_view text) {
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7f && c != '=' && c != '&'; };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
}

// Behind a run of characters beyond ASCII.
void end_run(Counts& counts) {
    if (!counts.wide.empty() && counts.wide.back() != 0)
        counts.wide.push_back(0);
}

void count_word(std::string_view word, Counts& counts) {
    const bool lost = word.starts_with("??") && word.find_first_not_of("?.,!") == std::string_view::npos;
    if (lost) {
        counts.question += word.size();
        counts.longest_lost = std::max(counts.longest_lost, word.size());
        counts.shortest_lost =
            counts.lost_words == 0 ? word.size() : std::min(counts.shortest_lost, word.size());
        ++counts.lost_words;
    }
    while (!word.empty()) {
        // Nearly all there is, and nothing but shown.
        if (const std::size_t plain = plain_length(word); plain > 0) {
            counts.shown += plain;
            end_run(counts);
            word.remove_prefix(plain);
            continue;
        }
        const char c = word.front();
        if (is_ascii(c)) {
            ++counts.shown;
            counts.controls += is_control(c) && c != '\x1b' ? 1 : 0;
            counts.shifted += c == '\x1b' ? shifted_length(word) : 0;
            const std::size_t escape = c == '=' || c == '&' ? escape_length(word) : 0;
            counts.encoded += escape;
            counts.shown += escape > 0 ? escape - 1 : 0;
            end_run(counts);
            word.remove_prefix(std::max<std::size_t>(escape, 1));
            continue;
        }
        const Character character = first_character(word);
        word.remove_prefix(character.octets);
        ++counts.shown;
        counts.replaced += character.code == 0xfffd ? 1 : 0;
        counts.controls += character.code < 0xa0 ? 1 : 0;
        counts.wide.push_back(character.code);
        ++counts.wide_letters;
    }
}

Counts count(std::string_view text) {
    Counts counts;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (is_base64(line))
            counts.base64 += line.size();
        while (!line.empty()) {
            const auto begin = std::ranges::find_if_not(line, is_blank);
            line.remove_prefix(static_cast<std::size_t>(begin - line.begin()));
            const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
            count_word(line.substr(0, end), counts);
            end_run(counts);
            line.remove_prefix(end);
        }
    }
    return counts;
}

// Whether `part` of the text is at least `percent` of what is shown, and at least `least` characters.
bool is_share(const Counts& counts, std::size_t part, std::size_t percent, std::size_t least) {
    return part >= least && 100 * part >= percent * counts.shown;
}

// A word of letters that may be one of a language: with the punctuation around it taken off, and without
// capitals behind the first letter. Lower case; "" for others.
std::string plain_word(std::string_view word) {
    const auto is_around = [](char c) {
        return std::string_view(".,;:!?\"'()").find(c) != std::string_view::npos;
    };
    while (!word.empty() && is_around(word.front()))
        word.remove_prefix(1);
    while (!word.empty() && is_around(word.back()))
        word.remove_suffix(1);
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    if (word.size() < 4 || !is_letter(word.front()) || !std::ranges::all_of(word.substr(1), is_small))
        return {};
    return to_lower(word);
}

// Of a text with lines of base64: whether it is a sentence with a key or the like below, that is, at least
// four words in other lines, and no text in base64.
bool shows_base64(std::string_view text) {
    std::size_t encoded = 0;
    std::size_t encoded_text = 0;
    std::size_t words = 0;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (is_base64(line)) {
            ++encoded;
            encoded_text += is_text_in_base64(std::string(line)) ? 1 : 0;
            continue;
        }
        while (!(line = trim(line)).empty()) {
            const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
            words += plain_word(line.substr(0, end)).empty() ? 0 : 1;
            line.remove_prefix(end);
        }
    }
    return words >= 4 && 2 * encoded_text < encoded;
}

bool is_vowel(char c) {
    return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

// Neighbours that hardly any language in Latin letters has: for each letter those that do not follow it.
constexpr std::array<std::string_view, 26> not_after = {"",
                                                        "fgkpqxz",
                                                        "dfgmpvwx",
                                                        "qx",
                                                        "",
                                                        "bdhjkmpqvwxz",
                                                        "bcjpqvx",
                                                        "fgjkpqxz",
                                                        "",
                                                        "bcdfghklmnpqrstvwxyz",
                                                        "bgqxz",
                                                        "qx",
                                                        "gjqxz",
                                                        "x",
                                                        "",
                                                        "bdgjqvwxz",
                                                        "bcdefghjklmnopqrstvwxyz",
                                                        "qx",
                                                        "x",
                                                        "qx",
                                                        "",
                                                        "bcfghjkmpqwxz",
                                                        "fgjmpqvxz",
                                                        "bdgjkmnrvwxz",
                                                        "",
                                                        "bfgjqrsxc"};

// What a word of four letters and more has that nobody can pronounce.
struct Oddity {
    std::size_t neighbours = 0; // as above
    bool unpronounceable = false;
};

Oddity oddity_of(std::string_view word) {
    std::size_t run = 0;
    std::size_t longest = 0;
    Oddity oddity;
    for (std::size_t i = 0; i < word.size(); ++i) {
        run = is_vowel(word[i]) ? 0 : run + 1;
        longest = std::max(longest, run);
        if (i > 0 &&
            not_after[static_cast<std::size_t>(word[i - 1] - 'a')].find(word[i]) != std::string_view::npos)
            ++oddity.neighbours;
    }
    oddity.unpronounceable = longest == word.size() || longest >= 5 || 8 * oddity.neighbours >= word.size();
    return oddity;
}

// Of a text.
struct Gibberish {
    std::size_t letters = 0;   // in plain words
    std::size_t odd = 0;       // in those that are unpronounceable
    std::size_t pairs = 0;     // of neighbours in plain words
    std::size_t odd_pairs = 0; // of such as hardly any language has
    std::size_t shown = 0;     // all octets that are no blanks
    std::size_t in_prose = 0;  // letters in lines of at least four plain words and next to nothing else
};

void add_line(std::string_view line, Gibberish& counts) {
    std::size_t words = 0;
    std::size_t others = 0;
    std::size_t letters = 0;
    while (!(line = trim(line)).empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
        const std::string word = plain_word(line.substr(0, end));
        line.remove_prefix(end);
        counts.shown += end;
        if (word.empty()) {
            ++others;
            continue;
        }
        const Oddity oddity = oddity_of(word);
        ++words;
        letters += word.size();
        counts.odd += oddity.unpronounceable ? word.size() : 0;
        counts.pairs += word.size() - 1;
        counts.odd_pairs += oddity.neighbours;
    }
    counts.letters += letters;
    counts.in_prose += words >= 4 && 4 * others <= words ? letters : 0;
}

} // namespace

std::string reason_for_garbled(std::string_view text) {
    const Counts counts = count(text);
    if (is_share(counts, counts.replaced, 20, 5))
        return "octets that the charset does not know";
    if (is_share(counts, counts.controls, 10, 8))
        return "control characters";
    if (is_share(counts, counts.shifted, 20, 8))
        return "ISO 2022 read as ASCII";
    // Who asks again and again asks with one word of them, or with words that are alike.
    if (is_share(counts, counts.question, 50, 8) && counts.lost_words >= 3 &&
        counts.longest_lost > counts.shortest_lost)
        return "letters lost to question marks";
    if (is_share(counts, counts.encoded, 40, 24))
        return "a transfer encoding that was not undone";
    if (is_share(counts, counts.base64, 60, 100) && !shows_base64(text))
        return "base64 that was not undone";
    return counts.wide_letters < 6 ? std::string() : reason_for_misread(counts.wide, counts.shown);
}

bool is_gibberish(std::string_view text) {
    Gibberish counts;
    while (!text.empty())
        add_line(take_line(text), counts);
    // Names of functions and abbreviations have no vowels either, but neighbours that languages have.
    return counts.letters >= 40 && 2 * counts.letters >= counts.shown && 2 * counts.odd >= counts.letters &&
           11 * counts.odd_pairs >= 2 * counts.pairs && 2 * counts.in_prose >= counts.letters;
}

} // namespace columbarium::triage
