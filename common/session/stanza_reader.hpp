// SPDX-License-Identifier: LGPL-2.1-or-later
// What a stanza of libstrophe says. Everything in it is somebody else's: texts are bounded, addresses are
// checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "session/session.hpp"

struct _xmpp_stanza_t; // libstrophe's name for it

namespace columbarium::session {

using Stanza = _xmpp_stanza_t;

// Of one presence; what goes beyond is not kept.
inline constexpr std::size_t most_statuses = 16;
inline constexpr std::size_t longest_language = 64;

// An attribute; "" where it is missing.
[[nodiscard]] std::string attribute_of(Stanza* stanza, const char* name);

// A <presence/> (RFC 6121, 4.7): PresenceHeard, SubscriptionRequest or PresenceForbidden. Nothing for other
// types (an empty one is one of them), and where `from` is missing or no JID.
[[nodiscard]] std::optional<Event> read_presence(Stanza* stanza);

// The lines of <query xmlns="jabber:iq:roster"/> below an <iq/>; those that are no JIDs are left out.
[[nodiscard]] std::vector<RosterItem> read_roster(Stanza* iq);

// Type and condition of an error stanza (RFC 6120, 8.3); id is the stanza's.
[[nodiscard]] NotificationRefused read_error(Stanza* stanza);

// The namespace of an iq's payload; "" where it has none.
[[nodiscard]] std::string payload_namespace(Stanza* iq);

} // namespace columbarium::session
