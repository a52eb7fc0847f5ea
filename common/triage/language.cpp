// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/language.hpp"

#include <algorithm>
#include <string>

#include <glib.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
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
// What the sender must have written for more than a guess: lists of names and terms are nearest to some
// language, too.
// Of scripts whose words are short or stand without blanks fewer letters do.
constexpr std::size_t told_words = 8;
constexpr std::size_t told_letters = 40;
constexpr std::size_t told_dense_letters = 20;

bool is_enough(const Prose& prose) {
    return prose.words >= sure_words || prose.letters >= sure_letters;
}

bool is_dense(const ScriptCount& count) {
    constexpr std::string_view scripts[] = {"Hani", "Hira", "Kana", "Hang", "Bopo",
                                            "Thai", "Laoo", "Khmr", "Mymr"};
    return std::ranges::find(scripts, count.script) != std::end(scripts);
}

// Whether a word begins with a capital letter and goes on with small ones: names do.
bool is_capitalised(std::string_view word) {
    const Character first = first_character(word);
    return g_unichar_isupper(first.code) && first.octets < word.size() &&
           g_unichar_islower(first_character(word.substr(first.octets)).code);
}

// Words that are not capitalised.
std::size_t common_words(std::string_view prose) {
    std::size_t count = 0;
    while (!(prose = trim(prose)).empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(prose, is_space) - prose.begin());
        count += is_capitalised(prose.substr(0, end)) ? 0 : 1;
        prose.remove_prefix(end);
    }
    return count;
}

// Whether a language can be told by these words, and not only guessed.
bool is_told(const Prose& prose) {
    if (prose.letters >= told_letters && common_words(prose.text) >= told_words)
        return true;
    std::size_t dense = 0;
    for (const ScriptCount& count : count_scripts(prose.text))
        dense += is_dense(count) ? count.letters : 0;
    return dense >= told_dense_letters;
}

// What the sender wrote; where that is little, what is quoted, too, and at last the subject.
struct Judged {
    std::string lines;
    Prose prose;
    bool told = false; // by what is not quoted
};

std::string_view first_script(const std::vector<ScriptCount>& counts) {
    return counts.empty() ? std::string_view() : counts.front().script;
}

// Whether the body has letters enough, of another script than the subject: a subject in English stands above
// many a mail in Chinese.
bool is_outvoted(std::string_view subject, const Prose& body) {
    return body.letters >= least_letters &&
           first_script(count_scripts(subject)) != first_script(count_scripts(body.text));
}

// The words of a subject that the body does not say as well.
std::string own_words(std::string_view subject, std::string_view body) {
    const std::string said = to_lower(body);
    std::string own;
    while (!(subject = trim(subject)).empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(subject, is_blank) - subject.begin());
        const std::string_view word = subject.substr(0, end);
        subject.remove_prefix(end);
        const std::size_t end_of_word = word.find_last_not_of(".,;:!?\"'()") + 1;
        if (said.find(to_lower(word.substr(0, end_of_word))) == std::string::npos)
            own.append(word).append(" ");
    }
    return own;
}

Judged judged_text(std::string_view text, std::string_view subject) {
    Judged judged;
    judged.lines = lines_of(text, Quoted::left_out, lines_limit);
    judged.prose = prose_of(judged.lines, prose_limit);
    judged.told = is_told(judged.prose);
    if (is_enough(judged.prose))
        return judged;
    std::string said = judged.lines; // by the sender
    std::string all = lines_of(text, Quoted::kept, lines_limit);
    if (all.size() != judged.lines.size()) {
        judged.lines = std::move(all);
        judged.prose = prose_of(judged.lines, prose_limit);
    }
    if (is_enough(judged.prose) || subject.empty())
        return judged;
    const std::string own = own_words(subject, judged.prose.text);
    if (!is_outvoted(own, judged.prose)) {
        judged.prose = prose_of(judged.lines + own + "\n", prose_limit);
        judged.told = judged.told || is_told(prose_of(said.append(own), prose_limit));
    }
    judged.lines.append(subject).append("\n");
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

std::string confidence_in(const DetectedLanguage& detected, const Judged& judged) {
    if (!detected.reliable || !detected.typical || !judged.told)
        return "low";
    return is_enough(judged.prose) && detected.percent >= sure_percent ? "high" : "medium";
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
                                 (detected.reliable ? "" : ", another one is near") +
                                 (judged.told && detected.typical ? "" : ", too few to tell or a mere list");
        read.language = {{detected.code, rule}};
        read.confidence = {{confidence_in(detected, judged), rule}};
    }
    if (!policy.languages.empty())
        read.wrong = {wrong_of(read, policy.languages)};
    return read;
}

} // namespace columbarium::triage
