// SPDX-License-Identifier: LGPL-2.1-or-later
#include "postgresql.hpp"

#include <csignal>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <glob.h>
#include <sys/wait.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

constexpr Milliseconds stop_deadline{20'000};

// The newest of Debian's versions.
std::filesystem::path find_programs() {
    glob_t found{};
    std::filesystem::path last;
    if (::glob("/usr/lib/postgresql/*/bin", GLOB_ONLYDIR, nullptr, &found) == 0 && found.gl_pathc > 0) {
        last = found.gl_pathv[found.gl_pathc - 1];
    }
    ::globfree(&found);
    if (last.empty()) {
        throw std::runtime_error("no PostgreSQL in /usr/lib/postgresql: install the package postgresql");
    }
    return last;
}

std::string run_to_its_end(const std::vector<std::string>& command, const std::filesystem::path& directory) {
    RunOptions options;
    options.directory = directory;
    options.account = server_account();
    const RunResult result = run(command, options);
    if (result.status != 0) {
        throw std::runtime_error(command.front() + ": " + to_string(result));
    }
    return result.output;
}

} // namespace

Postgresql::Postgresql() : directory_(server_account()), programs_(find_programs()) {
    run_to_its_end({program("initdb"), "--pgdata", (directory_.path() / "data").string(), "--username",
                    "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
                    "--no-instructions"},
                   directory_.path());
    directory_.write("data/pg_hba.conf", std::string("local all ") + careful_role +
                                             " scram-sha-256\n"
                                             "local all all trust\n");
    start();
    run_sql("postgres",
            std::string("CREATE ROLE ") + careful_role + " LOGIN PASSWORD $$" + careful_password + "$$");
}

Postgresql::~Postgresql() {
    stop();
}

std::string Postgresql::program(const std::string& name) const {
    return (programs_ / name).string();
}

std::string Postgresql::create_database(const std::string& name) const {
    if (run_sql("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'").empty()) {
        run_sql("postgres", "CREATE ROLE " + name + " LOGIN");
    }
    run_sql("postgres", "CREATE DATABASE " + name + " OWNER " + name);
    return connection(name, name);
}

std::string Postgresql::connection(const std::string& database, const std::string& role) const {
    return "host=" + directory_.path().string() + " dbname=" + database + " user=" + role;
}

std::string Postgresql::run_sql(const std::string& database, const std::string& sql) const {
    return run_to_its_end({program("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set",
                           "ON_ERROR_STOP=1", "--dbname", connection(database, "postgres"), "--command", sql},
                          directory_.path());
}

void Postgresql::start() {
    if (pid_ >= 0) {
        return;
    }
    const auto messages = directory_.path() / "log";
    if (!std::filesystem::exists(messages)) {
        directory_.write("log", "");
    }
    const Descriptor log_file(::open(messages.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    Launch server;
    server.command = {program("postgres"),
                      "-D",
                      (directory_.path() / "data").string(),
                      "-k",
                      directory_.path().string(),
                      "-c",
                      "listen_addresses=",
                      "-c",
                      "fsync=off"}; // only a crash of the machine would show the difference
    server.directory = directory_.path();
    server.account = server_account();
    server.standard_output = log_file.get();
    server.standard_error = log_file.get();
    pid_ = launch(server);
    bool ended = false;
    const bool settled = eventually(default_deadline, [&] {
        ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        RunOptions options;
        options.account = server_account();
        options.directory = directory_.path();
        return ended || run({program("pg_isready"), "--quiet", "--host", directory_.path().string(),
                             "--dbname", "postgres", "--username", "postgres"},
                            options)
                                .status == 0;
    });
    if (ended) {
        pid_ = -1;
    }
    if (!settled || ended) {
        stop();
        throw std::runtime_error("PostgreSQL does not start:\n" + log());
    }
}

void Postgresql::stop() {
    if (pid_ < 0) {
        return;
    }
    ::kill(pid_, SIGINT); // "fast": sessions are cut off, nothing is lost
    if (!eventually(stop_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        ::kill(pid_, SIGQUIT);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

std::string Postgresql::log() const {
    return read_file(directory_.path() / "log");
}

} // namespace columbarium::rig
