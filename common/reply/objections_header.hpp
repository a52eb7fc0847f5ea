// SPDX-License-Identifier: LGPL-2.1-or-later
// What the header of a message tells against a reply.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/header_fields.hpp"
#include "reply/known_addresses.hpp"
#include "reply/objections.hpp"

namespace columbarium::reply {

// Objections, and the fields that gave them: what is known twice is told once.
struct HeaderObjections {
    std::vector<Objection> objections;
    std::vector<std::string> fields; // lower case

    [[nodiscard]] bool is_about(std::string_view field) const;
};

// AR-2, AR-8, AR-9 and AR-10 as far as fields tell them. `own`: addresses of those for whom a reply would
// speak.
[[nodiscard]] HeaderObjections objections_to_header(const mail::HeaderFields& header,
                                                    const KnownAddresses& own);

// Whether an Auto-Submitted field says "no" (RFC 3834 section 5): a human being has sent the message. False
// for all else, and for what cannot be read.
[[nodiscard]] bool says_not_automatic(std::string_view raw);

} // namespace columbarium::reply
