// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::triage {

namespace {

using Names = std::array<std::string_view, 5>;

// What browsers do not show; title and head hold text that is no body's.
constexpr Names hidden_elements = {"style", "script", "title", "template", "noframes"};

constexpr std::array<std::string_view, 30> block_elements = {
    "br",   "p",   "div",   "tr",     "li",     "ul",     "ol",      "h1",      "h2",         "h3",
    "h4",   "h5",  "h6",    "hr",     "dl",     "dt",     "dd",      "pre",     "article",    "section",
    "main", "nav", "table", "header", "footer", "center", "caption", "address", "blockquote", "textarea"};

struct Entity {
    std::string_view name;
    char32_t code;
};

// Those that mail holds beside the numeric ones.
constexpr Entity entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"copy", 0xa9},    {"reg", 0xae},      {"trade", 0x2122}, {"euro", 0x20ac},
    {"pound", 0xa3},   {"yen", 0xa5},     {"cent", 0xa2},     {"sect", 0xa7},    {"deg", 0xb0},
    {"middot", 0xb7},  {"bull", 0x2022},  {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c},  {"rdquo", 0x201d}, {"laquo", 0xab},
    {"raquo", 0xbb},   {"auml", 0xe4},    {"ouml", 0xf6},     {"uuml", 0xfc},    {"Auml", 0xc4},
    {"Ouml", 0xd6},    {"Uuml", 0xdc},    {"szlig", 0xdf},    {"agrave", 0xe0},  {"aacute", 0xe1},
    {"acirc", 0xe2},   {"atilde", 0xe3},  {"aring", 0xe5},    {"aelig", 0xe6},   {"ccedil", 0xe7},
    {"egrave", 0xe8},  {"eacute", 0xe9},  {"ecirc", 0xea},    {"euml", 0xeb},    {"igrave", 0xec},
    {"iacute", 0xed},  {"icirc", 0xee},   {"iuml", 0xef},     {"ntilde", 0xf1},  {"ograve", 0xf2},
    {"oacute", 0xf3},  {"ocirc", 0xf4},   {"otilde", 0xf5},   {"oslash", 0xf8},  {"ugrave", 0xf9},
    {"uacute", 0xfa},  {"ucirc", 0xfb},   {"Agrave", 0xc0},   {"Eacute", 0xc9},  {"Egrave", 0xc8},
    {"Ccedil", 0xc7},  {"Ntilde", 0xd1},  {"Oslash", 0xd8},   {"Aring", 0xc5},   {"oelig", 0x153},
    {"iquest", 0xbf},  {"iexcl", 0xa1},   {"times", 0xd7},    {"zwnj", 0},       {"shy", 0}};

constexpr std::size_t entity_length_limit = 10; // between "&" and ";"

template <class List>
bool holds(const List& names, std::string_view name) {
    return !name.empty() && std::ranges::any_of(names, [name](std::string_view known) {
        return !known.empty() && known.front() == name.front() && known == name;
    });
}

// The character of a reference such as "&#1087;" or "&auml;" without "&" and ";"; false where it is none.
bool read_reference(std::string_view reference, char32_t& code) {
    if (reference.starts_with('#')) {
        reference.remove_prefix(1);
        int base = 10;
        if (reference.starts_with('x') || reference.starts_with('X')) {
            reference.remove_prefix(1);
            base = 16;
        }
        std::uint32_t number = 0;
        const char* const end = reference.data() + reference.size();
        const auto [last, error] = std::from_chars(reference.data(), end, number, base);
        if (error != std::errc() || last != end || reference.empty())
            return false;
        const bool shown = number >= ' ' && (number < 0x7f || number > 0x9f);
        code = number == '\n' || number == '\t' || number == 0xa0 ? U' '
               : shown && g_unichar_validate(number)              ? char32_t(number)
                                                                  : char32_t(0);
        return true;
    }
    for (const Entity& entity : entities)
        if (entity.name == reference) {
            code = entity.code;
            return true;
        }
    return false;
}

class Reader {
  public:
    Reader(std::string_view html, std::size_t limit) : rest_(html), limit_(limit) {
        text_.reserve(std::min(html.size(), limit) + 8);
    }

    std::string read() {
        while (!rest_.empty() && text_.size() < limit_) {
            const auto mark = std::ranges::find_if(rest_, [](char c) { return c == '<' || c == '&'; });
            const auto plain = static_cast<std::size_t>(mark - rest_.begin());
            add_text(rest_.substr(0, plain));
            rest_.remove_prefix(plain);
            if (rest_.starts_with('<'))
                pass_markup();
            else if (rest_.starts_with('&'))
                pass_reference();
        }
        text_.resize(cut_at_character(text_, limit_).size());
        return std::move(text_);
    }

