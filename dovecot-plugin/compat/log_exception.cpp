// SPDX-License-Identifier: LGPL-2.1-or-later
// Apart from everything else: each module has it, and wants no other symbol of the host for it.
#include "guarded.hpp"

#include "host_headers.hpp"

namespace columbarium::host {

void log_exception(const char* where, const char* what) noexcept {
    i_error("columbarium: %s: %s", where, str_sanitize(what, 512));
}

} // namespace columbarium::host
