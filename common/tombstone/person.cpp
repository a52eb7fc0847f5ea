// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/person.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"

namespace columbarium::tombstone {

namespace {

// Which octets are atext of RFC 5321 section 4.1.2 (RFC 5322 section 3.2.3). A table: a feed has millions of
// them.
constexpr auto atext = [] {
    std::array<bool, 256> table{};
    for (std::size_t octet = 0; octet < 0x80; ++octet) {
        const char c = static_cast<char>(octet);
        table[octet] = is_letter(c) || is_digit(c) ||
                       std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    }
    return table;
}();

bool is_atext(char c) {
    return atext[static_cast<unsigned char>(c)];
}

// Dot-string of RFC 5321 section 4.1.2.
bool is_dot_string(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' ||
        text.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

// What is wrong with the local part of an address, "" for nothing.
std::string_view local_part_fault(std::string_view local) {
    if (local.empty())
        return "has nothing before its \"@\"";
    if (local.size() > longest_username)
        return "has more than 64 characters before its \"@\"";
    if (local.front() == '"')
        return "has quotes before its \"@\"; such addresses are not taken";
    if (local.front() == '-') // some programs take it for an option
        return "begins with \"-\"";
    return is_dot_string(local) ? std::string_view()
                                : "is no mail address; only the bare address, as in \"ann@example.org\"";
}

// The domain as it is kept, or "" where it is none that mail can be sent to.
std::string prepared_domain(std::string_view domain) {
    if (!is_domain(domain))
        return {};
    std::string prepared = to_lower(domain);
    if (!is_ascii(domain)) {
        const std::string folded = mail::fold_address("a@" + std::string(domain));
        if (folded.empty() || !is_ascii(folded) || !is_domain(std::string_view(folded).substr(2)))
            return {};
        prepared = folded.substr(2);
    }
    const std::size_t dot = prepared.rfind('.');
    // Digits only are the end of an IP address, and the name of no domain (RFC 3696 section 2).
    if (dot == std::string::npos || std::all_of(prepared.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                                                prepared.end(), [](char c) { return is_digit(c); }))
        return {};
    return prepared;
}

// They show a text in another order than it has.
bool is_bidirectional_control(char32_t code) {
    return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

struct HoldName {
    Hold hold;
    std::string_view name;
};

constexpr std::array hold_names = {HoldName{Hold::none, "none"}, HoldName{Hold::cancelled, "cancelled"},
                                   HoldName{Hold::present, "present"}, HoldName{Hold::leaving, "leaving"}};

} // namespace

std::string_view name_of(Hold hold) {
    const auto* const found = std::ranges::find(hold_names, hold, &HoldName::hold);
    return found == hold_names.end() ? std::string_view() : found->name;
}

std::optional<Hold> hold_of_name(std::string_view name) {
    const auto* const found = std::ranges::find(hold_names, name, &HoldName::name);
    return found == hold_names.end() ? std::nullopt : std::optional(found->hold);
}

Expected<std::string> fold_username(std::string_view text) {
    const auto failure = [text](std::string_view fault) {
        return permanent_failure(fmt::format("\"{}\" is no username: it {}", printable(text), fault));
    };
    if (text.empty())
        return permanent_failure("the username is empty");
    if (text.size() > longest_username)
        return failure("has more than 64 characters");
    if (text.front() == '-')
        return failure("begins with \"-\"");
    if (!is_dot_string(text))
        return failure("holds what the local part of a mail address cannot hold");
    return to_lower(text);
}

Expected<std::string> prepare_address(std::string_view text) {
    const std::string_view address = trim(text);
    const auto failure = [address](std::string_view fault) {
        return permanent_failure(fmt::format("\"{}\" {}", printable(address), fault));
    };
    if (address.empty())
        return permanent_failure("the address is empty");
    if (address.size() > longest_address)
        return failure("is longer than 254 characters");
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos)
        return failure("is no mail address: it has no \"@\"");
    if (const std::string_view fault = local_part_fault(address.substr(0, at)); !fault.empty())
        return failure(fault);
    const std::string domain = prepared_domain(address.substr(at + 1));
    if (domain.empty())
        return failure("has a domain that no mail can be sent to");
    std::string prepared = std::string(address.substr(0, at + 1)).append(domain);
    if (prepared.size() > longest_address) // A-labels are longer
        return failure("is longer than 254 characters");
    return prepared;
}

std::string name_fault(std::string_view text) {
    if (text.size() > longest_name)
        return "is longer than 1,000 octets";
    while (!text.empty()) {
        if (text.front() >= ' ' && text.front() < 0x7f) { // what names are made of
            text.remove_prefix(1);
            continue;
        }
        const Character character = first_character(text);
        const char32_t code = character.code;
        if (!character.valid && text.front() != '\0')
            return "is not UTF-8";
        if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029)
            return "holds control characters";
        if (is_bidirectional_control(code))
            return "holds characters that turn the direction of writing";
        text.remove_prefix(character.octets);
    }
    return {};
}

} // namespace columbarium::tombstone
