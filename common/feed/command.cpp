// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/regular_file.hpp"
#include "base/utf8.hpp"
#include "feed/octets.hpp"

namespace columbarium::feed {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t block_limit = std::size_t{64} << 10;
constexpr std::size_t error_limit = 1000; // of its standard error: the end

struct Pipe {
    Descriptor reading;
    Descriptor writing;
};

// The same above the standard descriptors, where it stands in the way of no copy. What is copied to its own
// number would not outlive exec.
[[nodiscard]] int above_standard(const Descriptor& descriptor) {
    return ::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, 3);
}

[[nodiscard]] bool open_pipe(Pipe& opened) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    const Descriptor reading(ends[0]);
    const Descriptor writing(ends[1]);
    opened.reading = Descriptor(above_standard(reading));
    opened.writing = Descriptor(above_standard(writing));
    return opened.reading.number() >= 0 && opened.writing.number() >= 0;
}

// What the child does before it becomes the program.
[[noreturn]] void become(char* const* arguments, int input, int output, int errors, int report,
                         pid_t parent) {
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const bool is_ready = ::prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && ::getppid() == parent &&
                          ::dup2(input, 0) >= 0 && ::dup2(output, 1) >= 0 && ::dup2(errors, 2) >= 0;
    if (is_ready)
        ::execvp(arguments[0], arguments);
    const int error_number = errno;
    static_cast<void>(::write(report, &error_number, sizeof error_number) > 0);
    ::_exit(127);
}

// A program that runs. It and its process group are killed at the end.
class Child {
  public:
    Child() = default;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ >= 0 && !is_reaped_)
            static_cast<void>(reap());
    }

    // An error number, or 0.
    [[nodiscard]] int start(const std::vector<std::string>& command) {
        Pipe output;
        Pipe errors;
        Pipe report;
        const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const Descriptor input(above_standard(nothing));
        if (input.number() < 0 || !open_pipe(output) || !open_pipe(errors) || !open_pipe(report))
            return errno;
        std::vector<char*> arguments;
        for (const std::string& argument : command)
            arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: exec changes none of them
        arguments.push_back(nullptr);
        const pid_t parent = ::getpid();
        const pid_t pid = ::fork();
        if (pid == 0)
            become(arguments.data(), input.number(), output.writing.number(), errors.writing.number(),
                   report.writing.number(), parent);
        if (pid < 0)
            return errno;
        pid_ = pid;
        report.writing = Descriptor();
        int fault = 0;
        ssize_t length = 0;
        do
            length = ::read(report.reading.number(), &fault, sizeof fault);
        while (length < 0 && errno == EINTR);
        if (length > 0)
            return fault;
        ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
        if (ended_.number() < 0)
            return errno;
        output_ = std::move(output.reading);
        errors_ = std::move(errors.reading);
        return ::fcntl(errors_.number(), F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
    }

    [[nodiscard]] int output() const { return output_.number(); }
    [[nodiscard]] int errors() const { return errors_.number(); }
    [[nodiscard]] int ended() const { return ended_.number(); } // readable when it has ended
    void close_errors() { errors_ = Descriptor(); }

    // Waits until it ends by itself. As waitpid() gives it.
    [[nodiscard]] int wait_for_it() {
        siginfo_t ended{};
        while (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR)
            ;
        return reap();
    }

  private:
    // Until it is reaped nobody else gets its number, and the group of that number is its own.
    [[nodiscard]] int reap() {
        // One whom we may not kill (a program that has become somebody else) is not waited for.
        const bool is_killed = ::kill(-pid_, SIGKILL) == 0 || errno != EPERM;
        int status = 127 << 8; // where the system does not tell: whoever started us may ignore SIGCHLD
        while (::waitpid(pid_, &status, is_killed ? 0 : WNOHANG) < 0 && errno == EINTR)
            ;
        is_reaped_ = true;
        return status;
    }

    pid_t pid_ = -1;
    bool is_reaped_ = false;
    Descriptor ended_;
    Descriptor output_;
    Descriptor errors_;
};

