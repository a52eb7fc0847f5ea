// SPDX-License-Identifier: LGPL-2.1-or-later
// The forms in which one value is looked up in a list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::lists {

// Octets of a value; a longer one is no member of any list (EL-23, EL-74).
inline constexpr std::size_t value_limit = 4096;

// A value without blanks and line ends at its ends (EL-13), in all its forms. All are empty where the value
// is empty (EL-17), too long, or holds a NUL (EL-23): then it is a member of nothing.
struct LookupKeys {
    std::string exact; // the value itself
    std::string text;  // ASCII letters in lower case
    // Where the value is one addr-spec: its folded form (mail::fold_address), and then, where subaddresses
    // are folded and it has one, the form without it.
    std::vector<std::string> addresses;
    std::string domain; // of an addr-spec: "@" and the folded domain
};

// `subaddress_delimiters`: the characters that start a subaddress (RFC 5233), "" for none.
[[nodiscard]] COLUMBARIUM_API LookupKeys lookup_keys(std::string_view value,
                                                     std::string_view subaddress_delimiters);

} // namespace columbarium::lists
