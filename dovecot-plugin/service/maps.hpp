// SPDX-License-Identifier: LGPL-2.1-or-later
// The maps that the service answers for, each in a file of its own below maps/. A new one needs its file, its
// declaration here and a line of the table in maps.cpp.
#pragma once

#include <string>

#include "engine.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::service {

// The reply to a request. Where there is no such map, a permanent failure that names those that there are.
[[nodiscard]] wire::Reply answer(Engine& engine, const wire::Request& request);

// The permanent failure of what only XMPP can answer, where there is none.
inline constexpr const char* xmpp_is_not_configured =
    "XMPP is not configured: columbarium.toml has no [xmpp] table";

// Key: a JID. Value: its presence, see presence/presence_value.hpp: unknown where there is no session.
// NOTFOUND where there is one, and it does not know the JID.
[[nodiscard]] wire::Reply answer_presence(Engine& engine, const std::string& key);

// Key: a notification, see notify/notification.hpp. Value: "queued", or "dropped" where its owner has sent
// too many.
[[nodiscard]] wire::Reply answer_notify(Engine& engine, const std::string& key);

// Key: "status". Value: one JSON object, see maps/service_map.cpp.
[[nodiscard]] wire::Reply answer_service(Engine& engine, const std::string& key);

// The failure as a reply of its kind.
[[nodiscard]] wire::Reply reply_of(const Error& error);

} // namespace columbarium::service
