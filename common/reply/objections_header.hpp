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

// An address in a field that says who has sent the message.
struct NamedAuthor {
    std::string_view field; // lower case: "from"
    std::string address;    // folded
};

// Objections, and the fields that gave them: what is known twice is told once.
struct HeaderObjections {
    std::vector<Objection> objections; // ten at most
    std::vector<std::string> fields;   // lower case
    // For objections_to_authors(); at most a hundred of a field.
    std::vector<NamedAuthor> authors;

    [[nodiscard]] bool is_about(std::string_view field) const;
};

// AR-2, AR-8, AR-9 and AR-10 as far as fields tell them, whoever a reply would speak for.
[[nodiscard]] HeaderObjections objections_to_header(const mail::HeaderFields& header);

// AR-10: the message comes from those for whom a reply would speak, whose addresses are `own`. One a field.
[[nodiscard]] std::vector<Objection> objections_to_authors(const HeaderObjections& header,
                                                           const KnownAddresses& own);

// Whether an Auto-Submitted field says "no" (RFC 3834 section 5): a human being has sent the message. False
// for all else, and for what cannot be read.
[[nodiscard]] bool says_not_automatic(std::string_view raw);

} // namespace columbarium::reply
