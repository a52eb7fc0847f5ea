// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_clutter.hpp"

#include <algorithm>
#include <vector>

#include <re2/re2.h>

#include "base/ascii.hpp"

namespace columbarium::desk {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t longest_attribution = 3; // lines
constexpr std::size_t longest_signature = 12;  // lines

// Made once and never destroyed, see subject.cpp.
struct Patterns {
    // What some programs put above the message that is answered.
    re2::RE2 original_mark{"(?i) *-{2,} *(?:original message|original-nachricht|ursprüngliche nachricht|"
                           "message d'origine|mensaje original|mensagem original|messaggio originale|"
                           "oorspronkelijk bericht|originalmeddelande|исходное сообщение|"
                           "оригинальное сообщение|原始邮件|原始郵件) *-{2,} *"};
    // "On Mon, 15 Jun 2026 at 12:00, Anna wrote:" has a verb, and an address, a date or a time.
    re2::RE2 verb{
        "(?i)\\b(?:wrote|writes|schrieb|schreibt|schreef|skrev|escreveu|scritto|kirjoitti)\\b|écrit|"
        "escribió|napisał|napsal|пишет|писал|写道|寫道"};
    re2::RE2 moment{"@|\\b(?:19|20)[0-9]{2}\\b|[0-9]{1,2}[:.][0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/"};
    // Where such a line of two or three begins.
    re2::RE2 opener{"(?i)^(?:on|am|le|el|em|il|op|den|på|w dniu|dne)\\b"};
};

const Patterns& patterns() {
    static const auto* const made = new Patterns;
    return *made;
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

bool is_quote(std::string_view line) {
    return line.starts_with('>');
}

bool is_empty(std::string_view line) {
    return trim(line).empty();
}

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty())
        lines.push_back(take_line(text));
    return lines;
}

void append(std::string& text, const Lines& lines, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
        text.append(lines[i]).append("\n");
}

// Where empty lines before `end` begin.
std::size_t before_empty(const Lines& lines, std::size_t end) {
    while (end > 0 && is_empty(lines[end - 1]))
        --end;
    return end;
}

// Where the lines begin that lead in a quote and end before `end`; `end` where there are none, and nothing is
// left to cut (lines.size()) where the writer leads it in himself.
std::size_t before_attribution(const Lines& lines, std::size_t end) {
    if (end == 0 || !trim(lines[end - 1]).ends_with(':'))
        return end;
    std::size_t found = lines.size();
    std::string paragraph;
    for (std::size_t begin = end;
         begin > 0 && end - begin < longest_attribution && !is_empty(lines[begin - 1]);) {
        --begin;
        paragraph.insert(0, std::string(lines[begin]) + " ");
        if ((begin + 1 == end || RE2::PartialMatch(piece(lines[begin]), patterns().opener)) &&
            RE2::PartialMatch(paragraph, patterns().verb) && RE2::PartialMatch(paragraph, patterns().moment))
            found = begin;
    }
    return found;
}

bool has_words(std::string_view line) {
    return std::ranges::any_of(line, [](char c) { return is_letter(c) || is_digit(c) || !is_ascii(c); });
}

// Whether the writer goes on behind a quoted line.
bool goes_on(Lines::const_iterator begin, Lines::const_iterator end) {
    const auto quote = std::find_if(begin, end, is_quote);
    return std::any_of(quote, end, [](std::string_view line) { return !is_quote(line) && has_words(line); });
}

// Where the signature at the end begins (RFC 3676 section 4.3); lines.size() where there is none.
std::size_t signature_begin(const Lines& lines) {
    for (std::size_t i = lines.size(); i > 0 && lines.size() - i < longest_signature; --i)
        if (lines[i - 1] == "-- " || lines[i - 1] == "--")
            return i - 1;
    return lines.size();
}

// Where the quotes at the end begin; lines.size() where there are none.
std::size_t quotes_begin(const Lines& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (RE2::FullMatch(piece(lines[i]), patterns().original_mark))
            return goes_on(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.end()) ? lines.size() : i;
    std::size_t begin = lines.size();
    bool has_quote = false;
    while (begin > 0 && (is_quote(lines[begin - 1]) || is_empty(lines[begin - 1]))) {
        has_quote = has_quote || is_quote(lines[begin - 1]);
        --begin;
    }
    return has_quote ? before_attribution(lines, begin) : lines.size();
}

// RFC 9580 section 7: takes off the armour of a text that is signed as a whole.
bool take_off_armour(Lines& lines) {
    const auto begin = std::ranges::find_if(lines, [](std::string_view line) { return !is_empty(line); });
    if (begin == lines.end() || trim(*begin) != "-----BEGIN PGP SIGNED MESSAGE-----")
        return false;
    const auto text = std::find_if(begin, lines.end(), is_empty); // behind Hash: fields
    const auto is = [](std::string_view wanted) {
        return [wanted](std::string_view line) { return trim(line) == wanted; };
    };
    const auto signature = std::find_if(text, lines.end(), is("-----BEGIN PGP SIGNATURE-----"));
    const auto end = std::find_if(signature, lines.end(), is("-----END PGP SIGNATURE-----"));
    if (end == lines.end())
        return false;
    Lines inside;
    for (auto line = text + 1; line < signature; ++line)
        inside.push_back(line->starts_with("- ") ? line->substr(2) : *line);
    inside.insert(inside.end(), end + 1, lines.end());
    lines = std::move(inside);
    return true;
}

} // namespace

Decluttered decluttered(std::string_view text, bool is_answer) {
    Lines lines = lines_of(text);
    Decluttered result;
    result.had_pgp_signature = take_off_armour(lines);
    const std::size_t signature = is_answer ? signature_begin(lines) : lines.size();
    const Lines body(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(signature));
    const std::size_t quotes = is_answer ? quotes_begin(body) : body.size();
    const auto first_quote = body.begin() + static_cast<std::ptrdiff_t>(quotes);
    const auto is_own = [](std::string_view line) { return !is_quote(line) && has_words(line); };
    if (quotes == body.size() || !std::any_of(body.begin(), first_quote, is_own)) {
        append(result.text, lines, 0, lines.size());
        return result;
    }
    result.quoted_lines = static_cast<std::size_t>(
        std::count_if(first_quote, body.end(), [](std::string_view line) { return !is_empty(line); }));
    append(result.text, body, 0, before_empty(body, quotes));
    if (signature < lines.size())
        result.text += '\n';
    append(result.text, lines, signature, lines.size());
    return result;
}

} // namespace columbarium::desk
