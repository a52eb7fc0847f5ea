// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/prose.hpp"

#include <algorithm>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::triage {

namespace {

bool is_letter_like(char c) {
    return is_letter(c) || !is_ascii(c);
}

// What may stand around a word, and inside it.
bool is_edge(char c) {
    switch (c) {
    case '.':
    case ',':
    case ';':
    case ':':
    case '!':
    case '?':
    case '"':
    case '\'':
    case '(':
    case ')':
    case '*':
    case '-':
    case '`':
        return true;
    default:
        return false;
    }
}

bool is_joint(char c) {
    return c == '\'' || c == '-' || c == '.';
}

// A word of some language, with its punctuation.
bool is_word(std::string_view word) {
    while (!word.empty() && is_edge(word.front()))
        word.remove_prefix(1);
    while (!word.empty() && is_edge(word.back()))
        word.remove_suffix(1);
    return !word.empty() &&
           std::ranges::all_of(word, [](char c) { return is_letter_like(c) || is_joint(c); }) &&
           (word.size() <= 6 || word.find('.') == std::string_view::npos || !is_ascii(word));
}

// Whether some character of a word beyond ASCII is a letter, or there is a letter of ASCII: quotation marks
// and dashes alone are no word.
bool has_letter(std::string_view word) {
    while (!word.empty()) {
        const Character character = first_character(word);
        if (g_unichar_isalpha(character.code) || !character.valid)
            return true;
        word.remove_prefix(character.octets);
    }
    return false;
}

// Of ASCII, of Latin letters with accents, or a mark that stands among those.
bool goes_with_ascii(const Character& character) {
    const char32_t code = character.code;
    return code < 0x370 || (code >= 0x1e00 && code < 0x1f00) || (code >= 0x2000 && code < 0x2c00);
}

// How much of what has no blanks is of one kind: numbers, names and addresses in Latin letters stand
// between the characters of Chinese without blanks.
std::size_t kind_length(std::string_view text) {
    std::size_t length = 0;
    bool kind = false;
    while (length < text.size()) {
        const Character character = first_character(text.substr(length));
        if (length > 0 && goes_with_ascii(character) != kind)
            break;
        kind = goes_with_ascii(character);
        length += character.octets;
    }
    return length;
}

bool is_hexadecimal(std::string_view word) {
    return word.size() > 1 && std::ranges::all_of(word, [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

// A line of a dump in hexadecimal; some of its numbers look like words ("be", "dead").
bool is_dump(std::string_view line) {
    std::size_t all = 0;
    std::size_t numbers = 0;
    bool digit = false;
    while (!(line = trim(line)).empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
        std::string_view word = line.substr(0, end);
        line.remove_prefix(end);
        while (word.ends_with(':') || word.ends_with(','))
            word.remove_suffix(1);
        const bool number = is_hexadecimal(word);
        ++all;
        numbers += number ? 1 : 0;
        digit |= number && std::ranges::any_of(word, is_digit);
    }
    return digit && numbers >= 4 && 2 * numbers >= all;
}

// Blocks that no person writes: their first lines, and how their last lines begin.
std::string_view end_of_block(std::string_view line) {
    if (line.starts_with("-----BEGIN PGP SIGNED MESSAGE"))
        return {};
    if (line.starts_with("-----BEGIN "))
        return "-----END ";
    if (line.starts_with("begin ") && line.size() > 10 && std::ranges::all_of(line.substr(6, 3), is_digit) &&
        line[9] == ' ')
        return "end";
    return {};
}

bool ends_block(std::string_view line, std::string_view end) {
    return end == "end" ? line == end : line.starts_with(end);
}

// A line without the blanks and the marks of quoted lines around it.
std::string_view unquoted(std::string_view line) {
    line = trim(line);
    while (line.starts_with('>'))
        line = trim(line.substr(1));
    return line;
}

// Octets up to behind the end of a block; `text` begins behind its first line. A block whose end is missing
// (the text was cut) goes on as long as its lines look like those of blocks: it must not take what people
// wrote below.
std::size_t block_length(std::string_view text, std::string_view end) {
    const auto is_inside = [](std::string_view line) {
        for (const char* name :
             {"Version: ", "Comment: ", "Charset: ", "Hash: ", "Proc-Type: ", "DEK-Info: "})
            if (line.starts_with(name))
                return true;
        return std::ranges::all_of(line, [](char c) { return is_ascii(c) && !is_blank(c); });
    };
    std::string_view rest = text;
    std::size_t inside = 0;
    bool still_inside = true;
    while (!rest.empty()) {
        const std::string_view line = unquoted(take_line(rest));
        if (ends_block(line, end))
            return text.size() - rest.size();
        if (!end_of_block(line).empty()) // blocks have no blocks in them
            break;
        still_inside = still_inside && is_inside(line);
        if (still_inside)
            inside = text.size() - rest.size();
    }
    return inside;
}

class WordCollector {
  public:
    explicit WordCollector(std::size_t limit) : limit_(limit) {}

    [[nodiscard]] bool is_full() const { return prose_.text.size() >= limit_; }

    void add_line(std::string_view line) {
        bool any = false;
        while (!(line = trim(line)).empty()) {
            const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
            any |= add_words(line.substr(0, end));
            line.remove_prefix(end);
        }
        if (any)
            prose_.text.back() = '\n';
    }

    Prose take() {
        prose_.text.resize(cut_at_character(prose_.text, limit_).size());
        return std::move(prose_);
    }

  private:
    // What stands between blanks. False where no word is in it.
    bool add_words(std::string_view text) {
        if (is_word(text))
            return add_word(text);
        bool any = false;
        while (!text.empty()) {
            const std::size_t length = kind_length(text);
            const std::string_view word = text.substr(0, length);
            text.remove_prefix(length);
            if (!goes_with_ascii(first_character(word)))
                any |= add_word(word);
        }
        return any;
    }

    bool add_word(std::string_view word) {
        if (!has_letter(word))
            return false;
        prose_.text.append(word).append(" ");
        prose_.letters += static_cast<std::size_t>(std::ranges::count_if(word, is_first_octet));
        ++prose_.words;
        return true;
    }

    // Of a letter; what follows in UTF-8 is not counted.
    static bool is_first_octet(char c) {
        return is_letter_like(c) && (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }

    std::size_t limit_;
    Prose prose_;
};

} // namespace

std::string lines_of(std::string_view text, Quoted quoted, std::size_t limit) {
    std::string lines;
    while (!text.empty() && lines.size() < limit) {
        std::string_view line = take_line(text);
        if (quoted == Quoted::left_out && line == "-- ")
            break;
        if (quoted == Quoted::left_out && trim(line).starts_with('>'))
            continue;
        line = unquoted(line);
        if (const std::string_view end = end_of_block(line); !end.empty())
            text.remove_prefix(block_length(text, end));
        else if (!line.empty())
            lines.append(cut_at_character(line, limit)).append("\n");
    }
    lines.resize(cut_at_character(lines, limit).size());
    return lines;
}

Prose prose_of(std::string_view lines, std::size_t limit) {
    WordCollector collector(limit);
    while (!lines.empty() && !collector.is_full())
        if (const std::string_view line = take_line(lines); !is_dump(line))
            collector.add_line(line);
    return collector.take();
}

} // namespace columbarium::triage
