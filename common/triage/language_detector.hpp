// SPDX-License-Identifier: LGPL-2.1-or-later
// The language of a text by its letters (libcld2), and nothing else of that library.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::triage {

struct DetectedLanguage {
    std::string code;      // ISO 639, lower case; "" where nothing tells
    bool reliable = false; // no other language is near
    int percent = 0;       // how much of the text it is
    // Whether the letters stand as they do in texts of that language: gibberish is "nearest" to some
    // language, too.
    bool typical = false;
};

// `prose`: valid UTF-8.
[[nodiscard]] DetectedLanguage detect_language(std::string_view prose);

} // namespace columbarium::triage
