// SPDX-License-Identifier: LGPL-2.1-or-later
// libstrophe does the TLS handshake in a loop without an end: a server that falls silent in it would hold the
// thread for ever. A second thread, which lives while the first one connects, shuts the socket down.
#pragma once

#include <chrono>
#include <thread>

namespace columbarium::session {

class Watchdog {
  public:
    // Shuts `socket` down (and leaves it open) when `time` has passed, or when `stop_descriptor` becomes
    // readable. Where there is no thread or no descriptor left, nothing is watched: see is_watching().
    Watchdog(int socket, std::chrono::milliseconds time, int stop_descriptor);
    Watchdog(const Watchdog&) = delete; // one thread
    Watchdog& operator=(const Watchdog&) = delete;
    // Ends the thread at once.
    ~Watchdog();

    [[nodiscard]] bool is_watching() const { return thread_.joinable(); }

  private:
    int socket_;   // a copy, so that the number cannot become somebody else's meanwhile
    int released_; // an eventfd
    std::thread thread_;
};

} // namespace columbarium::session
