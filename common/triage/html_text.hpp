// SPDX-License-Identifier: LGPL-2.1-or-later
// What a reader sees of HTML, roughly.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace columbarium::triage {

// The text of an HTML document in UTF-8: tags, comments and what is never shown (style, script, head) left
// out, character references undone, a line for each block and for each line of <pre> and <textarea> that is
// not empty, the cells of a row beside each other, quoted blocks behind "> ". At most `limit` octets; no
// character is cut in two. Linear time.
[[nodiscard]] std::string text_of_html(std::string_view html, std::size_t limit);

} // namespace columbarium::triage
