// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/reply_line.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"

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

// The code that goes with DATA (RFC 5321 section 4.3.2) and says nearly the same. The host ends the
// connection at a first reply of 421, and takes none from 560 on.
unsigned after_data(unsigned code) {
    constexpr std::array temporary{450U, 451U, 452U};
    constexpr std::array permanent{550U, 552U, 553U, 554U};
    if (code < 500)
        return std::ranges::find(temporary, code) == temporary.end() ? 451 : code;
    return std::ranges::find(permanent, code) == permanent.end() ? 554 : code;
}

// The server's reply, taken to its parts, with the code that it had.
struct Said {
    unsigned code = 0; // 0: it said nothing
    std::string enhanced;
    bool names_relaying = false;
};

Said reply_in(std::string_view said) {
    std::string_view line = what_was_said(said, " failed: ");
    const auto code = take_code(line);
    if (!code)
        return {};
    Said reply{*code, take_enhanced(line, *code < 500 ? '4' : '5'), false};
    const std::string text = to_lower(line);
    reply.names_relaying =
        text.find("relay") != std::string::npos || text.find("rcpthosts") != std::string::npos;
    return reply;
}

bool is_about_address(const Said& reply) {
    return reply.enhanced.starts_with("5.1.");
}

// Exim ("relay not permitted") and qmail ("not in my list of allowed rcpthosts") have no enhanced code for
// it.
bool is_about_policy(const Said& reply) {
    return reply.enhanced.starts_with("5.7.") || (reply.enhanced.empty() && reply.names_relaying);
}

// Before the data: of the recipient, or of the sender, and not of who hands the mail over.
bool is_final_before_data(const Said& reply) {
    switch (reply.code) {
    case 550:
    case 551:
    case 553:
        return !is_about_policy(reply);
    case 554:
        return is_about_address(reply);
    case 556: // RFC 7504: the domain takes no mail
        return true;
    default:
        return false;
    }
}

bool is_final_after_data(const Said& reply) {
    constexpr std::array final_codes{550U, 551U, 552U, 553U, 554U};
    return std::ranges::find(final_codes, reply.code) != final_codes.end();
}

} // namespace

ReplyLine read_reply_line(std::string_view line) {
    const auto code = take_code(line);
    if (!code || *code < 400 || *code > 599)
        return {};
    ReplyLine reply;
    reply.code = after_data(*code);
    const char status_class = *code < 500 ? '4' : '5';
    reply.enhanced = take_enhanced(line, status_class);
    if (reply.enhanced.empty())
        reply.enhanced = *code == 421 ? "4.4.0" : std::string(1, status_class) + ".0.0";
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

bool is_unreachable(const Sent& sent) {
    if (sent.handed == Handed::over || sent.handed == Handed::never ||
        begins_with_code(what_was_said(sent.said, " failed: ")))
        return false;
    // The host's own words.
    constexpr std::array<std::string_view, 6> signs{
        "timed out",         "Timed out", "Failed to connect", "Failed to lookup", "STARTTLS not supported",
        "Failed to execute", // a sendmail that takes too long, too
    };
    return std::ranges::any_of(
        signs, [&](std::string_view sign) { return sent.said.find(sign) != std::string::npos; });
}

Sent as_forward(Sent sent) {
    const Said reply = reply_in(sent.said);
    if (sent.handed == Handed::never && reply.code != 0) {
        const bool is_after_data = !what_was_said(sent.said, "): DATA failed: ").empty();
        if (is_after_data ? is_final_after_data(reply) : is_final_before_data(reply))
            return sent;
        sent.handed = Handed::not_now;
        sent.is_ours_to_mend = true;
    } else if (sent.handed == Handed::not_now) {
        sent.is_ours_to_mend = reply.code == 421 || reply.code == 454;
    }
    return sent;
}

bool is_refusal_of_recipient(const Sent& sent) {
    const Said reply = reply_in(sent.said);
    return sent.handed == Handed::never && reply.code >= 550 && reply.code <= 553 && is_about_address(reply);
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
