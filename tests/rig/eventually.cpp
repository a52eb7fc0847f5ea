// SPDX-License-Identifier: LGPL-2.1-or-later
#include "eventually.hpp"

#include <thread>

namespace columbarium::rig {

bool eventually(Milliseconds deadline, const std::function<bool()>& predicate) {
    constexpr Milliseconds interval{5};
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (std::chrono::steady_clock::now() < end) {
        if (predicate()) {
            return true;
        }
        std::this_thread::sleep_for(interval);
    }
    return predicate();
}

} // namespace columbarium::rig
