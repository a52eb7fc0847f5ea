// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of a text that a language is told by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace columbarium::triage {

struct Prose {
    std::string text; // words with one blank or line end between them
    std::size_t words = 0;
    std::size_t letters = 0; // characters beyond ASCII count as letters
};

enum class Quoted { left_out, kept };

// The lines that people write: without armoured and encoded blocks (OpenPGP, PEM, uuencode), without the
// marks of quoted lines (">") and blanks around them. A block whose end is missing goes on to the first line
// that looks like none of a block's. Quoted lines and signatures (below "-- ") are left out or kept. At most
// `limit` octets; no character is cut in two.
[[nodiscard]] std::string lines_of(std::string_view text, Quoted quoted, std::size_t limit);

// Of such lines what is a word of some language: no addresses, numbers, code, dumps, rulers. What stands
// without blanks among numbers and addresses, as Chinese does, is cut out and counts as a word. At most
// `limit` octets.
[[nodiscard]] Prose prose_of(std::string_view lines, std::size_t limit);

} // namespace columbarium::triage
