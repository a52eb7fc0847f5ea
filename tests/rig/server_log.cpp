// SPDX-License-Identifier: LGPL-2.1-or-later
#include "server_log.hpp"

#include <algorithm>
#include <array>

namespace columbarium::rig {

namespace {

template <class Wanted>
[[nodiscard]] std::vector<std::string> lines_that(std::string_view log, Wanted&& is_wanted) {
    std::vector<std::string> lines;
    while (!log.empty()) {
        const std::size_t end = std::min(log.find('\n'), log.size());
        if (const std::string_view line = log.substr(0, end); is_wanted(line))
            lines.emplace_back(line);
        log.remove_prefix(std::min(end + 1, log.size()));
    }
    return lines;
}

// The processes that died of a fault of Dovecot's own at their ordered end: the handler of SIGTERM puts
// /dev/null in the place of a listener (master-service.c, sig_close_listeners) whose io is just being
// removed, and epoll knows no /dev/null.
[[nodiscard]] std::vector<std::string> ended_at_their_listener(std::string_view log) {
    std::vector<std::string> processes;
    for (const std::string& line : lines_that(log, [](std::string_view text) {
             return text.find("): Panic: epoll_ctl(del, ") != std::string_view::npos &&
                    text.ends_with(" failed: Operation not permitted");
         })) {
        const std::size_t end = line.find("): Panic: ");
        processes.push_back(line.substr(line.rfind('(', end) + 1, end - line.rfind('(', end) - 1));
    }
    return processes;
}

} // namespace

std::vector<std::string> alarms_in(std::string_view log) {
    // "Killed with signal 15", with a capital K, is the master's note about its ordered end.
    constexpr std::array<std::string_view, 7> signs = {
        "Panic:",           "Fatal:",        "killed with signal", "terminate called",
        "AddressSanitizer", "LeakSanitizer", ": runtime error:"};
    const auto harmless = ended_at_their_listener(log);
    const auto is_harmless = [&harmless](std::string_view line) {
        return std::any_of(harmless.begin(), harmless.end(), [line](const std::string& process) {
            return line.find("(" + process + "): Panic: epoll_ctl(del, ") != std::string_view::npos ||
                   line.find("child " + process + " killed with signal 6") != std::string_view::npos;
        });
    };
    return lines_that(log, [&](std::string_view line) {
        return std::any_of(signs.begin(), signs.end(),
                           [line](auto sign) { return line.find(sign) != std::string_view::npos; }) &&
               !is_harmless(line);
    });
}

std::vector<std::string> lines_with(std::string_view log, std::string_view text) {
    return lines_that(log,
                      [text](std::string_view line) { return line.find(text) != std::string_view::npos; });
}

} // namespace columbarium::rig
