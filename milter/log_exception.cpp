// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include "guarded.hpp"
#include "milter/log.hpp"

namespace columbarium::host {

void log_exception(const char* where, const char* what) noexcept {
    try {
        milter::log_error(std::string(where) + ": " + what);
    } catch (...) { // NOLINT: there is no memory even for a line
    }
}

} // namespace columbarium::host
