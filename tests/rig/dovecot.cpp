// SPDX-License-Identifier: LGPL-2.1-or-later
#include "dovecot.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>

namespace columbarium::rig {

namespace {

constexpr Milliseconds start_deadline{20'000};
constexpr Milliseconds stop_deadline{20'000};
// For processes that outlive the master, because a client keeps them busy.
constexpr Milliseconds orphan_deadline{5'000};

[[nodiscard]] std::string content_if_any(const std::filesystem::path& path) {
    return std::filesystem::exists(path) ? read_file(path) : std::string();
}

} // namespace

Dovecot::Dovecot(DovecotOptions options) : options_(std::move(options)), directory_(server_account()) {
    adopt_orphans();
    layout_.directory = directory_.path();
    layout_.account = server_account();
    layout_.modules = gather_modules(directory_, options_.module_directories);
    const Listener lmtp = listen_on_loopback();
    const Listener imap = listen_on_loopback();
    const Listener managesieve = listen_on_loopback();
    layout_.lmtp_port = lmtp.port;
    layout_.imap_port = imap.port;
    layout_.managesieve_port = managesieve.port;
    write_files();
    start({lmtp.descriptor.get(), imap.descriptor.get(), managesieve.descriptor.get()});
}

Dovecot::~Dovecot() {
    if (options_.keep_running && running_) {
        directory_.keep();
        return;
    }
    try {
        stop();
    } catch (const std::exception&) {
        // stop() has killed what did not end; whoever wants to know why calls it himself.
    }
}

void Dovecot::write_files() const {
    directory_.make_directory("home");
    directory_.make_directory("run");
    directory_.make_directory("state");
    directory_.make_directory("sieve/global");
    directory_.write("dovecot.conf", dovecot_conf(options_, layout_));
    const auto write_unless_empty = [this](const std::string& name, const std::string& text) {
        if (!text.empty()) {
            directory_.write(name, with_directory(text, directory()));
        }
    };
    write_unless_empty("columbarium.toml", options_.site_config);
    write_unless_empty("sieve/before.sieve", options_.sieve_before);
    write_unless_empty("sieve/default.sieve", options_.sieve_default);
    write_unless_empty("sieve/after.sieve", options_.sieve_after);
    for (const auto& [name, script] : options_.sieve_global_scripts) {
        write_unless_empty("sieve/global/" + name + ".sieve", script);
    }
    std::string users;
    for (const auto& [name, fields] : options_.users) {
        // user:password:uid:gid:gecos:home:shell:extra fields
        users += name + "::" + std::to_string(layout_.account.uid) + ":" +
                 std::to_string(layout_.account.gid) + "::" + (directory() / "home" / name).string() +
                 "::" + with_directory(fields, directory()) + "\n";
    }
    write_unless_empty("users", users);
}

void Dovecot::start(const std::vector<int>& listeners) {
    const auto messages = directory_.write("startup", "");
    const Descriptor errors(::open(messages.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    Launch master;
    master.command = {"dovecot", "-F", "-c", configuration().string()};
    master.environment = layout_.modules.environment;
    master.directory = directory();
    master.account = layout_.account;
    master.standard_output = errors.get();
    master.standard_error = errors.get();
    master.listeners = listeners;
    master.dies_with_us = !options_.keep_running;
    pid_ = launch(master);
    running_ = true;
    try {
        wait_until_started();
    } catch (...) {
        if (running_) {
            ::kill(-pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        throw;
    }
}

void Dovecot::wait_until_started() {
    const auto pid_file = directory() / "run" / "master.pid";
    const bool settled =
        eventually(start_deadline, [&] { return master_has_ended() || std::filesystem::exists(pid_file); });
    if (settled && running_) {
        return;
    }
    throw std::runtime_error(
        std::string(settled ? "Dovecot ended while starting" : "Dovecot does not start") + ":\n" +
        content_if_any(directory() / "startup") + log());
}

bool Dovecot::master_has_ended() {
    if (running_ && ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
        running_ = false;
    }
    return !running_;
}

std::vector<ServerProcess> Dovecot::wait_until_ended() {
    std::vector<ServerProcess> children;
    const bool ended = eventually(stop_deadline, [&] {
        if (master_has_ended()) {
            return true;
        }
        if (auto seen = children_of(pid_); !seen.empty()) {
            children = std::move(seen);
        }
        // The master sleeps for a full second before its own end, to be sure of its children. When all of
        // them have ended but the log process, there is nothing left to be sure of.
        if (only_log_process_runs(children)) {
            ::kill(pid_, SIGKILL);
        }
        return false;
    });
    if (!ended) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        running_ = false;
    }
    return children;
}

void Dovecot::stop() {
    if (!running_) {
        return;
    }
    ::kill(pid_, SIGTERM);
    const auto orphans = wait_until_ended();
    // The log process is among them; the log is complete when it has ended.
    const auto complaints = reap(orphans, orphan_deadline);
    final_log_ = log();
    for (const auto& complaint : complaints) {
        final_log_ += complaint + "\n";
    }
    directory_.remove();
}

Delivery Dovecot::deliver(std::string_view message, const Envelope& envelope) const {
    return deliver_over_lmtp(layout_.lmtp_port, message, envelope);
}

RunResult Dovecot::deliver_with_lda(const std::string& user, const std::string& message,
                                    const std::string& from, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"-d", user, "-f", from};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tool(std::string(COLUMBARIUM_DOVECOT_LIBEXEC_DIR) + "/dovecot-lda", arguments, message);
}

std::vector<StoredMessage> Dovecot::mailbox(const std::string& user, const std::string& mailbox) const {
    return imap(user).messages(mailbox);
}

std::vector<std::string> Dovecot::mailboxes(const std::string& user) const {
    return imap(user).mailboxes();
}

SieveResult Dovecot::put_script(const std::string& user, const std::string& name,
                                const std::string& script) const {
    return managesieve(user).put_script(name, script);
}

SieveResult Dovecot::check_script(const std::string& user, const std::string& script) const {
    return managesieve(user).check_script(script);
}

SieveResult Dovecot::activate(const std::string& user, const std::string& name) const {
    return managesieve(user).activate(name);
}

SieveCapabilities Dovecot::capabilities() const {
    return ManageSieveSession(layout_.managesieve_port).greeting();
}

SieveCapabilities Dovecot::capabilities(const std::string& user) const {
    return managesieve(user).capabilities();
}

LmtpSession Dovecot::lmtp() const {
    return LmtpSession(layout_.lmtp_port);
}

ImapSession Dovecot::imap(const std::string& user) const {
    return {layout_.imap_port, user};
}

ManageSieveSession Dovecot::managesieve(const std::string& user) const {
    ManageSieveSession session(layout_.managesieve_port);
    session.login(user);
    return session;
}

RunResult Dovecot::run(const std::vector<std::string>& command, const std::string& input) const {
    RunOptions options;
    options.input = input;
    const bool is_doveadm = !command.empty() && command.front() == "doveadm";
    options.environment = is_doveadm && !layout_.modules.doveadm_environment.empty()
                              ? layout_.modules.doveadm_environment
                              : layout_.modules.environment;
    options.environment.push_back("HOME=" + directory().string());
    options.environment.push_back("USER=" + layout_.account.user);
    options.directory = directory();
    options.account = layout_.account;
    return rig::run(command, options);
}

RunResult Dovecot::tool(const std::string& name, const std::vector<std::string>& arguments,
                        const std::string& input) const {
    std::vector<std::string> command = {name, "-c", configuration().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, input);
}

std::filesystem::path Dovecot::write_file(const std::filesystem::path& name, std::string_view text) const {
    return directory_.write(name, text);
}

std::string Dovecot::log() const {
    return final_log_.empty() ? content_if_any(directory() / "log") : final_log_;
}

} // namespace columbarium::rig
