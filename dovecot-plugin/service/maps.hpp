// SPDX-License-Identifier: LGPL-2.1-or-later
// The maps that the service answers for, each in a file of its own below maps/. A new one needs its file, its
// declaration here and a line of the table in maps.cpp.
#pragma once

#include <string>
#include <string_view>

#include "engine.hpp"
#include "listener.hpp"
#include "owners.hpp"
#include "people.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::service {

// What the maps ask.
struct Rooms {
    Engine& engine;
    People& people;
    Owners& owners;
};

struct Question {
    Rooms rooms;
    const Peer& peer;
    const std::string& key;
};

// The reply to a question. Where there is no such map, or not for who has come by this listener, a permanent
// failure that names those that there are.
[[nodiscard]] wire::Reply answer(const Question& question, std::string_view map_name);

// The permanent failure of what only XMPP can answer, where there is none.
inline constexpr const char* xmpp_is_not_configured =
    "XMPP is not configured: columbarium.toml has no [xmpp] table";

// Key: a JID. Value: its presence, see presence/presence_value.hpp: unknown where there is no session.
// NOTFOUND where there is one, and it does not know the JID.
[[nodiscard]] wire::Reply answer_presence(const Question& question);

// Key: a notification, see notify/notification.hpp. Value: "queued", or "dropped" where its owner has sent
// too many.
[[nodiscard]] wire::Reply answer_notify(const Question& question);

// Key: "status". Value: one JSON object, see maps/service_map.cpp.
[[nodiscard]] wire::Reply answer_service(const Question& question);

// Key: an address. Value: the address that mail for it is forwarded to. NOTFOUND where it is not forwarded.
[[nodiscard]] wire::Reply answer_forwarding(const Question& question);

// Key: an address. Value: the address where its person is reached now. NOTFOUND where senders are not told.
[[nodiscard]] wire::Reply answer_tombstone(const Question& question);

// Key: an address. Value: what becomes of mail to it, see tombstone/resolve.hpp. NOTFOUND where it is
// nobody's of the site.
[[nodiscard]] wire::Reply answer_resolve(const Question& question);

// Key: what a user asks or sets of himself, see tombstone/own_settings.hpp. Value: the address, as it is now;
// "" where it is unset. NOTFOUND for who is no person of the site. A permanent failure may be shown to the
// user, others not.
[[nodiscard]] wire::Reply answer_settings(const Question& question);

// Key: an address. Value: its person, see tombstone/addressee.hpp. NOTFOUND where it is nobody's of the
// site, or a role's: mail to it is left alone. Who asks knows the address as one of the site's: where it is
// none here, a temporary failure, see maps/recipient_map.cpp.
[[nodiscard]] wire::Reply answer_recipient(const Question& question);

// The same for users, each for the addresses that are his own. Key: see tombstone/own_recipient.hpp.
[[nodiscard]] wire::Reply answer_own_recipient(const Question& question);

// Key: a claim, or what became of one, see reply/claim.hpp. Value: its outcome; "done". By the listener of
// settings each user claims for himself only, see maps/reply_map.cpp.
[[nodiscard]] wire::Reply answer_reply(const Question& question);

// A forward of a user's desk that is to go out now, or that was to and did not. Key and value: see
// desk/forward_count.hpp.
[[nodiscard]] wire::Reply answer_forward(const Question& question);

// What a report says that came to a user's desk. Key and value: see desk/bounce_record.hpp.
[[nodiscard]] wire::Reply answer_bounce(const Question& question);

// What everybody on the host may know of a temporary failure; where the store is, and what is wrong with it,
// is in the log. Other replies stay as they are.
inline constexpr const char* store_is_away = "the store cannot be asked at the moment";
[[nodiscard]] wire::Reply for_everybody(wire::Reply reply);

// The failure as a reply of its kind.
[[nodiscard]] wire::Reply reply_of(const Error& error);

} // namespace columbarium::service
