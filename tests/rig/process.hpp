// SPDX-License-Identifier: LGPL-2.1-or-later
// Starting programs: run() for those that end by themselves, launch() for servers.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "account.hpp"
#include "eventually.hpp"

namespace columbarium::rig {

struct RunOptions {
    // What the program finds on its standard input.
    std::string input = {};
    // Killed, with all it started, when it takes longer.
    Milliseconds deadline = default_deadline;
    // "NAME=value" lines on top of a small fixed environment (PATH, LANG=C.UTF-8, settings of sanitizers).
    std::vector<std::string> environment = {};
    // Where it starts; empty: where we are.
    std::filesystem::path directory = {};
    // Whom to run it as, which only root can choose. Empty: as ourselves.
    std::optional<Account> account = {};
};

struct RunResult {
    // The exit status; 128 + signal number when a signal ended it, as a shell counts.
    int status = -1;
    // What it wrote to standard output and to standard error.
    std::string output;
    std::string errors;
    // It was killed because the deadline had passed.
    bool timed_out = false;
};

// Runs `command` (program and arguments, no shell; the program is looked for in PATH) to its end.
// Throws std::runtime_error when it cannot be started at all.
[[nodiscard]] RunResult run(const std::vector<std::string>& command, const RunOptions& options = {});

// One line for a failure message: the status and what was written.
[[nodiscard]] std::string to_string(const RunResult& result);

// How a child is started. The descriptors are the caller's and stay open in him.
struct Launch {
    std::vector<std::string> command;
    std::vector<std::string> environment;
    std::filesystem::path directory;
    std::optional<Account> account;
    // -1 stands for /dev/null.
    int standard_input = -1;
    int standard_output = -1;
    int standard_error = -1;
    // Listening sockets handed over as systemd does it: descriptors 3, 4, ... with LISTEN_FDS and LISTEN_PID.
    std::vector<int> listeners;
    // The child gets SIGTERM when the thread that launched it ends, however it ends.
    bool dies_with_us = true;
};

// Starts a child in a process group of its own and returns its pid, after its exec has succeeded.
// Throws std::runtime_error when it could not be started.
[[nodiscard]] pid_t launch(const Launch& launch);

} // namespace columbarium::rig
