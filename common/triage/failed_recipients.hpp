// SPDX-License-Identifier: LGPL-2.1-or-later
// The recipients that a notice in free text speaks of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/header_fields.hpp"

namespace columbarium::triage {

// A recipient and what the notice says of it.
struct NamedRecipient {
    std::string address; // addr-spec, case as written
    std::string said;    // the lines about it, "" where they cannot be told from the rest
    std::string rule;    // how it was found
};

// The recipients, most reliable source first: the X-Failed-Recipients field, addresses that begin a line,
// addresses behind words such as "to" and "recipient", any other address of the text, the To field of the
// returned message. Addresses of the notice's own sender and recipient do not count. Without duplicates.
[[nodiscard]] std::vector<NamedRecipient> find_failed_recipients(const mail::HeaderFields& header,
                                                                 std::string_view text,
                                                                 const mail::HeaderFields& returned);

// The addr-specs in a text, in order, without duplicates (ASCII case ignored).
[[nodiscard]] std::vector<std::string> find_addresses(std::string_view text);

} // namespace columbarium::triage
