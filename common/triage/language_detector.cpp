// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/language_detector.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <cld2/public/compact_lang_det.h>

#include "base/ascii.hpp"

namespace columbarium::triage {

namespace {

struct Renamed {
    std::string_view library;
    std::string_view iso;
};

// Old codes, and those with a country or script.
constexpr Renamed renamed[] = {{"iw", "he"},      {"jw", "jv"},    {"in", "id"},    {"mo", "ro"},
                               {"zh-Hant", "zh"}, {"zh-TW", "zh"}, {"zh-CN", "zh"}, {"sr-ME", "sr"}};

// Of a text; a language that is less of it is not the text's.
constexpr int least_percent = 25;

// What the library counts for a kibibyte of text: texts have 800 and more, gibberish about 100.
constexpr double least_score = 400;

// "" for what is no language of people.
std::string iso_code(std::string_view code) {
    const auto* const known =
        std::ranges::find_if(renamed, [code](const Renamed& entry) { return entry.library == code; });
    if (known != std::end(renamed))
        return std::string(known->iso);
    const bool is_code = (code.size() == 2 || code.size() == 3) && std::ranges::all_of(code, is_letter);
    if (!is_code || code == "un" || code == "xxx" || code == "zzp" || code == "tlh")
        return {};
    return std::string(code);
}

} // namespace

DetectedLanguage detect_language(std::string_view prose) {
    std::array<CLD2::Language, 3> languages{};
    std::array<int, 3> percents{};
    std::array<double, 3> scores{};
    int octets = 0;
    DetectedLanguage detected;
    const CLD2::CLDHints no_hints = {nullptr, nullptr, 0, CLD2::UNKNOWN_LANGUAGE};
    const CLD2::Language language = CLD2::ExtDetectLanguageSummary(
        prose.data(), static_cast<int>(prose.size()), true, &no_hints, CLD2::kCLDFlagBestEffort,
        languages.data(), percents.data(), scores.data(), nullptr, &octets, &detected.reliable);
    // The library prefers another language to English, which stands in web pages everywhere. Mail in English
    // that quotes a line of another one is in English all the same.
    const auto place = std::ranges::find(languages, language);
    const std::size_t index = place == languages.end() || percents[place - languages.begin()] < least_percent
                                  ? 0
                                  : static_cast<std::size_t>(place - languages.begin());
    detected.code = iso_code(CLD2::LanguageCode(languages[index]));
    detected.percent = percents[index];
    detected.typical = scores[index] >= least_score;
    if (detected.code.empty())
        detected.reliable = false;
    return detected;
}

} // namespace columbarium::triage
