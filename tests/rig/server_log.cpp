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

} // namespace

std::vector<std::string> alarms_in(std::string_view log) {
    // "Killed with signal 15", with a capital K, is the master's note about its ordered end.
    constexpr std::array<std::string_view, 7> signs = {
        "Panic:",           "Fatal:",        "killed with signal", "terminate called",
        "AddressSanitizer", "LeakSanitizer", ": runtime error:"};
    return lines_that(log, [&signs](std::string_view line) {
        return std::any_of(signs.begin(), signs.end(),
                           [line](auto sign) { return line.find(sign) != std::string_view::npos; });
    });
}

std::vector<std::string> lines_with(std::string_view log, std::string_view text) {
    return lines_that(log,
                      [text](std::string_view line) { return line.find(text) != std::string_view::npos; });
}

} // namespace columbarium::rig
