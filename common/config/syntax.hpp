// SPDX-License-Identifier: LGPL-2.1-or-later
// What the values of several tables look like. The checks are simple ones, for typing mistakes: who uses a
// value prepares it by the rules of its protocol. Private to common/config.
#pragma once

#include <string_view>

namespace columbarium::config {

// What is wrong with a bare JID with a local part (RFC 6122, 2.1), "" for nothing.
[[nodiscard]] std::string_view bare_jid_fault(std::string_view text);

// What is wrong with the name of a file, "" for nothing. It has to be absolute.
[[nodiscard]] std::string_view file_name_fault(std::string_view text);

} // namespace columbarium::config
