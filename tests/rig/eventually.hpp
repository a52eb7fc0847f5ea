// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting without sleeping blindly: every wait of the rig and of the tests goes through here.
#pragma once

#include <chrono>
#include <functional>

namespace columbarium::rig {

using Milliseconds = std::chrono::milliseconds;

// How long the rig waits for an answer of a server before it gives up. Generous, because it only matters when
// something is broken: a sanitized build on a busy machine must never reach it.
inline constexpr Milliseconds default_deadline{30'000};

// Asks `predicate` every few milliseconds until it holds or `deadline` has passed. Returns whether it held.
// It is asked at least once, and once more after the deadline.
[[nodiscard]] bool eventually(Milliseconds deadline, const std::function<bool()>& predicate);

} // namespace columbarium::rig
