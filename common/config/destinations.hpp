// SPDX-License-Identifier: LGPL-2.1-or-later
// The [destinations.NAME] tables of columbarium.toml. Private to common/config.
#pragma once

#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/site_config.hpp"

namespace columbarium::config {

// Reads all tables below `destinations`, in the file's order. Names that differ only in ASCII case, unknown
// kinds and keys, and values that no mailbox, flag or address can have are failures.
[[nodiscard]] Expected<std::vector<Destination>> read_destinations(const toml::table& destinations,
                                                                   std::string_view path);

// Whether what destinations name is there: their answers in [answers], the tokens of channels in
// [triage.tokens].
[[nodiscard]] Expected<void> check_references(const SiteConfig& config, const toml::table& file,
                                              std::string_view path);

} // namespace columbarium::config
