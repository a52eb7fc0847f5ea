// SPDX-License-Identifier: LGPL-2.1-or-later
// Addresses of mail as people write them, and as they are compared.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::mail {

// Mailboxes that are read from one field, and octets of it; what follows is not looked at.
inline constexpr std::size_t mailboxes_of_field_limit = 10'000;
inline constexpr std::size_t address_field_limit = 256 * 1024;

struct Mailbox {
    std::string display_name; // UTF-8, "" where there is none
    std::string address;      // addr-spec, RFC 5322 section 3.4.1, as written
};

// The mailboxes of a field body (From, To, Cc ...), those of groups among them, in their order. The body may
// be encoded (RFC 2047) or decoded already. What cannot be read is left out.
[[nodiscard]] COLUMBARIUM_API std::vector<Mailbox> parse_mailboxes(std::string_view field_body);

// The form in which addresses are compared: quotes around a local part that needs none are taken off, letters
// are made lower case in both parts (RFC 6134 section 2.5 wants it so for address books; in UTF-8 by
// Unicode's case folding), a domain with other letters than ASCII becomes its A-label form. Blanks around it
// are ignored.
// "" where the text is no addr-spec: no "@", an empty part, blanks or control characters inside, more than
// 1,024 octets, not UTF-8.
[[nodiscard]] COLUMBARIUM_API std::string fold_address(std::string_view addr_spec);

// An address in its folded form without what follows the first of the `delimiters` in its local part
// ("fred+lists@x" with "+": "fred@x"), or "" where there is nothing to take off.
[[nodiscard]] COLUMBARIUM_API std::string without_subaddress(std::string_view folded,
                                                             std::string_view delimiters);

// Whether an address can stand in a field of ours and in RCPT as it is: an addr-spec in ASCII of at most 320
// octets, without an empty label or atom (RFC 5321 section 4.1.2), and with nothing that readers decode.
[[nodiscard]] COLUMBARIUM_API bool is_sendable(std::string_view address);

// What stands behind the last "@", "" where there is none.
[[nodiscard]] COLUMBARIUM_API std::string_view domain_of(std::string_view address);

} // namespace columbarium::mail
