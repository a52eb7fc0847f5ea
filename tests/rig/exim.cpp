// SPDX-License-Identifier: LGPL-2.1-or-later
#include "exim.hpp"

#include <csignal>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

namespace fs = std::filesystem;

// Exim takes no socket from us, so that somebody else may take the port in between.
constexpr int attempts = 5;

[[nodiscard]] std::string program() {
    for (const char* place : {COLUMBARIUM_EXIM_DIR "/usr/sbin/exim4", "/usr/sbin/exim4"}) {
        if (::access(place, X_OK) == 0) {
            return place;
        }
    }
    return "";
}

// Debian's Exim does not start without this user, which the package's installation makes.
constexpr const char* compiled_in_user = "Debian-exim";

[[nodiscard]] std::string settings(const fs::path& directory, std::uint16_t port,
                                   const std::string& configuration) {
    const Account account = server_account();
    std::string text = "exim_user = " + account.user + "\nexim_group = " + account.group +
                       "\n"
                       "spool_directory = @directory@/spool\n"
                       "log_file_path = @directory@/log/%slog\n"
                       "pid_file_path = @directory@/exim.pid\n"
                       "primary_hostname = mx.example.org\n"
                       "exim_path = " +
                       program() +
                       "\n"
                       "keep_environment = ^LD_PRELOAD$ : ^NSS_WRAPPER_\n"
                       "host_lookup =\n"
                       "rfc1413_query_timeout = 0s\n"
                       "local_interfaces = 127.0.0.1\n"
                       "daemon_smtp_ports = " +
                       std::to_string(port) + "\n" + configuration;
    constexpr std::string_view placeholder = "@directory@";
    for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
        text.replace(at, placeholder.size(), directory.string());
    }
    return text;
}

[[nodiscard]] bool greets(std::uint16_t port) {
    try {
        return Connection("Exim", port).read_line().starts_with("220 ");
    } catch (const std::runtime_error&) {
        return false; // not yet
    }
}

} // namespace

std::string Exim::obstacle() {
    if (program().empty()) {
        return "Exim is missing: neither /usr/sbin/exim4 nor " COLUMBARIUM_EXIM_DIR " (check.sh brings it)";
    }
    return ::geteuid() == 0 ? "" : "only root can start Exim";
}

Exim::Exim() : directory_(server_account()) {
    const fs::path passwd = directory_.write("passwd", read_file("/etc/passwd") + compiled_in_user +
                                                           ":x:65534:65534::/:/bin/false\n");
    const fs::path group =
        directory_.write("group", read_file("/etc/group") + compiled_in_user + ":x:65534:\n");
    for (const fs::path& file : {directory_.path(), passwd, group}) {
        fs::permissions(file, file == directory_.path() ? fs::perms(0755) : fs::perms(0644));
    }
    directory_.make_directory("spool");
    directory_.make_directory("log");
}

Exim::~Exim() {
    stop();
}

void Exim::start(const std::string& configuration) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint16_t port = listen_on_loopback().port;
        if (start_on(port, configuration)) {
            port_ = port;
            return;
        }
    }
    throw std::runtime_error("Exim does not start:\n" + log());
}

bool Exim::start_on(std::uint16_t port, const std::string& configuration) {
    const fs::path& directory = directory_.path();
    const fs::path file = directory_.write("exim.conf", settings(directory, port, configuration));
    // It obeys no configuration that somebody else than root could change.
    if (::chown(file.c_str(), 0, 0) != 0) {
        throw std::runtime_error("cannot give " + file.string() + " to root");
    }
    fs::permissions(file, fs::perms(0644));
    Launch daemon;
    daemon.command = {program(), "-bdf", "-q1m", "-C", file.string()};
    daemon.environment = {"LD_PRELOAD=libnss_wrapper.so",
                          "NSS_WRAPPER_PASSWD=" + (directory / "passwd").string(),
                          "NSS_WRAPPER_GROUP=" + (directory / "group").string()};
    daemon.directory = directory;
    pid_ = launch(daemon);
    bool ended = false;
    const bool settled = eventually(default_deadline, [&] {
        ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return ended || greets(port);
    });
    if (ended) {
        pid_ = -1;
    } else if (!settled) {
        stop();
    }
    return settled && !ended;
}

void Exim::stop() {
    if (pid_ < 0) {
        return;
    }
    // Its children are in its process group.
    ::kill(-pid_, SIGTERM);
    if (!eventually(default_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

std::string Exim::log() const {
    std::string text;
    for (const char* name : {"log/mainlog", "log/paniclog"}) {
        const fs::path file = directory_.path() / name;
        if (fs::exists(file)) {
            text += read_file(file);
        }
    }
    return text;
}

} // namespace columbarium::rig
