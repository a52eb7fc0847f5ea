// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of vCard properties as text: transfer encoding, character set, escapes, lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lists/vcard_property.hpp"

namespace columbarium::lists {

// A property's value in UTF-8, escapes still in it: quoted-printable, base64 and CHARSET undone. Without
// CHARSET it is UTF-8, or Latin-1 where it is not valid. Nothing where it cannot be read: CHARSET is unknown
// and it is not UTF-8, or its octets are none of that character set.
[[nodiscard]] std::optional<std::string> decode_vcard_value(const VcardProperty& property);

// The parts between separators that are not escaped, escapes still in them.
[[nodiscard]] std::vector<std::string_view> split_vcard_value(std::string_view value, char separator);

// The text with escapes undone (RFC 6350 section 3.4), control characters turned into blanks, and no blanks
// at its ends.
[[nodiscard]] std::string vcard_text(std::string_view value);

// A UID or a reference to one without "urn:uuid:" (VC-9).
[[nodiscard]] std::string vcard_uid(std::string_view value);

// The addresses of a mailto: URI (RFC 6068), percent-decoded, without those of its headers.
[[nodiscard]] std::vector<std::string> mailto_addresses(std::string_view uri);

} // namespace columbarium::lists
