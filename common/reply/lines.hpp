// SPDX-License-Identifier: LGPL-2.1-or-later
// What a message of ours may hold of other people's texts. Private to common/reply and common/desk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.hpp"

namespace columbarium::reply {

using mail::is_sendable;

// The text as one line of valid UTF-8: control characters (C0, C1, line and paragraph separators) become
// blanks, runs of blanks one; characters that nobody sees, and those that turn the direction of a text, go;
// without blanks around it; at most so many characters.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t most_characters);

// Whether it is UTF-8 without what one_line() replaces or leaves out; runs of blanks do not matter.
[[nodiscard]] bool is_one_line(std::string_view text);

// The message identifiers of a raw field (RFC 5322 section 3.6.4), with their brackets: those that can be
// repeated as they are, in their order.
[[nodiscard]] std::vector<std::string> message_ids(std::string_view raw);

} // namespace columbarium::reply
