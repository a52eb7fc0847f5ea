// SPDX-License-Identifier: LGPL-2.1-or-later
// How long one transaction may take. Pure.
#pragma once

#include <algorithm>
#include <chrono>

namespace columbarium::deliver {

// All that is sent after DATA, together: clients wait ten minutes for the replies (RFC 5321 section
// 4.5.3.2.6), and some less. Who goes away delivers everything again.
inline constexpr std::chrono::seconds patience_of_clients{60};

// The whole seconds that the next command may take, this long after the transaction's data came, and no more
// than `most` (0: no bound); 0 where nothing more is to be begun.
[[nodiscard]] inline unsigned seconds_left(std::chrono::steady_clock::duration since_data, unsigned most) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(patience_of_clients - since_data);
    if (left.count() <= 0)
        return 0;
    const auto seconds = static_cast<unsigned>(left.count());
    return most == 0 ? seconds : std::min(most, seconds);
}

} // namespace columbarium::deliver
