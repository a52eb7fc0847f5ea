// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of external lists, RFC 6134 sections 2.5 and 2.6: absolute URIs.
//
//   urn:ietf:params:sieve:addrbook:default     the user's own address book
//   :addrbook:personal                         a leading ":" stands for urn:ietf:params:sieve:
//   :addrbook:Friends                          a group of the user's book, or a book that the site defines
//   :addrbook:personal?label=Friends           a group of a book
//   tag:example.com,2026:staff                 RFC 4151: equal only where every octet is equal
//   urn:example:staff                          any other URN that the administrator defines
//
// Names come from scripts, and so from anybody: nothing here touches a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::lists {

// Octets of a name as written; a longer one is no name of a list.
inline constexpr std::size_t list_name_limit = 1024;

enum class NameKind {
    address_book, // urn:ietf:params:sieve:addrbook:...
    tag,          // RFC 4151
    urn,          // RFC 8141, but no parameter of Sieve
};

// A name whose syntax is right. Whether such a list exists is for the catalog to say.
struct ListName {
    NameKind kind = NameKind::address_book;

    // The whole name in the form in which names are compared octet by octet. Of an address book
    // "urn:ietf:params:sieve:addrbook:" and the segment, with "?label=" and the label where there is one,
    // both decoded and encoded again (encode_segment); "default" in lower case. Of a tag what was written. Of
    // a URN the scheme and the namespace identifier in lower case (RFC 8141 section 3.1), the rest as
    // written.
    std::string normal;

    // Of an address book: the decoded segment, "default" in lower case (EL-40), other names as written
    // (EL-41). UTF-8 without control characters. Else "".
    std::string book;

    // The decoded value of "?label=", never empty.
    std::optional<std::string> label;
};

// Reads a name. Failures are permanent, and their text names the name (cut where it is long, made printable)
// and what is wrong with it: no absolute URI, an unknown parameter of Sieve, a segment that is empty or holds
// a character that none may have, octets that are no UTF-8, a query other than "label=".
[[nodiscard]] COLUMBARIUM_API Expected<ListName> parse_list_name(std::string_view text);

// A book's or group's name as it stands behind ":addrbook:" or "?label=": percent-encoded where it has to be.
// Letters beyond ASCII stay, for people to read.
[[nodiscard]] COLUMBARIUM_API std::string encode_segment(std::string_view decoded);

// The schemes of names that lists can have, for ManageSieve's EXTLISTS (RFC 6134 section 2.8, EL-69).
inline constexpr const char* list_name_schemes = "urn tag";

} // namespace columbarium::lists
