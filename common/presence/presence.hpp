// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known of somebody's presence: per resource as XMPP has it (RFC 6121, 4.7), and merged into one.
//
// RFC 5435, 5437 and 6132 say nothing about several resources. The rule here (PR-24):
//   a) a JID with a resource: only this resource counts; where it is not there, it is offline;
//   b) a bare JID: resources with a negative priority get no messages and do not count, unless there are no
//      others: then the best of them tells `show` and `status`, and `receives` is false;
//   c) the highest priority wins;
//   d) of equals: chat before available, away, xa, dnd; then the one that changed last.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::presence {

// <show/> of an available resource; `available` where there is none. In the order of rule d.
enum class Show { chat, available, away, xa, dnd };

// "chat", "available", "away", "xa", "dnd".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(Show show);

// The way back, to the letter; nothing for all else.
[[nodiscard]] COLUMBARIUM_API std::optional<Show> show_named(std::string_view name);

// One <status/>: what the person wrote, UTF-8, and its xml:lang ("" for none).
struct StatusText {
    std::string language;
    std::string text;
};

// One available resource.
struct Resource {
    std::string name;
    Show show = Show::available;
    std::vector<StatusText> statuses;
    int priority = 0;       // -128 to 127
    std::int64_t since = 0; // seconds since 1970: when it said so
};

enum class Knowledge {
    unknown, // nobody can tell: no session, no permission, no answer
    offline,
    available,
};

// The answer for one JID.
struct Presence {
    Knowledge knowledge = Knowledge::unknown;
    Show show = Show::available; // where available
    bool receives = false;       // where available: a message would reach a device at once
    std::string status;          // UTF-8; where offline what was said when leaving; "" for none
    std::string resource;        // the one that this is of; "" for none
    std::int64_t since = 0;      // seconds since 1970; 0 where nobody knows

    friend bool operator==(const Presence&, const Presence&) = default;
};

// The text for these languages (the site's, best first; "de" is also good for "de-AT", "*" for all: basic
// filtering of RFC 4647, 3.3.1): else the one without a language, else the first, else "" (PR-25).
[[nodiscard]] COLUMBARIUM_API std::string choose_status(std::span<const StatusText> statuses,
                                                        std::span<const std::string> languages);

// The merged presence of a person with these available resources; offline where there are none. `resource` is
// the one that was asked for, "" for all. A full JID gets its messages whatever its priority is (RFC 6121,
// 8.5.3.1).
[[nodiscard]] COLUMBARIUM_API Presence merge(std::span<const Resource> resources, std::string_view resource,
                                             std::span<const std::string> languages);

} // namespace columbarium::presence
