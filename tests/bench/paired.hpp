// SPDX-License-Identifier: LGPL-2.1-or-later
// Paired measurement: what is compared runs turn by turn in one process, so that a noisy machine is noisy for
// all of it, and the medians are compared.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace columbarium::bench {

// One of the things that are compared.
struct Candidate {
    std::string name;
    std::function<void()> run;
};

// Runs all candidates once to warm up, then `rounds` times in turn, with another one first each time: none
// runs twice in a row, which would make its second run cheaper. Reports for each the median time of a run in
// microseconds ("NAME us"), and for all but the first the ratio of its median to the first one's ("NAME
// ratio").
void compare(benchmark::State& state, const std::vector<Candidate>& candidates, int rounds);

} // namespace columbarium::bench
