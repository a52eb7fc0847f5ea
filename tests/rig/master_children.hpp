// SPDX-License-Identifier: LGPL-2.1-or-later
// The processes of a Dovecot, seen from outside: to know when a server has really ended, and how.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "eventually.hpp"

namespace columbarium::rig {

struct ServerProcess {
    pid_t pid = 0;
    // The service: "lmtp", "log" (at most 15 letters of it).
    std::string name;
    // It has ended, but nobody has asked for its exit status yet.
    bool ended = false;
};

// Makes this process the parent of what its children leave behind when they end: the only way to get their
// exit status, and to be sure that nothing of a server outlives it. It holds for the whole process.
void adopt_orphans();

// The children of a master whose status it has not taken yet. Empty when it is gone.
[[nodiscard]] std::vector<ServerProcess> children_of(pid_t master);

// True when every one of them has ended but the log process, which ends after the master.
[[nodiscard]] bool only_log_process_runs(const std::vector<ServerProcess>& children);

// Waits for processes that were left to us. Returns a line as the master would have logged it ("child 12
// killed with signal 11") for each that a signal other than the master's own SIGQUIT ended, and one for each
// that still ran at the deadline and was killed. Those that the master has waited for are passed over.
[[nodiscard]] std::vector<std::string> reap(const std::vector<ServerProcess>& orphans, Milliseconds deadline);

} // namespace columbarium::rig
