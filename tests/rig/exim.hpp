// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Exim on loopback. Debian lets nobody have it beside Postfix: it is run from where its package was
// unpacked (tests/shell/preparation.sh does so), or from /usr/sbin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

#include "directory.hpp"

namespace columbarium::rig {

// From its construction to its destruction. Its configuration, spool and log are below a directory of its
// own. All failures are std::runtime_error, with the end of the log.
class Exim {
  public:
    // Why it cannot run here: it is missing, or we are not root, as who its daemon has to be started. ""
    // where it can.
    [[nodiscard]] static std::string obstacle();

    Exim();
    Exim(const Exim&) = delete;
    Exim& operator=(const Exim&) = delete;
    ~Exim();

    // Starts it with this configuration behind what the rig needs (main section, ACLs, routers, transports),
    // and returns when it answers. "@directory@" stands for its directory.
    void start(const std::string& configuration);

    // Ends it by its pid. The second call does nothing.
    void stop();

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // The log so far.
    [[nodiscard]] std::string log() const;

  private:
    [[nodiscard]] bool start_on(std::uint16_t port, const std::string& configuration);

    TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
