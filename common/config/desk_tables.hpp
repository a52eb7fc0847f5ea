// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of columbarium.toml that a triage desk needs beside its destinations. Private to common/config.
#pragma once

#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/desk_policy.hpp"
#include "config/triage_policy.hpp"

namespace columbarium::config {

// Each reads one table; `line` is where it starts. What the headers of the values say is checked, patterns
// are compiled and bounded; keys that are missing have the values that stand there.
[[nodiscard]] Expected<TriagePolicy> read_triage(const toml::table& triage, std::string_view path,
                                                 toml::source_index line);
[[nodiscard]] Expected<DeskPolicy> read_desk(const toml::table& desk, std::string_view path,
                                             toml::source_index line);
[[nodiscard]] Expected<std::vector<DeskAnswer>> read_answers(const toml::table& answers,
                                                             std::string_view path, toml::source_index line);

} // namespace columbarium::config
