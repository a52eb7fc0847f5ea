// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/lookup_keys.hpp"

#include "base/ascii.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

LookupKeys lookup_keys(std::string_view value, std::string_view subaddress_delimiters) {
    LookupKeys keys;
    const std::string_view text = trim(value);
    if (text.size() > value_limit || text.find('\0') != std::string_view::npos)
        return keys;
    keys.exact = text;
    keys.text = to_lower(text);
    std::string folded = mail::fold_address(text);
    if (folded.empty())
        return keys;
    keys.domain = folded.substr(folded.rfind('@'));
    std::string shorter = mail::without_subaddress(folded, subaddress_delimiters);
    keys.addresses.push_back(std::move(folded));
    if (!shorter.empty())
        keys.addresses.push_back(std::move(shorter));
    return keys;
}

} // namespace columbarium::lists
