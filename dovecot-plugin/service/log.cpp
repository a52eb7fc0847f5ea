// SPDX-License-Identifier: LGPL-2.1-or-later
#include "log.hpp"

#include "service_headers.hpp"

namespace columbarium::service {

namespace {

constexpr unsigned longest_line = 1'000;

} // namespace

void log_info(const std::string& line) {
    i_info("%s", str_sanitize(line.c_str(), longest_line));
}

void log_warning(const std::string& line) {
    i_warning("%s", str_sanitize(line.c_str(), longest_line));
}

void log_error(const std::string& line) {
    i_error("%s", str_sanitize(line.c_str(), longest_line));
}

} // namespace columbarium::service
