// SPDX-License-Identifier: LGPL-2.1-or-later
// Pieces of URIs and addresses that several rooms read or write.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "base/export.hpp"

namespace columbarium {

// What no part of a URI has to encode (RFC 3986, 2.3).
[[nodiscard]] constexpr bool is_unreserved(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// The text with "%XX" for each octet that is not unreserved.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// Whether it can be a domain: labels of letters, digits, hyphens (not at their ends) and characters beyond
// ASCII (U-labels of RFC 5890) with single dots between them; at most 255 octets, a label in ASCII at most 63
// (RFC 1035, 2.3.4). Who uses the domain prepares it by the rules of its protocol.
[[nodiscard]] bool is_domain(std::string_view text);

// The URI of a dict, or another text of settings, for people: "..." stands for what follows "password=",
// "pass=" and "secret=", in any case, up to the next ":" or blank.
[[nodiscard]] COLUMBARIUM_API std::string without_secrets(std::string_view uri);

} // namespace columbarium
