// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/prose.hpp"

#include <algorithm>

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

class WordCollector {
  public:
    explicit WordCollector(std::size_t limit) : limit_(limit) {}

    [[nodiscard]] bool is_full() const { return prose_.text.size() >= limit_; }

    void add_line(std::string_view line) {
        bool any = false;
        while (!line.empty()) {
            const auto begin = std::ranges::find_if_not(line, is_blank);
            line.remove_prefix(static_cast<std::size_t>(begin - line.begin()));
            const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
            if (const std::string_view word = line.substr(0, end); is_word(word)) {
                prose_.text.append(word).append(" ");
                prose_.letters += static_cast<std::size_t>(std::ranges::count_if(word, is_first_octet));
                ++prose_.words;
                any = true;
            }
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
    std::string_view block; // how the last line of the block begins in which we are
    while (!text.empty() && lines.size() < limit) {
        std::string_view line = take_line(text);
        if (!block.empty()) {
            if (ends_block(line, block))
                block = {};
            continue;
        }
        if (quoted == Quoted::left_out && line == "-- ")
            break;
        line = trim(line);
        if (quoted == Quoted::left_out && line.starts_with('>'))
            continue;
        while (line.starts_with('>'))
            line = trim(line.substr(1));
        block = end_of_block(line);
        if (block.empty() && !line.empty())
            lines.append(cut_at_character(line, limit)).append("\n");
    }
    lines.resize(cut_at_character(lines, limit).size());
    return lines;
}

Prose prose_of(std::string_view lines, std::size_t limit) {
    WordCollector collector(limit);
    while (!lines.empty() && !collector.is_full())
        collector.add_line(take_line(lines));
    return collector.take();
}

} // namespace columbarium::triage
