// SPDX-License-Identifier: LGPL-2.1-or-later
#include "server_log.hpp"

#include <algorithm>
#include <array>

namespace columbarium::rig {

std::vector<std::string> alarms_in(std::string_view log) {
    // "Killed with signal 15", with a capital K, is the master's note about its ordered end.
    constexpr std::array<std::string_view, 7> signs = {
        "Panic:",           "Fatal:",        "killed with signal", "terminate called",
        "AddressSanitizer", "LeakSanitizer", ": runtime error:"};
    std::vector<std::string> alarms;
    while (!log.empty()) {
        const std::size_t end = std::min(log.find('\n'), log.size());
        const std::string_view line = log.substr(0, end);
        if (std::any_of(signs.begin(), signs.end(),
                        [line](auto sign) { return line.find(sign) != std::string_view::npos; })) {
            alarms.emplace_back(line);
        }
        log.remove_prefix(std::min(end + 1, log.size()));
    }
    return alarms;
}

} // namespace columbarium::rig
