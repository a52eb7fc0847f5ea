// SPDX-License-Identifier: LGPL-2.1-or-later
// A list that can be asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "lists/lookup_keys.hpp"
#include "lists/member.hpp"

namespace columbarium::lists {

// What a source is, for people: known whether it can be asked or not.
struct SourceDescription {
    std::string kind; // "vdir", "carddav", "dict", "file", "own addresses", or "none" of a book nobody set up
    std::string place; // a path, a URL without a password, a dict's URI without secrets
};

// How a source that can be asked is now.
struct SourceStatus {
    std::optional<std::uint64_t> members; // nothing where the source cannot count
    // When the source last changed, or was last synchronised; nothing where nobody knows.
    std::optional<std::chrono::system_clock::time_point> changed;
};

// Implementations open what they need at the first call, not before: naming a list costs nothing (MS-7).
// Failures are temporary where the answer is unknown now (EL-31), and permanent where there never can be one
// (EL-30, EL-60).
class Source {
  public:
    Source() = default;
    Source(const Source&) = delete; // shared by pointer
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    // The member that a value is, or nothing.
    [[nodiscard]] virtual Expected<std::optional<Member>> find(const LookupKeys& keys) = 0;

    // All members, in the list's order. A permanent failure where the source cannot enumerate. At most
    // `limit` are given; one more than that is a permanent failure that names the limit.
    [[nodiscard]] virtual Expected<std::vector<Member>> members(std::size_t limit) = 0;

    // Where the members are known by their purpose: those to whom mail for the whole list goes. Of a group
    // card its own address is no member's (VC-7). Others: all members.
    [[nodiscard]] virtual Expected<std::vector<Member>> recipients(std::size_t limit) {
        return members(limit);
    }

    // Opens and asks nothing. A place that cannot be expanded for this user stands as it was written.
    [[nodiscard]] virtual SourceDescription description() const = 0;

    // Asks the source; fails where it cannot be asked now.
    [[nodiscard]] virtual Expected<SourceStatus> status() = 0;
};

// Takes one warning, one line. What was wrong costs only what the line names.
using Warn = std::function<void(const std::string&)>;

} // namespace columbarium::lists
