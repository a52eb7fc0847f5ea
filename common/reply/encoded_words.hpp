// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts in fields, RFC 2047. GMime 3.2 writes encoded words that are longer than 75 characters, on lines
// longer than 76 (AR-15). Private to common/reply and common/desk.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::reply {

// A line of UTF-8 (see one_line()) as the value of an unstructured field; folded, with LF. `used`: octets of
// the line that stand before it.
[[nodiscard]] std::string unstructured(std::string_view line, std::size_t used);

// A mailbox with a name, "" for none, as the value of From (RFC 5322 section 3.4).
[[nodiscard]] std::string mailbox(std::string_view name, std::string_view address, std::size_t used);

} // namespace columbarium::reply
