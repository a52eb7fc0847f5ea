// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes a notification of a script's `notify` action (RFC 5435, 3 and RFC 5437, 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/export.hpp"
#include "config/notify_policy.hpp"
#include "notify/notification.hpp"
#include "xmpp/xmpp_uri.hpp"

namespace columbarium::notify {

// What the action and its message say. Texts of the message may be any octets.
struct Action {
    xmpp::XmppUri uri;
    std::optional<std::string> message; // :message
    std::optional<std::string> from;    // :from, an RFC 5321 Mailbox
    int importance = 2;                 // :importance, 1 to 3
    std::string owner;                  // login name
    std::string recipient;              // final envelope recipient; "" for none
    std::string mail_from;              // the field From, decoded; "" for none
    std::string mail_subject;           // the field Subject, decoded; "" for none
    std::string mailbox;                // where the mail went; "" where nobody knows
};

// The notification: the body is :message, else the URI's, else the site's text (one that is empty counts as
// absent: a message has a body); the subject the URI's, else the site's. Placeholders stand in the site's
// text and url only, and what they bring is not looked through again. The url is left out where it needs the
// mailbox and nobody knows it, or where it would be too long. Characters that XML forbids and broken UTF-8
// become U+FFFD (EN-8); a text that is too long is cut at a character. `id` is the caller's.
[[nodiscard]] COLUMBARIUM_API Notification compose(const Action& action, const config::NotifyPolicy& policy,
                                                   std::string id, std::int64_t now);

// Whether :from is a Mailbox of RFC 5321 (XN-6): "romeo@example.com", no display name.
[[nodiscard]] COLUMBARIUM_API bool is_valid_from(std::string_view from);

} // namespace columbarium::notify
