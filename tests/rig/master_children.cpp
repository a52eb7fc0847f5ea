// SPDX-License-Identifier: LGPL-2.1-or-later
#include "master_children.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace columbarium::rig {

namespace {

// From "/proc/PID/stat": `12 (lmtp) S ...`. Nullopt when the process is gone.
[[nodiscard]] std::optional<ServerProcess> look_at(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 2 >= line.size()) {
        return std::nullopt;
    }
    const char state = line[close + 2];
    return ServerProcess{pid, line.substr(open + 1, close - open - 1), state == 'Z' || state == 'X'};
}

} // namespace

void adopt_orphans() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

std::vector<ServerProcess> children_of(pid_t master) {
    const std::string number = std::to_string(master);
    std::ifstream list("/proc/" + number + "/task/" + number + "/children");
    std::vector<ServerProcess> children;
    for (auto pid = std::istream_iterator<pid_t>(list); pid != std::istream_iterator<pid_t>(); ++pid) {
        if (auto child = look_at(*pid)) {
            children.push_back(*std::move(child));
        }
    }
    return children;
}

bool only_log_process_runs(const std::vector<ServerProcess>& children) {
    return !children.empty() && std::all_of(children.begin(), children.end(), [](const ServerProcess& child) {
        return child.ended || child.name == "log";
    });
}

std::vector<std::string> reap(const std::vector<ServerProcess>& orphans, Milliseconds deadline) {
    std::vector<std::string> complaints;
    for (const auto& orphan : orphans) {
        const std::string who = "service(" + orphan.name + "): child " + std::to_string(orphan.pid);
        int status = 0;
        pid_t answer = 0;
        if (!eventually(deadline, [&] { return (answer = ::waitpid(orphan.pid, &status, WNOHANG)) != 0; })) {
            ::kill(orphan.pid, SIGKILL);
            answer = ::waitpid(orphan.pid, &status, 0);
            complaints.push_back(who + " did not end with the server");
        }
        // SIGQUIT is the master's own last word to a child that is still busy starting when the server stops.
        if (answer == orphan.pid && WIFSIGNALED(status) && WTERMSIG(status) != SIGQUIT) {
            complaints.push_back(who + " killed with signal " + std::to_string(WTERMSIG(status)));
        }
    }
    return complaints;
}

} // namespace columbarium::rig
