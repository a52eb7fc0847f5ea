// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/language.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "triage/garbled.hpp"
#include "triage/language_detector.hpp"
#include "triage/prose.hpp"
#include "triage/script_count.hpp"

namespace columbarium::triage {

namespace {

// Octets of text that are looked at: more tells nothing more.
constexpr std::size_t lines_limit = 3 * 1024;
constexpr std::size_t prose_limit = 512;

// Words from which on a language is told for sure, and letters for languages that write no blanks.
constexpr std::size_t sure_words = 20;
constexpr std::size_t sure_letters = 120;
// Letters below which nothing is told, and below which only what the detector is sure of.
constexpr std::size_t least_letters = 8;
constexpr std::size_t doubtful_letters = 24;
constexpr int sure_percent = 80;

bool is_enough(const Prose& prose) {
    return prose.words >= sure_words || prose.letters >= sure_letters;
}

// What the sender wrote; where that is little, what is quoted, too, and at last the subject.
struct Judged {
    std::string lines;
    Prose prose;
};

Judged judged_text(std::string_view text, std::string_view subject) {
    Judged judged;
    judged.lines = lines_of(text, Quoted::left_out, lines_limit);
    judged.prose = prose_of(judged.lines, prose_limit);
    if (is_enough(judged.prose))
        return judged;
    std::string all = lines_of(text, Quoted::kept, lines_limit);
    if (all.size() != judged.lines.size()) {
        judged.lines = std::move(all);
        judged.prose = prose_of(judged.lines, prose_limit);
    }
    if (!is_enough(judged.prose) && !subject.empty()) {
        judged.lines.append(subject).append("\n");
        judged.prose = prose_of(judged.lines, prose_limit);
    }
    return judged;
}

std::vector<Finding> scripts_of(std::string_view text) {
    const std::vector<ScriptCount> counts = count_scripts(text);
    std::size_t all = 0;
    for (const ScriptCount& count : counts)
        all += count.letters;
    std::vector<Finding> scripts;
    for (const ScriptCount& count : counts)
        if (10 * count.letters >= all)
            scripts.push_back(
                {count.script, std::to_string(count.letters) + " of " + std::to_string(all) + " letters"});
    return scripts;
}

std::string confidence_in(const DetectedLanguage& detected, const Prose& prose) {
    if (!detected.reliable)
        return "low";
    return is_enough(prose) && detected.percent >= sure_percent ? "high" : "medium";
}

Finding wrong_of(const Language& read, const std::vector<std::string>& languages) {
    if (read.language.empty())
        return {"unknown", "no language recognised"};
    const bool known = std::ranges::find(languages, read.language.front().value) != languages.end();
    if (read.confidence.front().value == "low")
        return {"unknown", "language " + read.language.front().value + ", low confidence"};
    return {known ? "no" : "yes", "language " + read.language.front().value};
}

} // namespace

Language read_language(const BodyText& body, std::string_view subject, const config::TriagePolicy& policy) {
    Language read;
    const Judged judged = judged_text(body.text, subject);
    if (trim(judged.lines).empty())
        return read;
    read.script = scripts_of(judged.lines);

    std::string reason = reason_for_garbled(judged.lines);
    DetectedLanguage detected;
    if (reason.empty() && judged.prose.letters >= least_letters)
        detected = detect_language(judged.prose.text);
    if (reason.empty() && !detected.typical && is_gibberish(judged.lines))
        reason = "words that nobody can pronounce";
    if (!reason.empty()) {
        read.garbled = {{"yes", reason}};
        return read;
    }
    read.garbled = {{"no", "text"}};
    if (!detected.code.empty() && (detected.reliable || judged.prose.letters >= doubtful_letters)) {
        const std::string rule = std::to_string(judged.prose.words) + " words, " +
                                 std::to_string(detected.percent) + " percent of them" +
                                 (detected.reliable ? "" : ", another one is near");
        read.language = {{detected.code, rule}};
        read.confidence = {{confidence_in(detected, judged.prose), rule}};
    }
    if (!policy.languages.empty())
        read.wrong = {wrong_of(read, policy.languages)};
    return read;
}

} // namespace columbarium::triage
