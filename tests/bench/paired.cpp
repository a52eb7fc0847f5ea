// SPDX-License-Identifier: LGPL-2.1-or-later
#include "paired.hpp"

#include <algorithm>
#include <chrono>

namespace columbarium::bench {

namespace {

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace

void compare(benchmark::State& state, const std::vector<Candidate>& candidates, int rounds) {
    std::vector<std::vector<double>> times(candidates.size());
    for (auto _ : state) {
        for (const Candidate& candidate : candidates)
            candidate.run();
        for (int round = 0; round < rounds; ++round)
            for (std::size_t turn = 0; turn < candidates.size(); ++turn) {
                const std::size_t index = (turn + static_cast<std::size_t>(round)) % candidates.size();
                const auto start = std::chrono::steady_clock::now();
                candidates[index].run();
                const std::chrono::duration<double, std::micro> took =
                    std::chrono::steady_clock::now() - start;
                times[index].push_back(took.count());
            }
    }
    const double floor = median(times.front());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const double typical = median(times[i]);
        state.counters[candidates[i].name + " us"] = typical;
        if (i > 0)
            state.counters[candidates[i].name + " ratio"] = typical / floor;
    }
}

} // namespace columbarium::bench
