// SPDX-License-Identifier: LGPL-2.1-or-later
// How many forwards a desk may send in an hour: the service's map "forward" counts them.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::desk {

// The map's key: one JSON object. The limits are the service's own, from columbarium.toml.
struct ForwardCount {
    std::string user;       // the login name of the desk: the service looks whether it is who asks
    std::string channel;    // the destination's name
    bool give_back = false; // it was counted a moment ago, and has not gone out
    friend bool operator==(const ForwardCount&, const ForwardCount&) = default;
};
[[nodiscard]] COLUMBARIUM_API std::string to_key(const ForwardCount& count);
[[nodiscard]] COLUMBARIUM_API Expected<ForwardCount> read_forward_count(std::string_view key);

// The map's value: "" where the forward was counted and may go out, else the key of the limit that is reached
// ("desk.forwards_per_hour", "destinations.disputes.per_hour"), and nothing was counted. As text: "counted",
// or "limit" and the key. To what is given back: given_back.
inline constexpr std::string_view given_back = "given back";
[[nodiscard]] COLUMBARIUM_API std::string to_value(std::string_view limit);
[[nodiscard]] COLUMBARIUM_API Expected<std::string> read_limit(std::string_view value);

} // namespace columbarium::desk
