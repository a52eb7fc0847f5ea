// SPDX-License-Identifier: LGPL-2.1-or-later
// Which scripts a text is written in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::triage {

struct ScriptCount {
    std::string script; // ISO 15924: "Latn"
    std::size_t letters = 0;
};

// The scripts of the letters of a text (UTF-8), most letters first.
[[nodiscard]] std::vector<ScriptCount> count_scripts(std::string_view text);

} // namespace columbarium::triage
