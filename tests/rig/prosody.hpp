// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Prosody (XMPP) on 127.0.0.1 with one virtual host: TLS demanded, SCRAM only, no DNS, no
// federation. Rosters and messages for people who are away outlive a restart.
//
//     Prosody prosody({.users = {{"bot", "bot's secret"}, {"alice", "alice's secret"}}});
//     ... host 127.0.0.1, port prosody.port(), prosody.ca_file() ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

#include "directory.hpp"
#include "eventually.hpp"
#include "test_authority.hpp"

namespace columbarium::rig {

struct ProsodyOptions {
    std::string domain = "example.com";
    std::map<std::string, std::string> users = {{"bot", "bot's secret"},
                                                {"alice", "alice's secret"}}; // local parts, passwords
    // What the certificate is good for; empty: "DNS:" and the domain.
    std::string names = {};
    // A component's address, e.g. "columbarium.example.com"; empty: none.
    std::string component = {};
    std::string component_secret = "component's secret";
    // What a client may send in a second, e.g. "10kb/s": Prosody reads no faster. Empty: no limit.
    std::string rate = {};
    // Lines that are put into the virtual host's part of the configuration.
    std::string extra = {};
};

// Everything lives in one temporary directory. Works for root, who starts it as server_account(), and for
// others. Failures are thrown as std::runtime_error with Prosody's log. The destructor stops it.
class Prosody {
  public:
    explicit Prosody(ProsodyOptions options = {});
    Prosody(const Prosody&) = delete;
    Prosody& operator=(const Prosody&) = delete;
    ~Prosody();

    [[nodiscard]] const std::string& domain() const { return options_.domain; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t component_port() const { return component_port_; }

    // "alice" -> "alice@example.com".
    [[nodiscard]] std::string jid(const std::string& user) const;
    [[nodiscard]] const std::string& password(const std::string& user) const;

    // Files that everybody may read: what clients have to trust, a user's password on one line, the
    // component's secret on one line.
    [[nodiscard]] std::filesystem::path ca_file() const;
    [[nodiscard]] std::filesystem::path password_file(const std::string& user) const;
    [[nodiscard]] std::filesystem::path component_secret_file() const;

    // SIGTERM, waits until it is gone: clients get a <system-shutdown/>. Nothing where it does not run.
    void stop();
    // SIGKILL: clients see the connection break.
    void kill();
    // Starts it again after stop() or kill(), on the same ports, and returns when it accepts clients.
    void start();
    void restart() {
        stop();
        start();
    }
    // SIGSTOP and SIGCONT: a server that hangs; its kernel still takes connections. stop() and kill() work
    // on a paused one, too.
    void pause();
    void resume();

    [[nodiscard]] bool runs();

    // Two roster entries, written while it does not run: `user` has `contact` (a local part of this host)
    // with this subscription ("both", "to" ...), and `contact` has `user` with the other side of it.
    void set_subscription(const std::string& user, const std::string& contact,
                          const std::string& subscription);

    // The log so far, at level debug.
    [[nodiscard]] std::string log() const;

  private:
    void write_files();
    void write_accounts() const;
    // False where somebody took a port.
    [[nodiscard]] bool start_once();
    [[nodiscard]] bool has_ended();
    void end(int signal);

    ProsodyOptions options_;
    TemporaryDirectory directory_;
    std::optional<TestAuthority> authority_;
    std::optional<ServerCertificate> certificate_;
    // user -> contact -> subscription
    std::map<std::string, std::map<std::string, std::string>> rosters_;
    std::uint16_t port_ = 0;
    std::uint16_t component_port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
