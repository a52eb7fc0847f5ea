// SPDX-License-Identifier: LGPL-2.1-or-later
// The presence of everybody whom the XMPP session knows. What the session hears goes in, and answers come
// out. Times are seconds since 1970 and come from the caller.
//
// Known are those who let us see their presence (subscription "to" or "both" of the roster, RFC 6121, 2.1).
// After the session has begun, or a JID has become known in it, the JID is unknown until something is heard
// of it, or until `settling_seconds` have passed: then a known JID that nobody heard of is offline (XP-15);
// where the clock is set back, they have passed.
// After a disconnect everybody is unknown, and each session's roster says anew who is known: who is not in it
// is forgotten when the session has settled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/export.hpp"
#include "presence/presence.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::presence {

// RFC 6121, 2.1.2.5. `remove` and everything unknown are `none`.
enum class Subscription { none, to, from, both };

// A <presence/> with no type, or of type "unavailable".
struct PresenceStanza {
    xmpp::Jid from;
    bool available = false;
    Show show = Show::available;
    std::vector<StatusText> statuses;
    int priority = 0;
};

class PresenceTable {
  public:
    static constexpr std::int64_t settling_seconds = 10;
    // Of one JID and in all; what goes beyond is not kept (a JID's newest resource replaces its oldest).
    static constexpr std::size_t most_resources = 32;
    static constexpr std::size_t most_jids = 200'000;
    static constexpr std::size_t longest_status = 1'024; // octets; cut at a character
    static constexpr std::size_t most_statuses = 8;      // of one presence
    static constexpr std::size_t longest_language = 64;  // octets; a status in a longer one is not kept
    static constexpr std::size_t most_octets = 64 * 1024 * 1024;

    // `octet_limit`: of all status texts and names of resources together. Beyond, presences are kept without
    // their texts; beyond twice that, a new resource is not kept: who has no other is unknown then, not
    // offline.
    COLUMBARIUM_API explicit PresenceTable(std::size_t octet_limit = most_octets);
    PresenceTable(const PresenceTable&) = delete; // large
    PresenceTable& operator=(const PresenceTable&) = delete;
    COLUMBARIUM_API ~PresenceTable();

    COLUMBARIUM_API void connected(std::int64_t now);
    COLUMBARIUM_API void disconnected();

    // A line of the roster, or a roster push. With `now` the JID settles from then on; without from the
    // beginning of the session.
    COLUMBARIUM_API void set_subscription(const xmpp::Jid& jid, Subscription subscription,
                                          std::int64_t now = 0);

    // A presence. From a full JID it is of this resource; "unavailable" of a bare JID takes all of them away,
    // unless it only acknowledges a subscription (XP-8): then nothing is known yet. Presence of somebody who
    // is not known (no subscription) is not kept.
    COLUMBARIUM_API void heard(const PresenceStanza& stanza, std::int64_t now);

    // The answer was "unsubscribed", or an error: the JID's presence is unknown, not offline (XP-14), until
    // something is heard of it.
    COLUMBARIUM_API void forbidden(const xmpp::Jid& jid);

    // The presence of a JID; nothing where it is not known at all.
    [[nodiscard]] COLUMBARIUM_API std::optional<Presence>
    look_up(const xmpp::Jid& jid, const std::vector<std::string>& languages, std::int64_t now) const;

    // Known JIDs of this session (after a disconnect: of the last one), and those of them with an available
    // resource.
    [[nodiscard]] COLUMBARIUM_API std::size_t known() const;
    [[nodiscard]] COLUMBARIUM_API std::size_t available() const;

  private:
    struct People;
    std::unique_ptr<People> people_;
};

} // namespace columbarium::presence
