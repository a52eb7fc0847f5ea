// SPDX-License-Identifier: LGPL-2.1-or-later
// The [lists] table of columbarium.toml. Private to common/config.
#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/list_policy.hpp"

namespace columbarium::config {

// Reads the table: the policy's keys, and a table for each list; a key that holds a ":" is a list's name.
// `line` is where the table starts. Whether a name is one of a list is for others to check.
[[nodiscard]] Expected<ListPolicy> read_lists(const toml::table& lists, std::string_view path,
                                              toml::source_index line);

} // namespace columbarium::config
