// SPDX-License-Identifier: LGPL-2.1-or-later
// How fast somebody who has other things to do forgets claims that are over (Store::forget_expired()): each
// turn takes a few milliseconds, and all turns together a small part of the time. What a turn takes is also
// the way to a server and back, a few times, however little it forgets: there is a number of claims below
// which a turn does not become shorter, and far servers are asked less often, for no fewer.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace columbarium::store {

class ExpiryPace {
  public:
    static constexpr std::chrono::milliseconds idle_pause{60'000}; // where nothing is over
    static constexpr std::chrono::milliseconds shortest_pause{20};

    // How many claims to forget in the next turn.
    [[nodiscard]] std::size_t most() const { return most_; }

    // After a turn that forgot so many and took so long: how long to wait for the next one. Where it has
    // failed: wait for idle_pause.
    [[nodiscard]] std::chrono::milliseconds pause_after(std::size_t forgotten,
                                                        std::chrono::steady_clock::duration took) {
        const bool was_all = forgotten < most_;
        if (took > long_turn)
            most_ = std::max(most_ / 2, fewest_claims);
        else if (!was_all)
            most_ = std::min(most_ * 2, most_claims);
        if (was_all)
            return idle_pause;
        const auto pause = std::chrono::ceil<std::chrono::milliseconds>(took * pause_factor);
        return std::clamp(pause, shortest_pause, idle_pause);
    }

  private:
    static constexpr std::size_t fewest_claims = 64;
    static constexpr std::size_t most_claims = 500;
    static constexpr std::chrono::milliseconds long_turn{3};
    static constexpr int pause_factor = 20; // of the time that the turn took

    std::size_t most_ = fewest_claims;
};

} // namespace columbarium::store
