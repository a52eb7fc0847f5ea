// SPDX-License-Identifier: LGPL-2.1-or-later
// The presence of the user that a Sieve instance works for, and the notifications of his scripts.
//
// All scripts of a delivery see the same presence (RFC 6132, 2): a delivery has a Sieve instance of its own,
// and the instance has one snapshot. In IMAP an instance lives as long as the client is connected, and nobody
// tells where a script ends: there a snapshot is replaced when it is older than a few seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "host/user_presence.hpp"

struct sieve_enotify_exec_env;
struct sieve_instance;

namespace columbarium::sieve {

// Belongs to one Sieve instance; not thread-safe. Opens nothing until it is asked.
class PresenceContext {
  public:
    PresenceContext() = default;
    PresenceContext(const PresenceContext&) = delete; // the host holds a pointer to it
    PresenceContext& operator=(const PresenceContext&) = delete;

    // The snapshot; good until the host's callback ends. While a script is compiled only what needs no
    // look-up may be asked.
    [[nodiscard]] host::UserPresence& snapshot(sieve_instance* svinst);

    // Counts a notification of the message that the script runs for, from 1; anew with each snapshot.
    [[nodiscard]] std::size_t count_notification(const sieve_enotify_exec_env* nenv);

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds longest_life_in_imap{5};

    std::unique_ptr<host::UserPresence> snapshot_;
    Clock::time_point made_;
    // In IMAP one instance works on many messages, one after the other: which one is counted for.
    std::string mailbox_;
    std::uint32_t message_ = 0; // its uid
    std::size_t notifications_ = 0;
};

} // namespace columbarium::sieve
