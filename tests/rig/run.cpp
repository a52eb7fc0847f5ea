// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    Descriptor reading;
    Descriptor writing;
};

[[nodiscard]] Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe: " + std::generic_category().message(errno));
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void read_some(Descriptor& source, std::string& target) {
    std::array<char, 65536> chunk{};
    const ssize_t received = ::read(source.get(), chunk.data(), chunk.size());
    if (received > 0) {
        target.append(chunk.data(), static_cast<std::size_t>(received));
    } else if (received == 0 || errno != EINTR) {
        source.close();
    }
}

void write_some(Descriptor& target, std::string_view& input) {
    const ssize_t written = ::write(target.get(), input.data(), input.size());
    if (written > 0) {
        input.remove_prefix(static_cast<std::size_t>(written));
    }
    // A program that does not read all of its input is not an error.
    if (input.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) {
        target.close();
    }
}

// Moves bytes in all three directions until the child has closed both outputs. False at the deadline.
[[nodiscard]] bool converse(Descriptor& to_child, Descriptor& output, Descriptor& errors,
                            std::string_view input, RunResult& result, Clock::time_point end) {
    if (input.empty()) {
        to_child.close();
    }
    while (output.is_open() || errors.is_open()) {
        const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now()).count();
        if (left <= 0) {
            return false;
        }
        // poll() passes over descriptors that are -1.
        std::array<pollfd, 3> watched = {
            {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}, {to_child.get(), POLLOUT, 0}}};
        if (::poll(watched.data(), watched.size(), static_cast<int>(left)) <= 0) {
            continue;
        }
        if (watched[0].revents != 0) {
            read_some(output, result.output);
        }
        if (watched[1].revents != 0) {
            read_some(errors, result.errors);
        }
        if (watched[2].revents != 0) {
            write_some(to_child, input);
        }
    }
    return true;
}

// Writing to a program that has ended must be an error code for us, not a signal.
class SigpipeIgnored {
  public:
    SigpipeIgnored() : previous_(std::signal(SIGPIPE, SIG_IGN)) {}
    SigpipeIgnored(const SigpipeIgnored&) = delete;
    SigpipeIgnored& operator=(const SigpipeIgnored&) = delete;
    ~SigpipeIgnored() { std::signal(SIGPIPE, previous_); }

  private:
    void (*previous_)(int);
};

} // namespace

RunResult run(const std::vector<std::string>& command, const RunOptions& options) {
    const auto end = Clock::now() + options.deadline;
    const SigpipeIgnored quiet;
    Pipe input = make_pipe();
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    Launch child;
    child.command = command;
    child.environment = options.environment;
    child.directory = options.directory;
    child.account = options.account;
    child.standard_input = input.reading.get();
    child.standard_output = output.writing.get();
    child.standard_error = errors.writing.get();
    const pid_t pid = launch(child);
    input.reading.close();
    output.writing.close();
    errors.writing.close();
    ::fcntl(input.writing.get(), F_SETFL, O_NONBLOCK);

    RunResult result;
    int status = 0;
    bool ended = converse(input.writing, output.reading, errors.reading, options.input, result, end);
    if (ended) {
        const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now());
        ended = eventually(std::max(left, Milliseconds(0)),
                           [&] { return ::waitpid(pid, &status, WNOHANG) == pid; });
    }
    if (!ended) {
        result.timed_out = true;
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, &status, 0);
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

std::string to_string(const RunResult& result) {
    return "exit status " + std::to_string(result.status) +
           (result.timed_out ? " (killed at the deadline)" : "") + "\noutput: " + result.output +
           "\nerrors: " + result.errors;
}

} // namespace columbarium::rig
