// SPDX-License-Identifier: LGPL-2.1-or-later
// URLs of servers, and the paths (hrefs) that servers name resources by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace columbarium::carddav {

inline constexpr std::size_t url_limit = 4096; // octets

// An absolute http: or https: URL without user, password and fragment.
struct Url {
    std::string scheme; // "http" or "https"
    std::string host;   // in lower case
    std::string port;   // always given: "443"
    std::string path;   // canonical_path(), with "?query" where there is one

    bool operator==(const Url&) const = default;
};

// Reads a configured URL. A permanent failure where it is none, or holds a user name (which belongs into the
// setting of its own, as a URL gets into logs).
[[nodiscard]] Expected<Url> parse_url(std::string_view text);

// The URL that a server means by `reference` in an answer to `base` (RFC 3986 section 5). Nothing where it is
// none, or where its path is no canonical_path().
[[nodiscard]] std::optional<Url> resolve(const Url& base, std::string_view reference);

// "https://dav.example.org/alice/"; the port where it is not the scheme's own.
[[nodiscard]] std::string to_string(const Url& url);

// Scheme, host and port are the same: only then a server may be told this account's password.
[[nodiscard]] bool same_origin(const Url& one, const Url& other);

// An absolute path in the one form in which paths are compared: what needs no percent-encoding in a segment
// has none, all else has it in upper case. Nothing where the path does not start with "/", is too long, or
// holds a segment "." or "..", encoded or not, or an encoded control character.
[[nodiscard]] std::optional<std::string> canonical_path(std::string_view path);

// Whether `path` names a direct member of the collection `collection`, which ends in "/": not the collection
// itself, and no collection below it (CD-10). Both are canonical.
[[nodiscard]] bool is_member_path(std::string_view collection, std::string_view path);

// What somebody else wrote, for an error text: short, on one line, and without a user and a password.
[[nodiscard]] std::string printable_reference(std::string_view reference);

} // namespace columbarium::carddav
