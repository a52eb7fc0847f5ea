// SPDX-License-Identifier: LGPL-2.1-or-later
// The XML of a notification (RFC 5437, 2.7 and 3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "notify/notification.hpp"

namespace columbarium::session {

// <message type= id= to= [from=]> with subject, body, jabber:x:oob, the SHIM headers Resent-From and Urgency
// (XEP-0131), in this order. `from` is the service's own JID, "" where the server stamps it (XN-11); :from
// never goes there. Where it is made known more than a minute late - `now`, seconds since 1970, 0: unknown -
// <delay/> (XEP-0203) says when it happened (EN-8).
[[nodiscard]] std::string message_stanza(const notify::Notification& notification, std::string_view from,
                                         std::int64_t now = 0);

} // namespace columbarium::session
