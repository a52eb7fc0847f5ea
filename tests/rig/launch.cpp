// SPDX-License-Identifier: LGPL-2.1-or-later
// fork and exec. The test process has threads (the SMTP sink), so that the child may do nothing between the
// two that could take a lock: every string is made before the fork.
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

constexpr int first_listener = 3;

struct Prepared {
    std::vector<std::string> environment;
    std::vector<char*> arguments;
    std::vector<char*> variables;
    // Room in `environment` for the child's pid, which nobody knows yet.
    char* pid_digits = nullptr;
    std::array<Descriptor, 3> standard;
    std::vector<Descriptor> listeners;
    Descriptor report;
};

// A copy of the descriptor with a number that is in nobody's way when 0, 1, 2 and the listeners are put in
// place.
[[nodiscard]] Descriptor moved_up(int descriptor) {
    constexpr int out_of_the_way = 100;
    Descriptor copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, out_of_the_way));
    if (!copy.is_open()) {
        throw std::runtime_error("no descriptor left: " + std::generic_category().message(errno));
    }
    return copy;
}

[[nodiscard]] std::vector<std::string> complete_environment(const Launch& launch) {
    std::vector<std::string> environment = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
    // What the instrumentation of a build needs to find its files and its settings.
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX"}) {
        if (const char* value = std::getenv(name)) {
            environment.push_back(std::string(name) + "=" + value);
        }
    }
    for (const auto& variable : launch.environment) {
        const std::string name = variable.substr(0, variable.find('=') + 1);
        std::erase_if(environment, [&name](const std::string& other) { return other.starts_with(name); });
        environment.push_back(variable);
    }
    return environment;
}

[[nodiscard]] Prepared prepare(const Launch& launch, Descriptor report) {
    Prepared prepared;
    prepared.report = moved_up(report.get());
    prepared.environment = complete_environment(launch);
    if (!launch.listeners.empty()) {
        prepared.environment.push_back("LISTEN_FDS=" + std::to_string(launch.listeners.size()));
        prepared.environment.push_back("LISTEN_PID=" + std::string(16, '\0'));
        prepared.pid_digits = prepared.environment.back().data() + std::string_view("LISTEN_PID=").size();
    }
    for (const auto& argument : launch.command) {
        prepared.arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    prepared.arguments.push_back(nullptr);
    for (auto& variable : prepared.environment) {
        prepared.variables.push_back(variable.data());
    }
    prepared.variables.push_back(nullptr);

    const std::array wanted = {launch.standard_input, launch.standard_output, launch.standard_error};
    for (std::size_t index = 0; index < wanted.size(); ++index) {
        const Descriptor nothing(wanted[index] < 0 ? ::open("/dev/null", O_RDWR | O_CLOEXEC) : -1);
        prepared.standard[index] = moved_up(wanted[index] < 0 ? nothing.get() : wanted[index]);
    }
    for (const int listener : launch.listeners) {
        prepared.listeners.push_back(moved_up(listener));
    }
    return prepared;
}

[[nodiscard]] bool become(const Account& account) {
    return ::geteuid() != 0 ||
           (::setgroups(0, nullptr) == 0 && ::setgid(account.gid) == 0 && ::setuid(account.uid) == 0);
}

[[noreturn]] void report_and_exit(const Prepared& prepared) {
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(prepared.report.get(), &error, sizeof error);
    ::_exit(127);
}

// What the child does. Only calls that are safe after a fork of a threaded process.
[[noreturn]] void become_the_program(const Launch& launch, const Prepared& prepared, pid_t parent) {
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (launch.account && !become(*launch.account)) {
        report_and_exit(prepared);
    }
    // After the change of user, which resets it; and the parent may be gone before we asked.
    if (launch.dies_with_us && (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent)) {
        report_and_exit(prepared);
    }
    if (!launch.directory.empty() && ::chdir(launch.directory.c_str()) != 0) {
        report_and_exit(prepared);
    }
    int target = 0;
    for (const auto& standard : prepared.standard) {
        ::dup2(standard.get(), target++);
    }
    target = first_listener;
    for (const auto& listener : prepared.listeners) {
        ::dup2(listener.get(), target++);
    }
    ::close_range(static_cast<unsigned>(target), ~0U, CLOSE_RANGE_CLOEXEC);
    if (prepared.pid_digits != nullptr) {
        std::to_chars(prepared.pid_digits, prepared.pid_digits + 15, ::getpid());
    }
    ::execvpe(prepared.arguments[0], prepared.arguments.data(), prepared.variables.data());
    report_and_exit(prepared);
}

} // namespace

pid_t launch(const Launch& launch) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe: " + std::generic_category().message(errno));
    }
    const Descriptor reading(ends[0]);
    Prepared prepared = prepare(launch, Descriptor(ends[1]));
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        become_the_program(launch, prepared, parent);
    }
    prepared.report.close();
    if (child < 0) {
        throw std::runtime_error("cannot fork: " + std::generic_category().message(errno));
    }
    // The report's writing end closes by itself at a successful exec.
    int error = 0;
    ssize_t received = 0;
    do {
        received = ::read(reading.get(), &error, sizeof error);
    } while (received < 0 && errno == EINTR);
    if (received > 0) {
        ::waitpid(child, nullptr, 0);
        throw std::runtime_error("cannot start " + launch.command.front() + ": " +
                                 std::generic_category().message(error));
    }
    return child;
}

} // namespace columbarium::rig
