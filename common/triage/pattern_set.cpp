// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/pattern_set.hpp"

#include <algorithm>
#include <stdexcept>

#include <re2/re2.h>
#include <re2/set.h>

namespace columbarium::triage {

namespace {

// RE2 builds its automaton while it reads, and begins anew where it would take more memory than this.
constexpr std::int64_t automaton_memory = 24 << 20;

RE2::Options options() {
    RE2::Options chosen;
    chosen.set_case_sensitive(false);
    chosen.set_log_errors(false);
    chosen.set_max_mem(automaton_memory);
    chosen.set_dot_nl(false);
    return chosen;
}

// Each blank outside a character class to "\s+", or to "\s" where a repetition follows it.
std::string with_any_white_space(std::string_view pattern) {
    std::string result;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            result += c;
            result += pattern[++i];
            continue;
        }
        if (c == '[')
            in_class = true;
        else if (c == ']')
            in_class = false;
        const bool repeated =
            i + 1 < pattern.size() && std::string_view("*+?{").find(pattern[i + 1]) != std::string_view::npos;
        if (c == ' ' && !in_class)
            result += repeated ? "\\s" : "\\s+";
        else
            result += c;
    }
    return result;
}

} // namespace

struct PatternSet::Compiled {
    Compiled() : set(options(), RE2::UNANCHORED) {}
    RE2::Set set;
};

PatternSet::PatternSet(std::span<const std::string_view> patterns) : compiled_(std::make_unique<Compiled>()) {
    for (const std::string_view pattern : patterns) {
        std::string error;
        if (compiled_->set.Add("(?m)" + with_any_white_space(pattern), &error) < 0)
            throw std::logic_error("pattern \"" + std::string(pattern) + "\": " + error);
    }
    if (!compiled_->set.Compile())
        throw std::logic_error("a set of patterns takes too much memory");
}

PatternSet::~PatternSet() = default;

std::vector<int> PatternSet::find(std::string_view text) const {
    std::vector<int> found;
    RE2::Set::ErrorInfo error{};
    if (!compiled_->set.Match(re2::StringPiece(text.data(), text.size()), &found, &error) &&
        error.kind != RE2::Set::kNoError)
        throw std::runtime_error("a set of patterns could not be searched: out of memory");
    std::ranges::sort(found);
    return found;
}

} // namespace columbarium::triage
