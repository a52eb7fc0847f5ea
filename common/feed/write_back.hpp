// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes that the directory has to learn: addresses that were set here, and the mail attribute.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/expected.hpp"
#include "config/feed_source.hpp"

namespace columbarium::feed {

// One person's changes.
struct DirectoryChange {
    // An attribute that has to have another value: `before` is what it is believed to have, "" for none.
    struct Value {
        std::string before;
        std::string after; // "": takes it away
    };
    std::string username;
    std::optional<Value> forwarding_address;
    std::optional<Value> tombstone_address;
    std::string mail; // added to the mail attribute, where it is not there yet; "" for none
};

// Which of these the directory has a place for.
struct DirectoryParts {
    bool forwarding_address = false;
    bool tombstone_address = false;
    bool mail = false;
};

enum class WriteResult {
    written, // the directory says so; also where it had the values already
    differs, // the attribute has another value than `before` by now: the next sync learns it. Nothing written
    absent,  // the person is not in the directory (any more)
};

class WriteBack {
  public:
    WriteBack() = default;
    WriteBack(const WriteBack&) = delete;
    WriteBack& operator=(const WriteBack&) = delete;
    virtual ~WriteBack() = default;

    // What a change may hold. What the configuration names no attribute for waits until it names one.
    [[nodiscard]] virtual DirectoryParts parts() const = 0;

    // One LDAP modify, all of it or nothing. A failure names the person, the directory and its answer:
    // permanent where the directory refuses this change or has no place for a part of it, temporary where it
    // cannot be reached: the change may have reached it all the same.
    [[nodiscard]] virtual Expected<WriteResult> write(const DirectoryChange& change) = 0;
};

// nullptr where the configuration wants none.
[[nodiscard]] Expected<std::unique_ptr<WriteBack>> open_write_back(const config::FeedSource& source,
                                                                   const std::string& password);

} // namespace columbarium::feed
