// SPDX-License-Identifier: LGPL-2.1-or-later
// Whoever waits at a terminal sees how far a sync is; whoever reads a file does not.
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "people_site_fixture.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A terminal whose other end is ours.
struct Terminal {
    rig::Descriptor ours;
    rig::Descriptor theirs;
};

Terminal open_terminal() {
    Terminal terminal;
    terminal.ours = rig::Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    std::array<char, 128> name{};
    if (!terminal.ours.is_open() || ::grantpt(terminal.ours.get()) != 0 ||
        ::unlockpt(terminal.ours.get()) != 0 ||
        ::ptsname_r(terminal.ours.get(), name.data(), name.size()) != 0)
        throw std::runtime_error("no terminal");
    terminal.theirs = rig::Descriptor(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    return terminal;
}

// Takes what there is to read into `text`.
void read_there(int descriptor, std::string& text) {
    pollfd watched{descriptor, POLLIN, 0};
    std::array<char, 4096> buffer{};
    while (::poll(&watched, 1, 10) > 0 && (watched.revents & POLLIN) != 0) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got <= 0)
            return;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

// A feed that gives a row, and ends when the file "go" is there.
constexpr const char* slow_feed = "echo username; echo abc1; while [ ! -e go ]; do sleep 0.05; done\n";

const std::string slow_source = "kind = \"csv\"\ncommand = [\"/bin/sh\", \"feed.sh\"]\n";

// A sync of a site of its own, whose feed waits for go().
class WaitingSync {
  public:
    explicit WaitingSync(int errors) : site_(slow_source) {
        site_.folder().write("feed.sh", slow_feed);
        const rig::Descriptor output(
            ::open(site_.path("output").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        rig::Launch launch;
        launch.command = {COLUMBARIUM_COMMAND, "people", "sync", "--config", site_.config()};
        launch.directory = site_.folder().path();
        launch.account = site_.account();
        launch.standard_output = output.get();
        launch.standard_error = errors;
        pid_ = rig::launch(launch);
    }

    void go() const { site_.folder().write("go", ""); }

    [[nodiscard]] bool has_ended() { return ::waitpid(pid_, &status_, WNOHANG) == pid_; }
    [[nodiscard]] bool has_succeeded() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }
    [[nodiscard]] std::string output() const { return rig::read_file(site_.path("output")); }

  private:
    PeopleSite site_;
    pid_t pid_ = -1;
    int status_ = -1;
};

TEST(PeopleProgress, IsShownOnATerminalAfterTwoSecondsAndTakenAwayAtTheEndAndNotInAFile) {
    const PeopleSite place(slow_source);
    const rig::Descriptor errors(::open(place.path("errors").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    // Begins first: when the other one shows its progress, this one has waited as long.
    WaitingSync into_a_file(errors.get());
    const Terminal terminal = open_terminal();
    const auto begin = std::chrono::steady_clock::now();
    WaitingSync on_a_terminal(terminal.theirs.get());
    std::string shown;
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        read_there(terminal.ours.get(), shown);
        return shown.find("reading the feed") != std::string::npos;
    }));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    into_a_file.go();
    on_a_terminal.go();
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        read_there(terminal.ours.get(), shown);
        return on_a_terminal.has_ended();
    }));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return into_a_file.has_ended(); }));
    read_there(terminal.ours.get(), shown);
    EXPECT_TRUE(on_a_terminal.has_succeeded()) << shown;
    EXPECT_TRUE(into_a_file.has_succeeded());
    EXPECT_TRUE(shown.ends_with("\r" + std::string(78, ' ') + "\r")) << shown;
    EXPECT_THAT(on_a_terminal.output(), HasSubstr("created: 1\n"));
    EXPECT_THAT(rig::read_file(place.path("errors")), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
