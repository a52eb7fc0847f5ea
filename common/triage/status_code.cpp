// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/status_code.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace columbarium::triage {

namespace {

// Length of the status code "c.sss.ddd" at the start of the text, or 0. Classes are 2, 4 and 5; subject and
// detail are 1 to 3 digits without leading zeros; no further digit or ".digit" follows.
std::size_t code_length(std::string_view text) {
    if (text.empty() || (text[0] != '2' && text[0] != '4' && text[0] != '5'))
        return 0;
    std::size_t at = 1;
    for (int number = 0; number < 2; ++number) {
        if (at >= text.size() || text[at] != '.')
            return 0;
        const std::size_t start = ++at;
        while (at < text.size() && is_digit(text[at]))
            ++at;
        const std::size_t digits = at - start;
        if (digits == 0 || digits > 3 || (digits > 1 && text[start] == '0'))
            return 0;
        // RFC 3463 section 3: subjects are 0 to 7.
        if (number == 0 && (digits > 1 || text[start] > '7'))
            return 0;
    }
    const bool goes_on = at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
    const bool is_word = at < text.size() && (is_letter(text[at]) || text[at] == '_');
    return goes_on || is_word ? 0 : at;
}

// Whether a code may begin behind this character: not inside a number, a word or a host address.
bool may_precede(char c) {
    return !is_digit(c) && !is_letter(c) && c != '.' && c != '_' && c != '/' && c != '@';
}

// Whether a code of a text stands where servers and gateways write one: at the start of a line, behind a
// sign, a reply code or a word that announces it. Versions ("Exim 4.94.2") and dates do not.
bool is_announced(std::string_view before) {
    while (!before.empty() && is_blank(before.back()))
        before.remove_suffix(1);
    if (before.empty() ||
        std::string_view("\n\r#([<:;\"'=-,>|").find(before.back()) != std::string_view::npos)
        return true;
    const std::size_t size = before.size();
    const bool reply_code = size >= 3 && is_digit(before[size - 1]) && is_digit(before[size - 2]) &&
                            (before[size - 3] == '4' || before[size - 3] == '5') &&
                            (size == 3 || !is_digit(before[size - 4]));
    if (reply_code)
        return true;
    static constexpr std::array<std::string_view, 8> words{"status", "code", "error",  "said",
                                                           "dsn",    "smtp", "failed", "reason"};
    return std::ranges::any_of(words, [before](std::string_view word) {
        return before.size() >= word.size() &&
               equals_ignoring_case(before.substr(before.size() - word.size()), word);
    });
}

struct ReplyStatus {
    std::string_view reply_code;
    std::string_view status;
};

// Reply codes that say as much as an enhanced one.
constexpr std::array<ReplyStatus, 9> reply_statuses{{
    {"421", "4.4.2"},
    {"450", "4.2.0"},
    {"452", "4.3.1"},
    {"501", "5.5.4"},
    {"551", "5.1.6"},
    {"552", "5.2.2"},
    {"553", "5.1.3"},
    {"555", "5.5.4"},
    {"556", "5.1.10"},
}};

} // namespace

std::string status_code_in_field(std::string_view raw) {
    const std::string_view value = trim(raw);
    return std::string(value.substr(0, code_length(value)));
}

std::string status_code_in_text(std::string_view text) {
    std::string_view first;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && !may_precede(text[i - 1]))
            continue;
        const std::size_t length = code_length(text.substr(i));
        if (length == 0 || text[i] == '2' || !is_announced(text.substr(0, i)))
            continue;
        const std::string_view code = text.substr(i, length);
        if (is_specific(code))
            return std::string(code);
        if (first.empty())
            first = code;
    }
    return std::string(first);
}

std::string reply_code_in_text(std::string_view text) {
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
        const bool candidate = (text[i] == '4' || text[i] == '5') && text[i + 1] >= '0' &&
                               text[i + 1] <= '7' && is_digit(text[i + 2]);
        if (!candidate || (i > 0 && !may_precede(text[i - 1])))
            continue;
        const char next = i + 3 < text.size() ? text[i + 3] : '\n';
        if (next != ' ' && next != '-' && next != '\n' && next != ']' && next != ')' && next != ':' &&
            next != ',')
            continue;
        // "500 messages", "after 432 hours" are no answers of a server: one begins a line or follows a sign.
        std::size_t before = i;
        while (before > 0 && is_blank(text[before - 1]))
            --before;
        const std::string_view said = text.substr(0, before);
        const char sign = said.empty() ? '\n' : said.back();
        constexpr std::string_view signs = "\n\r:;<>[(#'\"=.-|";
        const bool after_word = said.ends_with("error") || said.ends_with("code") || said.ends_with("said") ||
                                said.ends_with("SMTP") || said.ends_with("with") || said.ends_with("was");
        if (signs.find(sign) != std::string_view::npos || after_word)
            return std::string(text.substr(i, 3));
    }
    return {};
}

bool is_specific(std::string_view status) {
    return !status.empty() && !status.ends_with(".0");
}

std::string status_of_reply_code(std::string_view reply_code) {
    if (reply_code.empty())
        return {};
    for (const ReplyStatus& known : reply_statuses)
        if (known.reply_code == reply_code)
            return std::string(known.status);
    return std::string(reply_code.substr(0, 1)) + ".0.0";
}

} // namespace columbarium::triage