  private:
    // Runs of white space are one blank; none at the beginning of a line. Where the text is laid out already
    // its lines stay, and an indented one keeps one blank.
    void add_text(std::string_view text) {
        while (!text.empty()) {
            const auto word = std::ranges::find_if(text, is_space);
            const auto length = static_cast<std::size_t>(word - text.begin());
            if (length > 0) {
                begin_word();
                text_.append(text, 0, length);
                text.remove_prefix(length);
            }
            const auto next = std::ranges::find_if_not(text, is_space);
            const std::string_view space = text.substr(0, static_cast<std::size_t>(next - text.begin()));
            text.remove_prefix(space.size());
            if (preformatted_ > 0 && space.find('\n') != std::string_view::npos) {
                end_line();
                blank_ = space.back() != '\n';
            } else {
                blank_ |= !space.empty();
            }
        }
    }

    void begin_word() {
        if (text_.empty() || text_.back() == '\n') {
            for (int depth = 0; depth < std::min(quoted_, 3); ++depth)
                text_ += "> ";
            if (blank_ && preformatted_ > 0)
                text_ += ' ';
        } else if (blank_) {
            text_ += ' ';
        }
        blank_ = false;
    }

    void end_line() {
        if (!text_.empty() && text_.back() != '\n')
            text_ += '\n';
        blank_ = false;
    }

    void add_literal() {
        begin_word();
        text_ += rest_.front();
        rest_.remove_prefix(1);
    }

    void pass_reference() {
        const std::size_t end = rest_.substr(0, entity_length_limit + 2).find(';');
        char32_t code = 0;
        if (end == std::string_view::npos || !read_reference(rest_.substr(1, end - 1), code)) {
            add_literal();
            return;
        }
        rest_.remove_prefix(end + 1);
        if (code == ' ') {
            blank_ = true;
        } else if (code != 0) {
            begin_word();
            std::array<char, 6> octets{};
            text_.append(octets.data(), static_cast<std::size_t>(g_unichar_to_utf8(code, octets.data())));
        }
    }

    // A tag, a comment or another declaration; else "<" stands for itself.
    void pass_markup() {
        if (rest_.starts_with("<!--")) {
            const std::size_t end = rest_.find("-->", 4);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 3);
            return;
        }
        const char second = rest_.size() > 1 ? rest_[1] : ' ';
        const bool is_tag = is_letter(second) || second == '/' || second == '!' || second == '?';
        const std::size_t end = is_tag && !no_more_ends_ ? rest_.find('>') : std::string_view::npos;
        if (end == std::string_view::npos) {
            no_more_ends_ |= is_tag;
            add_literal();
            return;
        }
        std::string_view tag = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        const bool closes = tag.starts_with('/');
        if (closes)
            tag.remove_prefix(1);
        const auto is_name = [](char c) { return is_letter(c) || is_digit(c); };
        const auto name_end = std::ranges::find_if_not(tag, is_name);
        pass_element(to_lower(tag.substr(0, static_cast<std::size_t>(name_end - tag.begin()))), closes);
    }

    void pass_element(const std::string& name, bool closes) {
        if (!closes && holds(hidden_elements, name)) {
            pass_until_end_of(name);
        } else if (name == "td" || name == "th") {
            blank_ = true;
        } else if (holds(block_elements, name)) {
            end_line();
            const int change = closes ? -1 : 1;
            if (name == "blockquote")
                quoted_ = std::max(quoted_ + change, 0);
            else if (name == "pre" || name == "textarea")
                preformatted_ = std::max(preformatted_ + change, 0);
        }
    }

    // A hidden element that is never closed hides the rest.
    void pass_until_end_of(const std::string& name) {
        for (std::size_t at = rest_.find("</"); at != std::string_view::npos; at = rest_.find("</", at + 2))
            if (starts_with_ignoring_case(rest_.substr(at + 2), name)) {
                const std::size_t end = rest_.find('>', at);
                rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
                return;
            }
        rest_ = {};
    }

    std::string_view rest_;
    std::size_t limit_;
    std::string text_;
    int quoted_ = 0;
    int preformatted_ = 0;
    bool blank_ = false;        // white space before the next word
    bool no_more_ends_ = false; // there is no ">" in the rest
};

} // namespace

std::string text_of_html(std::string_view html, std::size_t limit) {
    return Reader(html, limit).read();
}

} // namespace columbarium::triage
