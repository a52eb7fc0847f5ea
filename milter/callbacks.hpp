// SPDX-License-Identifier: LGPL-2.1-or-later
// libmilter's callbacks: what the MTA says goes to a Session, and what that answers goes back.
#pragma once

#include <chrono>
#include <string>

#include "base/expected.hpp"
#include "milter/resources.hpp"

namespace columbarium::milter {

// Tells libmilter who we are, and listens. A permanent failure where the socket cannot be made. Once a
// process; `resources` outlives it.
[[nodiscard]] Expected<void> register_filter(Resources& resources);

// Serves until a signal ends it (SIGTERM, SIGINT, SIGHUP). Whether all went well.
[[nodiscard]] bool serve();

// Waits until no message is at its end any more: a reply that is on its way is settled.
void wait_for_messages(std::chrono::seconds longest);

} // namespace columbarium::milter
