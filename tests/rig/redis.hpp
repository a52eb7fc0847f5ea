// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Redis for tests of dicts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace columbarium::rig {

// A redis-server on 127.0.0.1 that keeps nothing on disk, from its construction to its destruction. All
// failures are std::runtime_error.
class Redis {
  public:
    // Starts it on a port that the kernel chose, and returns when it answers.
    Redis();
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;
    ~Redis();

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // The URI of a Dovecot dict: "redis:host=127.0.0.1:port=...".
    [[nodiscard]] std::string dict_uri() const;

    // SET. Dovecot asks for the private key priv/NAME of a user as "USER/NAME".
    void set(std::string_view key, std::string_view value) const;

    // DEL.
    void remove(std::string_view key) const;

    // Ends the server by its pid. What it held is gone. The second call does nothing.
    void stop();

    // Starts a server that was stopped again, empty, on the same port.
    void start();

  private:
    [[nodiscard]] bool start_on(std::uint16_t port);

    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
