// SPDX-License-Identifier: LGPL-2.1-or-later
// What an address says by its local part: that a mail system, a list or a machine stands behind it (AR-7).
#pragma once

#include <optional>
#include <string_view>

namespace columbarium::reply {

// A kind of address that no person reads.
struct AddressName {
    // Whether it belongs to mailing lists, or carries the address of a recipient (VERP).
    bool is_list = false;
    // Whether it says that it takes no answers.
    bool takes_no_answers = false;
    std::string_view kind; // for traces: "a mail system's address"
};

// By a local part in lower case, without quotes. Nothing where it may be a person's.
[[nodiscard]] std::optional<AddressName> name_of_address(std::string_view local_part);

} // namespace columbarium::reply
