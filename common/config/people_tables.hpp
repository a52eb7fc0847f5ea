// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of columbarium.toml that are about people. Private to common/config.
#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/feed_source.hpp"
#include "config/people_policy.hpp"
#include "config/store_place.hpp"

namespace columbarium::config {

// Each reads one table; `line` is where it starts. What the headers of the values say is checked; keys that
// are missing have the values that stand there.
[[nodiscard]] Expected<PeoplePolicy> read_people(const toml::table& people, std::string_view path,
                                                 toml::source_index line);
[[nodiscard]] Expected<StorePlace> read_store(const toml::table& store, std::string_view path,
                                              toml::source_index line);
[[nodiscard]] Expected<FeedSource> read_feed(const toml::table& feed, std::string_view path,
                                             toml::source_index line);

} // namespace columbarium::config
