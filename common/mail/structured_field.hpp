// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands between the words of structured fields (RFC 5322 section 3.2.2), and the first words of
// Content-Type.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::mail {

// Passes a comment, with the comments inside it; `text` begins with its "(". False where it never ends, and
// then nothing is left.
bool pass_comment(std::string_view& text);

// Passes blanks, line ends and comments. False where a comment never ends.
bool pass_blanks(std::string_view& text);

// "type/subtype" of a Content-Type field (RFC 2045 section 5.1) in lower case, whatever blanks and comments
// stand around its words; "" where there is none.
[[nodiscard]] std::string media_type(std::string_view raw);

} // namespace columbarium::mail
