// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/forward_mark.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/utf8.hpp"

namespace columbarium::triage {

namespace {

constexpr std::size_t field_limit = 400; // octets of a field's body
constexpr std::size_t desk_limit = 300;  // of them for the address
constexpr std::size_t mark_limit = 50;   // marks of a header that are read
constexpr std::size_t raw_limit = 2000;  // octets of a field that are read
constexpr std::string_view parameter = "channel=";

// What stands in the field as it is: the characters of plain addresses, but for "%", and for "=" and "?", of
// which encoded words are made (RFC 2047).
bool is_plain(char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("!#$&'*+-/^_`{|}~.@").find(c) != std::string_view::npos;
}

// Percent-encoded (RFC 3986 section 2.1), at most `limit` octets, cut between characters.
std::string encode(std::string_view text, std::size_t limit) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    std::string encoded;
    while (!text.empty()) {
        std::size_t length = 1;
        while (length < text.size() && length < 4 && continues(text[length]))
            ++length;
        std::string character;
        for (const char c : text.substr(0, length)) {
            const auto octet = static_cast<unsigned char>(c);
            if (is_plain(c))
                character += c;
            else
                character.append({'%', digits[octet >> 4U], digits[octet & 15U]});
        }
        if (encoded.size() + character.size() > limit)
            break;
        encoded += character;
        text.remove_prefix(length);
    }
    return encoded;
}

std::optional<unsigned> digit_value(char c) {
    const std::size_t at = std::string_view("0123456789abcdef").find(to_lower(c));
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

std::string decode(std::string_view encoded) {
    std::string text;
    while (!encoded.empty()) {
        const auto high = encoded.size() < 3 ? std::nullopt : digit_value(encoded[1]);
        const auto low = encoded.size() < 3 ? std::nullopt : digit_value(encoded[2]);
        if (encoded.front() == '%' && high && low) {
            text += static_cast<char>(*high << 4U | *low);
            encoded.remove_prefix(3);
        } else {
            text += encoded.front();
            encoded.remove_prefix(1);
        }
    }
    return text;
}

// Whoever wrote it: one line of valid UTF-8.
std::string one_line(std::string_view text) {
    std::string line = mail::valid_utf8(text);
    std::erase_if(line, is_control);
    return line;
}

ForwardMark read_mark(std::string_view raw) {
    const std::string body = mail::unfold(raw.substr(0, raw_limit));
    std::string_view rest = body;
    const auto take_piece = [&rest] {
        const std::size_t end = rest.find(';');
        const std::string_view piece = trim(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        return piece;
    };
    ForwardMark mark;
    mark.desk = mail::fold_address(decode(take_piece()));
    if (mark.desk.empty())
        return {};
    while (!rest.empty()) {
        const std::string_view piece = take_piece();
        if (mark.channel.empty() && starts_with_ignoring_case(piece, parameter))
            mark.channel = one_line(decode(piece.substr(parameter.size())));
    }
    return mark;
}

} // namespace

std::string to_field(const ForwardMark& mark) {
    std::string field = encode(mark.desk, desk_limit);
    if (mark.channel.empty())
        return field;
    field.append("; ").append(parameter);
    return field + encode(mark.channel, field_limit - field.size());
}

std::vector<ForwardMark> forward_marks(const mail::HeaderFields& header) {
    std::vector<ForwardMark> marks;
    for (const mail::HeaderField& field : header.fields()) {
        if (!equals_ignoring_case(field.name, forward_field))
            continue;
        if (marks.size() == mark_limit)
            break;
        marks.push_back(read_mark(field.raw));
    }
    return marks;
}

} // namespace columbarium::triage
