// SPDX-License-Identifier: LGPL-2.1-or-later
#include "postfix.hpp"

#include <csignal>
#include <stdexcept>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

namespace fs = std::filesystem;

constexpr const char* program = "/usr/lib/postfix/sbin/master";
// Postfix's own account, and the group that hands in mail. Debian's package makes both.
constexpr const char* mail_owner = "postfix";
constexpr const char* drop_group = "postdrop";

// Postfix takes no socket from us, so that somebody else may take the port in between.
constexpr int attempts = 5;

// name, type, private, unprivileged, chroot, wakeup, most processes, command
constexpr const char* services = R"(
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
tlsmgr    unix  - - n 1000 1 tlsmgr
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
)";

[[nodiscard]] std::string settings(const fs::path& directory, const PostfixOptions& options) {
    const std::string next_hop =
        options.next_hop_port == 0
            ? "default_transport = retry:nobody takes this\n"
            : "relayhost = [127.0.0.1]:" + std::to_string(options.next_hop_port) + "\n";
    std::string text = "compatibility_level = 3.6\n"
                       "queue_directory = @directory@/spool\n"
                       "data_directory = @directory@/data\n"
                       "daemon_directory = /usr/lib/postfix/sbin\n"
                       "command_directory = /usr/sbin\n"
                       "maillog_file = @directory@/log/postfix.log\n"
                       "maillog_file_prefixes = @directory@\n"
                       "mail_owner = " +
                       std::string(mail_owner) + "\nsetgid_group = " + drop_group +
                       "\n"
                       "myhostname = mx.example.org\n"
                       "mydestination =\n"
                       "mynetworks = 192.0.2.1/32\n"
                       "inet_interfaces = 127.0.0.1\n"
                       "inet_protocols = ipv4\n"
                       "alias_maps =\n"
                       "alias_database =\n"
                       "local_recipient_maps =\n"
                       "smtpd_peername_lookup = no\n"
                       "smtp_dns_support_level = disabled\n"
                       "smtp_host_lookup = native\n" +
                       next_hop + options.main_cf;
    constexpr std::string_view placeholder = "@directory@";
    for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
        text.replace(at, placeholder.size(), directory.string());
    }
    return text;
}

[[nodiscard]] bool greets(std::uint16_t port) {
    try {
        return Connection("Postfix", port).read_line().starts_with("220 ");
    } catch (const std::runtime_error&) {
        return false; // not yet
    }
}

} // namespace

std::string Postfix::obstacle() {
    if (::access(program, X_OK) != 0) {
        return std::string(program) + " is missing: install Postfix";
    }
    return ::geteuid() == 0 ? "" : "only root can start Postfix";
}

Postfix::Postfix() : directory_({0, 0, "root", "root"}) {
    fs::permissions(directory(), fs::perms(0755));
    make_queue();
    hand_over(directory_.make_directory("sockets").string(), server_account());
}

Postfix::~Postfix() {
    stop();
}

void Postfix::make_queue() const {
    const passwd* owner = ::getpwnam(mail_owner);
    const group* drop = ::getgrnam(drop_group);
    if (owner == nullptr || drop == nullptr) {
        throw std::runtime_error("Postfix is not installed: its account or its group is missing");
    }
    const auto make = [&](const fs::path& name, gid_t group, unsigned mode) {
        const fs::path made = directory_.make_directory(name);
        if (::chown(made.c_str(), owner->pw_uid, group) != 0) {
            throw std::runtime_error("cannot give " + made.string() + " to " + mail_owner);
        }
        fs::permissions(made, fs::perms(mode));
    };
    for (const char* queue : {"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                              "private", "saved", "trace"}) {
        make(fs::path("spool") / queue, owner->pw_gid, 0700);
    }
    make("spool/public", drop->gr_gid, 0710);
    make("spool/maildrop", drop->gr_gid, 0730);
    make("data", owner->pw_gid, 0700);
    directory_.make_directory("spool/pid");
    directory_.make_directory("log");
}

void Postfix::start(const PostfixOptions& options) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint16_t port = listen_on_loopback().port;
        if (start_on(port, options)) {
            port_ = port;
            return;
        }
    }
    throw std::runtime_error("Postfix does not start:\n" + log());
}

bool Postfix::start_on(std::uint16_t port, const PostfixOptions& options) {
    directory_.write("etc/main.cf", settings(directory(), options));
    directory_.write("etc/master.cf",
                     "127.0.0.1:" + std::to_string(port) + " inet n - n - - smtpd" + services);
    Launch master;
    // -d: it stays in the process group that it is started in.
    master.command = {program, "-d", "-c", (directory() / "etc").string()};
    master.directory = directory();
    pid_ = launch(master);
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

void Postfix::stop() {
    if (pid_ < 0) {
        return;
    }
    // It takes its own with it.
    ::kill(pid_, SIGTERM);
    if (!eventually(default_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

std::string Postfix::log() const {
    const fs::path file = directory() / "log/postfix.log";
    return fs::exists(file) ? read_file(file) : std::string();
}

} // namespace columbarium::rig
