// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/known_addresses.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "mail/address.hpp"

namespace columbarium::reply {

namespace {

// The address of a field body that has just one, in the usual forms "fred@example.com" and
// "Fred <fred@example.com>"; nothing for all else. GMime takes ten times as long.
std::optional<std::string_view> only_address(std::string_view body) {
    const std::size_t at = body.find('@');
    if (at == std::string_view::npos || body.find('@', at + 1) != std::string_view::npos ||
        body.find_first_of("\\(:;,") != std::string_view::npos || !is_ascii(body))
        return std::nullopt;
    if (body.back() != '>')
        return body.find_first_of(" \t\r\n<>\"") == std::string_view::npos ? std::optional(body)
                                                                           : std::nullopt;
    const std::size_t open = body.find('<');
    if (open > at || body.find('>') + 1 != body.size())
        return std::nullopt;
    const std::string_view address = body.substr(open + 1, body.size() - open - 2);
    return address.find_first_of(" \t\r\n\"") == std::string_view::npos &&
                   std::ranges::count(body.substr(0, open), '"') % 2 == 0
               ? std::optional(address)
               : std::nullopt;
}

} // namespace

std::vector<std::string> folded_addresses(std::string_view field_body) {
    std::vector<std::string> addresses;
    const auto add = [&addresses](std::string_view address) {
        if (std::string folded = mail::fold_address(address); !folded.empty())
            addresses.push_back(std::move(folded));
    };
    if (const auto only = only_address(field_body))
        add(*only);
    else
        for (const mail::Mailbox& mailbox : mail::parse_mailboxes(field_body))
            add(mailbox.address);
    return addresses;
}

std::vector<std::string> addresses_among(std::string_view text, std::size_t most) {
    std::vector<std::string> addresses;
    while (!text.empty() && addresses.size() < most) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n,;<>()\""), text.size());
        const std::string_view word = text.substr(0, end);
        if (word.find('@') != std::string_view::npos)
            if (std::string folded = mail::fold_address(word); !folded.empty())
                addresses.push_back(std::move(folded));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return addresses;
}

std::string main_form(std::string folded, std::string_view subaddress_delimiters) {
    std::string main = mail::without_subaddress(folded, subaddress_delimiters);
    return main.empty() ? folded : main;
}

std::string folded_domain(std::string_view domain) {
    const std::string folded = mail::fold_address("a@" + std::string(trim(domain)));
    return folded.empty() ? folded : folded.substr(2);
}

std::string_view local_part_of(std::string_view folded) {
    return folded.substr(0, folded.rfind('@'));
}

KnownAddresses::KnownAddresses(std::span<const std::string> people, std::span<const std::string> others,
                               const Question& question, const config::ReplyPolicy& policy)
    : subaddress_delimiters_(question.subaddress_delimiters) {
    for (const std::string& person : people)
        if (std::string address = main_form(mail::fold_address(person), subaddress_delimiters_);
            !address.empty()) {
            local_parts_.emplace(local_part_of(address));
            addresses_.insert(std::move(address));
        }
    for (const std::string& other : others)
        if (std::string address = main_form(mail::fold_address(other), subaddress_delimiters_);
            !address.empty())
            addresses_.insert(std::move(address));
    for (const std::vector<std::string>* domains : {&question.domains, &policy.addressed_domains})
        for (const std::string& domain : *domains)
            if (std::string folded = folded_domain(domain); !folded.empty())
                domains_.push_back(std::move(folded));
}

bool KnownAddresses::holds(std::string_view folded) const {
    const std::string asked = main_form(std::string(folded), subaddress_delimiters_);
    if (addresses_.contains(asked))
        return true;
    return std::ranges::find(domains_, domain_of(asked)) != domains_.end() &&
           local_parts_.contains(std::string(local_part_of(asked)));
}

} // namespace columbarium::reply
