// SPDX-License-Identifier: LGPL-2.1-or-later
// The service's lines in Dovecot's log, for files that do not know Dovecot. One line each: control characters
// of others' texts are replaced.
#pragma once

#include <string>

namespace columbarium::service {

void log_info(const std::string& line);
void log_warning(const std::string& line);
void log_error(const std::string& line);

} // namespace columbarium::service
