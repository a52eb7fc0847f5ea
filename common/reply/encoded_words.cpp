// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/encoded_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::reply {

namespace {

constexpr std::size_t longest_line = 76; // RFC 2047 section 2
constexpr std::size_t word_content = 54; // a word of 66, which fits behind the name of its field

// An ASCII text that nobody takes for an encoded word.
bool is_plain(std::string_view text) {
    return is_ascii(text) && !has_control(text) && text.find("=?") == std::string_view::npos;
}

// Puts words one behind the other, on lines of at most longest_line as far as they are not longer themselves.
class Lines {
  public:
    explicit Lines(std::size_t used) : used_(used) {}

    void add(std::string_view word) {
        if (is_started_ && used_ + 1 + word.size() > longest_line) {
            text_ += "\n ";
            used_ = 1;
        } else if (is_started_) {
            text_ += ' ';
            ++used_;
        }
        text_ += word;
        used_ += word.size();
        is_started_ = true;
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::size_t used_;
    bool is_started_ = false;
};

std::string_view take_word(std::string_view& text) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
    return word;
}

// The octets of a character as encoding "Q" has them; what may stand in a phrase stays (section 5, rule 3).
std::string encoded(std::string_view character) {
    if (character == " ")
        return "_";
    if (character.size() == 1 && (is_letter(character.front()) || is_digit(character.front())))
        return std::string(character);
    std::string text;
    for (const char octet : character)
        text += fmt::format("={:02X}", static_cast<unsigned char>(octet));
    return text;
}

// Characters stay whole: each word can be decoded by itself (section 5). Not base64: GMime, and others by it,
// decodes a word that ends with "=" together with the next, and loses that.
void add_encoded(Lines& lines, std::string_view text) {
    std::string word;
    while (!text.empty()) {
        const std::string_view character = text.substr(0, first_character(text).octets);
        text.remove_prefix(character.size());
        const std::string next = encoded(character);
        if (word.size() + next.size() > word_content) {
            lines.add(fmt::format("=?utf-8?Q?{}?=", word));
            word.clear();
        }
        word += next;
    }
    if (!word.empty())
        lines.add(fmt::format("=?utf-8?Q?{}?=", word));
}

bool is_atom(std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) {
        return is_letter(c) || is_digit(c) ||
               std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    });
}

// Whether it is made of atoms with single blanks between them (RFC 5322 section 3.2.5).
bool is_phrase(std::string_view name) {
    while (!name.empty())
        if (!is_atom(take_word(name)))
            return false;
    return true;
}

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

} // namespace

std::string unstructured(std::string_view line, std::size_t used) {
    Lines lines(used);
    while (!line.empty() && is_plain(line.substr(0, line.find(' '))))
        lines.add(take_word(line));
    add_encoded(lines, line);
    return lines.take();
}

std::string mailbox(std::string_view name, std::string_view address, std::size_t used) {
    if (name.empty())
        return std::string(address);
    Lines lines(used);
    const bool is_short = name.size() <= longest_line; // a quoted string is not folded
    if (is_plain(name) && is_short && is_phrase(name))
        while (!name.empty())
            lines.add(take_word(name));
    else if (is_plain(name) && is_short)
        lines.add(quoted(name));
    else
        add_encoded(lines, name);
    lines.add(fmt::format("<{}>", address));
    return lines.take();
}

} // namespace columbarium::reply
