// SPDX-License-Identifier: LGPL-2.1-or-later
// The syntax of Mailbox, RFC 5321 section 4.1.2, with the letters that RFC 6531 adds.
#include <algorithm>
#include <array>
#include <string>

#include <arpa/inet.h>

#include "base/ascii.hpp"
#include "notify/compose.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::notify {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t longest_local_part = 64; // RFC 5321, 4.5.3.1
constexpr std::size_t longest_domain = 255;
constexpr std::size_t longest_label = 63;

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

bool is_atom_char(char c) {
    return is_letter(c) || is_digit(c) || !is_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != npos;
}

// Parts between dots, none of them empty.
bool are_parts(std::string_view text, bool (*is_part)(std::string_view part)) {
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_part(text.substr(0, dot)))
            return false;
        if (dot == npos)
            return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_atom(std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_atom_char);
}

bool is_label(std::string_view part) {
    return !part.empty() && part.size() <= longest_label && part.front() != '-' && part.back() != '-' &&
           std::ranges::all_of(
               part, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || !is_ascii(c); });
}

bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"')
        return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const bool is_pair = text.front() == '\\';
        if (is_pair)
            text.remove_prefix(1);
        if (text.empty() || (is_ascii(text.front()) && (text.front() < ' ' || text.front() == 0x7f)) ||
            (!is_pair && text.front() == '"'))
            return false;
        text.remove_prefix(1);
    }
    return true;
}

bool is_address(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return text.find('\0') == npos && inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

bool is_domain(std::string_view text) {
    if (!text.starts_with('['))
        return are_parts(text, is_label);
    if (!text.ends_with(']'))
        return false;
    const std::string_view content = text.substr(1, text.size() - 2);
    constexpr std::string_view ipv6 = "IPv6:";
    return starts_with_ignoring_case(content, ipv6) ? is_address(AF_INET6, content.substr(ipv6.size()))
                                                    : is_address(AF_INET, content);
}

} // namespace

bool is_valid_from(std::string_view from) {
    // In quotes "@" may stand; in a domain it may not.
    const std::size_t at = from.rfind('@');
    if (at > longest_local_part /* none, too */ || from.size() - at - 1 > longest_domain ||
        !xmpp::is_xml_text(from))
        return false;
    const std::string_view local = from.substr(0, at);
    return (are_parts(local, is_atom) || is_quoted_string(local)) && is_domain(from.substr(at + 1));
}

} // namespace columbarium::notify
