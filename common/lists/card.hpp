// SPDX-License-Identifier: LGPL-2.1-or-later
// What address books say of a person or a group: the part of a vCard that lists need (VC-12).
#pragma once

#include <string>
#include <vector>

namespace columbarium::lists {

// All texts are UTF-8 without control characters.
struct Card {
    std::string uid;  // without "urn:uuid:" (VC-9), "" where there is none
    std::string name; // FN, else what N, NICKNAME, ORG or the first address give
    bool is_group = false;
    std::vector<std::string> addresses;        // addr-specs as written, best preference first (VC-3)
    std::vector<std::string> categories;       // VC-10
    std::vector<std::string> member_uids;      // of a group: without "urn:uuid:"
    std::vector<std::string> member_addresses; // of a group: from mailto: members (VC-8)
    bool operator==(const Card&) const = default;
};

} // namespace columbarium::lists
