// SPDX-License-Identifier: LGPL-2.1-or-later
// Many patterns looked for in one pass over a text (RE2's sets: linear time, whatever the text holds).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::triage {

// Patterns are RE2 syntax, found anywhere, with case ignored; a blank stands for any run of white space, so
// that a phrase is found across line ends. A pattern that does not compile is a bug: std::logic_error.
class PatternSet {
  public:
    explicit PatternSet(std::span<const std::string_view> patterns);
    PatternSet(const PatternSet&) = delete; // compiled once a process and shared
    PatternSet& operator=(const PatternSet&) = delete;
    ~PatternSet();

    // Indexes of the patterns that the text holds, ascending.
    [[nodiscard]] std::vector<int> find(std::string_view text) const;

  private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

// The set of a table's patterns: `member` is the pattern's place in a row, as in
// pattern_set_of(table, &Row::pattern).
template <class Row, std::size_t Size>
PatternSet* new_pattern_set(const Row (&table)[Size], std::string_view Row::*member) {
    std::vector<std::string_view> patterns;
    for (const Row& row : table)
        patterns.push_back(row.*member);
    return new PatternSet(patterns); // for a function's static pointer: lives as long as the process
}

} // namespace columbarium::triage
