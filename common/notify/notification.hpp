// SPDX-License-Identifier: LGPL-2.1-or-later
// One notification by XMPP, ready to be sent (RFC 5437, 2.7), and its form in the service's map "notify": one
// JSON object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/notify_policy.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::notify {

// Octets of a notification's texts at most.
inline constexpr std::size_t longest_body = 60'000;
inline constexpr std::size_t longest_subject = 1'000;
inline constexpr std::size_t longest_url = config::longest_notify_url;
inline constexpr std::size_t longest_owner = 1'000; // also of resent_from
// Octets of the JSON at most: with the map's name it fits into one request of socketmap.
inline constexpr std::size_t longest_notification_value = 99'000;

// All texts are UTF-8 without the characters that XML 1.0 forbids.
struct Notification {
    std::string id;        // of the stanza, unique; the same at each try: 1 to 64 of A-Z a-z 0-9 -
    std::string owner;     // whose script sends it: the login name
    xmpp::Jid to;          // bare or full, as the URI has it (XN-10)
    bool headline = false; // <message type="headline"/>, else "normal" (XN-9)
    std::string subject;   // "" for none
    std::string body;      // not empty
    std::string urgency;   // SHIM header Urgency: "high", "medium", "low" (XN-7)
    std::string
        resent_from; // SHIM header Resent-From (XN-15): :from, else the envelope recipient; "" for none
    std::string url; // jabber:x:oob (XN-14); "" for none
    std::int64_t created = 0; // seconds since 1970

    friend bool operator==(const Notification&, const Notification&) = default;
};

// {"id":"...","owner":"...","to":"romeo@example.com","type":"normal","subject":"...","body":"...",
//  "urgency":"medium","resent_from":"...","url":"...","created":1700000000}; empty texts are left out.
[[nodiscard]] COLUMBARIUM_API std::string to_value(const Notification& notification);

// A permanent failure says what is wrong with it: not the JSON of a notification, a wrong JID or id,
// characters that XML forbids, a text that is too long. Members that nobody knows are passed over.
[[nodiscard]] COLUMBARIUM_API Expected<Notification> from_value(std::string_view value);

} // namespace columbarium::notify