std::string_view last_line(std::string_view text) {
    text = trim(text);
    const std::size_t end = text.rfind('\n');
    return end == std::string_view::npos ? text : trim(text.substr(end + 1));
}

class CommandOctets : public Octets {
  public:
    CommandOctets(std::vector<std::string> command, std::chrono::milliseconds time)
        : command_(std::move(command)), time_(time) {}

    Expected<void> read(const Take& take) override {
        const auto deadline = Clock::now() + time_;
        errors_.clear();
        Child child;
        if (const int fault = child.start(command_); fault != 0)
            return temporary_failure(
                system_text(fmt::format("the command {}", name()), "cannot be started", fault));
        for (bool is_open = true; is_open;) {
            if (auto ready = wait(child, child.output(), deadline); !ready)
                return ready;
            const ssize_t length = ::read(child.output(), block_.data(), block_.size());
            if (length < 0 && errno == EINTR)
                continue;
            if (length < 0)
                return temporary_failure(
                    system_text(fmt::format("the command {}", name()), "cannot be read", errno));
            is_open = length > 0;
            if (is_open)
                if (auto taken = take({block_.data(), static_cast<std::size_t>(length)}); !taken)
                    return taken;
        }
        if (auto ready = wait(child, child.ended(), deadline); !ready)
            return ready;
        const int status = child.wait_for_it();
        read_errors(child);
        if (WIFSIGNALED(status))
            return failure(fmt::format("was ended by signal {}", WTERMSIG(status)));
        if (WEXITSTATUS(status) != 0)
            return failure(fmt::format("failed with exit status {}", WEXITSTATUS(status)));
        return {};
    }

    std::string name() const override { return command_.front(); }

  private:
    [[nodiscard]] tl::unexpected<Error> failure(std::string_view what) const {
        const std::string_view said = last_line(errors_);
        return temporary_failure(
            fmt::format("the command {}: {}{}{}", name(), what, said.empty() ? "" : ": ", printable(said)));
    }

    // Until the descriptor is readable. Reads what comes on its standard error meanwhile.
    [[nodiscard]] Expected<void> wait(Child& child, int descriptor, Clock::time_point deadline) {
        for (;;) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
            if (left <= 0)
                return failure(fmt::format("was not done after {} seconds and was ended; [feed] "
                                           "command_seconds allows it more",
                                           std::chrono::duration<double>(time_).count()));
            std::array<pollfd, 2> watched = {{{descriptor, POLLIN, 0}, {child.errors(), POLLIN, 0}}};
            if (::poll(watched.data(), watched.size(), static_cast<int>(std::min(left, longest_wait))) <= 0)
                continue;
            if (watched[1].revents != 0)
                read_errors(child);
            if (watched[0].revents != 0)
                return {};
        }
    }

    // What is there, without waiting; of one who writes as fast as we read, not all: there is a deadline.
    void read_errors(Child& child) {
        constexpr int most_blocks = 32;
        std::array<char, 4096> block; // NOLINT: it is filled before it is read
        for (int i = 0; i < most_blocks && child.errors() >= 0; ++i) {
            const ssize_t length = ::read(child.errors(), block.data(), block.size());
            if (length < 0 && errno == EAGAIN)
                return;
            if (length < 0 && errno == EINTR)
                continue;
            if (length <= 0)
                return child.close_errors();
            errors_.append(block.data(), static_cast<std::size_t>(length));
            if (errors_.size() > error_limit)
                errors_.erase(0, errors_.size() - error_limit);
        }
    }

    static constexpr std::chrono::milliseconds::rep longest_wait = 3'600'000;

    std::vector<std::string> command_;
    std::chrono::milliseconds time_;
    std::string errors_; // the end of what it wrote to its standard error
    std::array<char, block_limit> block_{};
};

} // namespace

std::unique_ptr<Octets> command_octets(std::vector<std::string> command, std::chrono::milliseconds time) {
    return std::make_unique<CommandOctets>(std::move(command), time);
}

} // namespace columbarium::feed
