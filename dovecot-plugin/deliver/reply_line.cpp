// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/reply_line.hpp"

#include <algorithm>
#include <optional>

namespace columbarium::deliver {

namespace {

using tombstone::Handed;

constexpr std::size_t longest_text = 400; // a reply line is 512 octets at most (RFC 5321 section 4.5.3.1.5)

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Takes the code at the beginning of `line` off it, with the blank behind it.
std::optional<unsigned> take_code(std::string_view& line) {
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit))
        return std::nullopt;
    if (line.size() > 3 && line[3] != ' ')
        return std::nullopt;
    unsigned code = 0;
    for (const char digit : line.substr(0, 3))
        code = code * 10 + static_cast<unsigned>(digit - '0');
    line.remove_prefix(std::min<std::size_t>(4, line.size()));
    return code;
}

// Digits at the beginning, one to three of them; 0 for none.
std::size_t digits(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    return end <= 3 ? end : 0;
}

// Takes an enhanced code of this class off.
std::string take_enhanced(std::string_view& line, char status_class) {
    if (line.size() < 5 || line[0] != status_class || line[1] != '.')
        return {};
    const std::size_t subject = digits(line.substr(2));
    const std::size_t dot = 2 + subject;
    if (subject == 0 || dot >= line.size() || line[dot] != '.')
        return {};
    const std::size_t detail = digits(line.substr(dot + 1));
    const std::size_t end = dot + 1 + detail;
    if (detail == 0 || (end < line.size() && line[end] != ' '))
        return {};
    std::string code(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    return code;
}

std::string shown(std::string_view text) {
    std::string result;
    for (const char letter : text.substr(0, longest_text))
        result += letter >= ' ' && letter <= '~' ? letter : '?';
    return result;
}

// What stands behind "... failed: ", where the host put the server's reply, or its own words.
std::string_view what_was_said(std::string_view error, std::string_view behind) {
    const std::size_t at = error.find(behind);
    return at == std::string_view::npos ? std::string_view() : error.substr(at + behind.size());
}

bool begins_with_code(std::string_view text) {
    return take_code(text).has_value();
}

} // namespace

ReplyLine read_reply_line(std::string_view line) {
    const auto code = take_code(line);
    if (!code || *code < 400 || *code > 599)
        return {};
    ReplyLine reply;
    reply.code = *code;
    const char status_class = *code < 500 ? '4' : '5';
    reply.enhanced = take_enhanced(line, status_class);
    if (reply.enhanced.empty())
        reply.enhanced = std::string(1, status_class) + ".0.0";
    reply.text = shown(line);
    return reply;
}

Sent read_submission(int status, std::string_view error) {
    if (status > 0)
        return {Handed::over, ""};
    const std::string said = shown(error);
    if (status == 0)
        return {Handed::never, said};
    // The host's own words for a sendmail that was killed, or took too long.
    if (error == "Failed to execute sendmail")
        return {Handed::unknown, said};
    const std::string_view to_data = what_was_said(error, "): DATA failed: ");
    return {to_data.empty() || begins_with_code(to_data) ? Handed::not_now : Handed::unknown, said};
}

bool was_answered(const Sent& sent) {
    return sent.handed == Handed::over || sent.handed == Handed::never ||
           begins_with_code(what_was_said(sent.said, " failed: "));
}

ReplyLine refusal_of(const Sent& sent) {
    const bool is_permanent = sent.handed == Handed::never;
    const char status_class = is_permanent ? '5' : '4';
    if (const std::string_view said = what_was_said(sent.said, " failed: ");
        begins_with_code(said) && said.front() == status_class)
        return read_reply_line(said);
    if (is_permanent)
        return {554, "5.4.0", "The next server does not take this message"};
    return {451, "4.4.0", "The next server cannot take this message now"};
}

} // namespace columbarium::deliver
