// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a feed comes from.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "config/feed_source.hpp"
#include "tombstone/listing.hpp"

namespace columbarium::feed {

// Octets of one row at most, and of one of its fields. A longer row is a broken feed.
inline constexpr std::size_t longest_row = std::size_t{1} << 20;
inline constexpr std::size_t longest_field = std::size_t{64} << 10;

class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    // Gives each row to `take`, one at a time; memory does not grow with their number. A failure means that
    // the feed is broken or ended early, wherever that was: rows that were given before may be half of it,
    // and nothing may be concluded from them. It names file and line, the command and its exit status, or the
    // directory and its answer. An empty feed (no rows at all) is a failure.
    [[nodiscard]] virtual Expected<void> read(const std::function<void(tombstone::Row)>& take) = 0;

    // What the feed is, for reports: the file's name, the command, the directory's URL and base.
    [[nodiscard]] virtual std::string name() const = 0;
};

// The source that the configuration names. A permanent failure where it names none. `password`: of bind_dn.
[[nodiscard]] Expected<std::unique_ptr<Source>> open_source(const config::FeedSource& source,
                                                            const std::string& password);

} // namespace columbarium::feed
