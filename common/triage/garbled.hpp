// SPDX-License-Identifier: LGPL-2.1-or-later
// Text that is no language at all.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::triage {

// Why nobody can read a text (valid UTF-8), "" where somebody may be able to: octets that its charset does
// not know; text in one charset read as if it were in another; a transfer encoding that was never undone;
// letters that were lost; octets that are no text; words that nobody can pronounce. Only what makes a large
// part of a text counts: one damaged name or quotation mark does not.
[[nodiscard]] std::string reason_for_garbled(std::string_view text);

// Whether the words of a text are ones that nobody can pronounce. It looks at Latin letters only, and is to
// be asked only where they do not stand as they do in some language: a few languages write so. Only lines of
// at least four such words tell; names of functions and abbreviations without vowels are none.
[[nodiscard]] bool is_gibberish(std::string_view text);

} // namespace columbarium::triage
