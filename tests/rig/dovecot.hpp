// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Dovecot (LMTP, IMAP, ManageSieve) on loopback, in a temporary directory, as an unprivileged user.
//
// It touches nothing of the system's Dovecot and needs neither root nor a network. Its ports are chosen by
// the kernel and handed over as open sockets, as systemd does it: they listen before the server is started,
// so that nothing has to wait for them, and several servers can run side by side.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "directory.hpp"
#include "dovecot_conf.hpp"
#include "imap.hpp"
#include "lmtp.hpp"
#include "managesieve.hpp"
#include "master_children.hpp"
#include "process.hpp"

namespace columbarium::rig {

// A running server. Everything that the server refuses is a value; a server that does not start, does not
// answer or breaks its protocol is a std::runtime_error whose text has the end of the log.
class Dovecot {
  public:
    // Starts the server and returns when it runs. Takes a few hundredths of a second.
    explicit Dovecot(DovecotOptions options = {});
    Dovecot(const Dovecot&) = delete;
    Dovecot& operator=(const Dovecot&) = delete;
    // Stops it, unless it was to be kept running.
    ~Dovecot();

    // Ends the server, waits until it and its log are complete, and removes the directory. log() goes on
    // giving the log. The second call does nothing. Throws std::runtime_error when the server had to be
    // killed.
    void stop();

    // Delivers over LMTP. The message is sent byte for byte (see message() in mail_text.hpp for line ends).
    [[nodiscard]] Delivery deliver(std::string_view message, const Envelope& envelope = {}) const;

    // Delivers with dovecot-lda, which answers by its exit status (sysexits.h: 0, 75 try again, 77 rejected).
    // `more`: further arguments ("-r", "user+detail@example.org").
    [[nodiscard]] RunResult deliver_with_lda(const std::string& user, const std::string& message,
                                             const std::string& from = "sender@example.com",
                                             const std::vector<std::string>& more = {}) const;

    // The messages of a mailbox, oldest first; none when there is no such mailbox.
    [[nodiscard]] std::vector<StoredMessage> mailbox(const std::string& user,
                                                     const std::string& mailbox = "INBOX") const;
    // The names of all mailboxes of a user, sorted.
    [[nodiscard]] std::vector<std::string> mailboxes(const std::string& user) const;

    // Stores, checks or activates a script over ManageSieve.
    [[nodiscard]] SieveResult put_script(const std::string& user, const std::string& name,
                                         const std::string& script) const;
    [[nodiscard]] SieveResult check_script(const std::string& user, const std::string& script) const;
    [[nodiscard]] SieveResult activate(const std::string& user, const std::string& name) const;

    // ManageSieve's capabilities before and after login.
    [[nodiscard]] SieveCapabilities capabilities() const;
    [[nodiscard]] SieveCapabilities capabilities(const std::string& user) const;

    // Whole sessions, for what the functions above do not offer.
    [[nodiscard]] LmtpSession lmtp() const;
    [[nodiscard]] ImapSession imap(const std::string& user) const;
    [[nodiscard]] ManageSieveSession managesieve(const std::string& user) const;

    // Runs a program as the server's user, in the server's directory and environment.
    [[nodiscard]] RunResult run(const std::vector<std::string>& command, const std::string& input = {}) const;

    // Runs one of Dovecot's tools with this server's configuration: tool("doveadm", {"who"}),
    // tool("sieve-test", {script, mail}).
    [[nodiscard]] RunResult tool(const std::string& name, const std::vector<std::string>& arguments,
                                 const std::string& input = {}) const;

    // Writes a file into the server's directory, readable for the server. Returns its full path.
    std::filesystem::path write_file(const std::filesystem::path& name, std::string_view text) const;

    // The log so far, or the whole of it after stop().
    [[nodiscard]] std::string log() const;

    [[nodiscard]] const DovecotLayout& layout() const { return layout_; }
    [[nodiscard]] const std::filesystem::path& directory() const { return layout_.directory; }
    [[nodiscard]] std::filesystem::path configuration() const { return layout_.directory / "dovecot.conf"; }
    [[nodiscard]] std::uint16_t lmtp_port() const { return layout_.lmtp_port; }
    [[nodiscard]] std::uint16_t imap_port() const { return layout_.imap_port; }
    [[nodiscard]] std::uint16_t managesieve_port() const { return layout_.managesieve_port; }
    // The master's pid: SIGTERM ends the server.
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    void write_files() const;
    void start(const std::vector<int>& listeners);
    // Waits until the master has written its pid, which it does when all services are set up.
    void wait_until_started();
    // Waits for the master, or kills it; returns the children it may have left behind.
    [[nodiscard]] std::vector<ServerProcess> wait_until_ended();
    [[nodiscard]] bool master_has_ended();

    DovecotOptions options_;
    DovecotLayout layout_;
    TemporaryDirectory directory_;
    pid_t pid_ = -1;
    bool running_ = false;
    std::string final_log_;
};

} // namespace columbarium::rig
