// SPDX-License-Identifier: LGPL-2.1-or-later
// The real subject of a message.
#pragma once

#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::desk {

// The subject without what mail programs of many languages put before it when people answer and forward
// ("Re:", "RE[2]:", "Fwd:", "AW:", "WG:", "Antw:", "SV:", "回复：", and their like, in any mixture and
// number, "(fwd)" at its end as well): one line, without control characters, at most 200 characters. A
// subject that is nothing else is "". Words that a person wrote stay: "Re-keying", "AW 139: ...", "[list] x".
[[nodiscard]] COLUMBARIUM_API std::string real_subject(std::string_view decoded);

} // namespace columbarium::desk
