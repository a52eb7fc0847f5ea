// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads [feed.columns] of columbarium.toml. Private to common/config.
#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/feed_source.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

// The columns of a feed whose other keys have been read into `source`; what is missing has the defaults of
// its kind. `reader` reads `feed`, the table [feed].
[[nodiscard]] Expected<FeedColumns> read_columns(const toml::table& feed, std::string_view path,
                                                 const TableReader& reader, const FeedSource& source);

} // namespace columbarium::config
