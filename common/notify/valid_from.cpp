// SPDX-License-Identifier: LGPL-2.1-or-later
// The syntax of Mailbox, RFC 5321 section 4.1.2, with the letters that RFC 6531 adds.
#include <algorithm>
#include <array>
#include <string>

#include <arpa/inet.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "notify/compose.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::notify {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t longest_local_part = 64; // RFC 5321, 4.5.3.1

bool is_atom_char(char c) {
    return is_letter(c) || is_digit(c) || !is_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != npos;
}

// Atoms with single dots between them.
bool is_dot_string(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == npos &&
           std::ranges::all_of(text, [](char c) { return c == '.' || is_atom_char(c); });
}

bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"')
        return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const bool is_pair = text.front() == '\\';
        if (is_pair)
            text.remove_prefix(1);
        if (text.empty() || is_control(text.front()) || (!is_pair && text.front() == '"'))
            return false;
        text.remove_prefix(1);
    }
    return true;
}

bool is_address(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return text.find('\0') == npos && inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

// A domain, or an address literal.
bool is_place(std::string_view text) {
    if (!text.starts_with('['))
        return is_domain(text);
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
    if (at > longest_local_part /* none, too */ || !xmpp::is_xml_text(from))
        return false;
    const std::string_view local = from.substr(0, at);
    return (is_dot_string(local) || is_quoted_string(local)) && is_place(from.substr(at + 1));
}

} // namespace columbarium::notify
