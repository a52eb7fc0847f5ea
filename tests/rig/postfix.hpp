// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Postfix on loopback, for tests of what an MTA asks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

#include "directory.hpp"

namespace columbarium::rig {

struct PostfixOptions {
    // Lines for the end of main.cf; they win. "@directory@" stands for directory().
    std::string main_cf;
    // The port of 127.0.0.1 that all outgoing mail is given to (SmtpSink::port). 0: it stays in the queue.
    std::uint16_t next_hop_port = 0;
};

// From its construction to its destruction. Its configuration, queue and log are below a directory of its
// own, and nothing of the system's Postfix is touched. It relays for nobody: what it takes is for the domains
// that main_cf names. All failures are std::runtime_error, with the end of the log.
class Postfix {
  public:
    // Why it cannot run here: Postfix is missing, or we are not root, as who its master has to be started.
    // "" where it can.
    [[nodiscard]] static std::string obstacle();

    // Prepares it; start() starts it.
    Postfix();
    Postfix(const Postfix&) = delete;
    Postfix& operator=(const Postfix&) = delete;
    ~Postfix();

    // Starts it, and returns when it answers.
    void start(const PostfixOptions& options);

    // Ends it by its pid. The second call does nothing.
    void stop();

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // Everybody may look into it.
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

    // A directory in it where server_account() may make sockets.
    [[nodiscard]] std::filesystem::path sockets() const { return directory() / "sockets"; }

    // The log so far.
    [[nodiscard]] std::string log() const;

  private:
    void make_queue() const;
    [[nodiscard]] bool start_on(std::uint16_t port, const PostfixOptions& options);

    TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
