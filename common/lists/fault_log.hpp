// SPDX-License-Identifier: LGPL-2.1-or-later
// What was wrong in files that somebody keeps: a bounded number of warnings, and each of them once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lists/source.hpp"

namespace columbarium::lists {

// The faults of one file.
class FaultLog {
  public:
    // `file`: the path that warnings name.
    explicit FaultLog(std::string file) : file_(std::move(file)) {}

    // `line`: 1 is the first; 0 for a fault of the whole file.
    void add(std::size_t line, std::string_view text);

    // What tells these faults from others: "" where there are none.
    [[nodiscard]] std::string digest() const;

    // Warns of the first twenty, and of how many more there are.
    void report(const Warn& warn) const;

  private:
    static constexpr std::size_t shown_limit = 20;
    std::string file_;
    std::vector<std::string> shown_;
    std::size_t count_ = 0;
};

// Passes on so many warnings, and then one that says that there are more.
[[nodiscard]] Warn bounded(const Warn& warn, std::size_t limit);

} // namespace columbarium::lists
