// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether the milter may have its socket.
#pragma once

#include <string>

#include "base/expected.hpp"

namespace columbarium::milter {

// libmilter removes whatever socket it finds in its place, also one where somebody listens, who then gets no
// more mail and does not know it. `socket`: as libmilter has it, "unix:/run/x/milter". A permanent failure
// where a process answers at a unix socket, or where that cannot be told. Of other sockets the kernel takes
// care.
[[nodiscard]] Expected<void> nobody_listens_at(const std::string& socket);

} // namespace columbarium::milter
