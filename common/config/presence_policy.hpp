// SPDX-License-Identifier: LGPL-2.1-or-later
// The [presence] table of columbarium.toml: how presence is told to scripts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace columbarium::config {

struct PresencePolicy {
    std::size_t deadline_milliseconds = 150; // deadline_ms, 10 to 200: all look-ups of one delivery together
    std::string available_show =
        "chat";                 // available_show = "chat" | "away" | "dnd" | "xa" | "unknown" (PR-12)
    bool offline_is_no = false; // offline_online = "maybe" | "no" (XN-4)
    // busy = ["dnd"], of "available", "chat", "away", "xa", "dnd" (PR-21)
    std::vector<std::string> busy = {"dnd"};
    // languages = ["en", "de"]: which <status/> is told, best first; "*" is any (PR-25)
    std::vector<std::string> languages;
    // public = ["oncall@example.com", "@rooms.example.com"]: whose presence every script may ask for beside
    // its owner's own; a JID, or "@domain" for all of a domain.
    std::vector<std::string> public_jids;
};

} // namespace columbarium::config
