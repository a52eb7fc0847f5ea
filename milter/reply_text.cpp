// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/reply_text.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace columbarium::milter {

namespace {

bool is_code(std::string_view word) {
    return word.size() == 3 && (word[0] == '4' || word[0] == '5') &&
           std::all_of(word.begin(), word.end(), is_digit);
}

// RFC 3463: "5.1.6", of the same class as the code.
bool is_enhanced(std::string_view word, char code_class) {
    return word.size() >= 5 && word[0] == code_class && word[1] == '.' &&
           std::count(word.begin(), word.end(), '.') == 2 && is_digit(word.back()) &&
           std::all_of(word.begin(), word.end(), [](char c) { return c == '.' || is_digit(c); });
}

std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

} // namespace

ReplyText reply_text(std::string_view reply) {
    const std::string_view code = take_word(reply);
    if (!is_code(code))
        return {"451", "4.3.0", ""};
    ReplyText result{std::string(code), "", ""};
    std::string_view rest = reply;
    if (const std::string_view enhanced = take_word(rest); is_enhanced(enhanced, code[0])) {
        result.enhanced = enhanced;
        reply = rest;
    }
    for (const char c : reply.substr(0, 400)) {
        result.text += is_control(c) || !is_ascii(c) ? '?' : c;
        if (c == '%')
            result.text += '%';
    }
    return result;
}

} // namespace columbarium::milter
