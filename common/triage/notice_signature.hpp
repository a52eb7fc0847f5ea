// SPDX-License-Identifier: LGPL-2.1-or-later
// How the notices of mail systems begin and what they say: a table of signatures, for systems that report
// in free text.
#pragma once

#include <string_view>

namespace columbarium::triage {

// What a notice says of the message that it speaks of.
enum class Tidings {
    none,
    failed,    // it was given up
    delayed,   // it is still being tried
    delivered, // it arrived, or was handed on
    read,      // it was displayed or otherwise disposed of
};

// How much a signature proves.
enum class Strength {
    nothing,
    phrase, // words that people use, too: counts beside another sign
    system, // words that only mail systems use
};

struct Signature {
    Tidings tidings = Tidings::none;
    Strength strength = Strength::nothing;
    std::string_view rule; // the signature's name, for traces
};

// The tidings of a decoded subject. One that is marked as an answer or forward tells nothing: the caller asks
// HeaderSigns::answers first.
[[nodiscard]] Signature signature_of_subject(std::string_view subject);

// The tidings of a notice's text. "It is delayed" beside "it failed" counts as delayed, unless the text says
// that it was given up.
[[nodiscard]] Signature signature_of_text(std::string_view text);

} // namespace columbarium::triage
