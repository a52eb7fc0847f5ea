// SPDX-License-Identifier: LGPL-2.1-or-later
// OpenPGP in the text of a message: ASCII armour (RFC 9580 section 6.2) and signed cleartext (section 7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::triage {

// Words that every armour begins with: a text without them holds none.
inline constexpr std::string_view armour_words = "-----BEGIN PGP ";

// Lines of a text that begin an armour, and are looked at: also those that turn out to begin none.
inline constexpr std::size_t armour_limit = 20;

struct Armour {
    enum class Kind { signed_text, message };
    Kind kind = Kind::message;
    // Of a message: its octets, base64 undone, as far as they are there; at most encrypted_head_limit.
    std::string octets;
};

// The armours that the author of the text has written, in order. Not one that is quoted ("> -----BEGIN"),
// indented, or below the mark of a forwarded or answered message; not the mere words: cleartext needs its
// signature (where `is_cut`, the end of the text is not there: its header or an empty line instead), a
// message base64 that may be OpenPGP's. Keys and signatures of other things are none. `text` is UTF-8 with
// line ends LF.
[[nodiscard]] std::vector<Armour> find_armours(std::string_view text, bool is_cut);

// The octets of a file that is either an armoured message or one in binary form, at most
// encrypted_head_limit.
[[nodiscard]] std::string without_armour(std::string content);

} // namespace columbarium::triage
