// SPDX-License-Identifier: LGPL-2.1-or-later
// What a list holds.
#pragma once

#include <string>
#include <utility>

namespace columbarium::lists {

// One member of a list.
struct Member {
    std::string value;        // as it stands in the list
    std::string display_name; // the name of the person or thing, UTF-8; "" where the list has none
    bool operator==(const Member&) const = default;
};

// What a look-up found.
struct Match {
    Member member;
    std::string list; // the name of the list as the script wrote it
};

} // namespace columbarium::lists
