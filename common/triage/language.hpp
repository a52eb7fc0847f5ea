// SPDX-License-Identifier: LGPL-2.1-or-later
// Which language a text is written in, in which script, and whether it is any: the facts "language",
// "language.confidence", "language.wrong", "script" and "garbled".
#pragma once

#include <string_view>
#include <vector>

#include "config/triage_policy.hpp"
#include "triage/body_text.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

struct Language {
    // ISO 639-1 where there is one, else 639-3, lower case: "en". None where the text is too short to tell or
    // is none.
    std::vector<Finding> language;
    // Of the language: "high", "medium", "low"; docs/facts.md says what they mean.
    std::vector<Finding> confidence;
    // "yes" where it is surely (high or medium) none of the languages of the policy, "no" where it surely is
    // one, else "unknown". None where the policy names no language, and where there is no text or it is
    // garbled.
    std::vector<Finding> wrong;
    // ISO 15924: "Latn", "Cyrl"; the scripts of at least a tenth of the letters, most letters first. None
    // without letters.
    std::vector<Finding> script;
    // "yes" where there is text and it is no language at all: a wrong charset, mojibake, gibberish. "no"
    // elsewhere: short texts, code, logs, tables, keys and signatures are not garbled. None where there is no
    // text.
    std::vector<Finding> garbled;
};

// `subject`: decoded; it counts for scripts and garbled text, and for the language of short texts: what the
// body does not say as well, and where the body is not written in another script. Quoted lines and signatures
// are left out for the language where enough is left; they never raise the confidence above "low".
[[nodiscard]] Language read_language(const BodyText& body, std::string_view subject,
                                     const config::TriagePolicy& policy);

} // namespace columbarium::triage
