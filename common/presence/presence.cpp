// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/presence.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/ascii.hpp"

namespace columbarium::presence {

namespace {

constexpr std::array<std::string_view, 5> show_names = {"chat", "available", "away", "xa", "dnd"};

// Basic filtering of RFC 4647, 3.3.1.
bool range_matches(std::string_view range, std::string_view language) {
    if (range == "*")
        return true;
    return starts_with_ignoring_case(language, range) && !range.empty() &&
           (language.size() == range.size() || language[range.size()] == '-');
}

// The rules b, c and d.
bool is_better(const Resource& a, const Resource& b) {
    return std::tuple(a.priority, -static_cast<int>(a.show), a.since) >
           std::tuple(b.priority, -static_cast<int>(b.show), b.since);
}

Presence offline(std::string_view resource) {
    Presence presence;
    presence.knowledge = Knowledge::offline;
    presence.resource = resource;
    return presence;
}

} // namespace

std::string_view name_of(Show show) {
    return show_names.at(static_cast<std::size_t>(show));
}

std::optional<Show> show_named(std::string_view name) {
    const auto found = std::ranges::find(show_names, name);
    if (found == show_names.end())
        return std::nullopt;
    return static_cast<Show>(found - show_names.begin());
}

std::string choose_status(std::span<const StatusText> statuses, std::span<const std::string> languages) {
    if (statuses.empty())
        return {};
    for (const std::string& range : languages)
        for (const StatusText& status : statuses)
            if (range_matches(range, status.language))
                return status.text;
    const auto plain =
        std::ranges::find_if(statuses, [](const StatusText& status) { return status.language.empty(); });
    return plain != statuses.end() ? plain->text : statuses.front().text;
}

Presence merge(std::span<const Resource> resources, std::string_view resource,
               std::span<const std::string> languages) {
    const Resource* best = nullptr;
    for (const Resource& candidate : resources)
        if ((resource.empty() || candidate.name == resource) && (!best || is_better(candidate, *best)))
            best = &candidate;
    if (best == nullptr)
        return offline(resource);
    Presence presence;
    presence.knowledge = Knowledge::available;
    presence.show = best->show;
    presence.receives = !resource.empty() || best->priority >= 0;
    presence.status = choose_status(best->statuses, languages);
    presence.resource = best->name;
    presence.since = best->since;
    return presence;
}

} // namespace columbarium::presence
