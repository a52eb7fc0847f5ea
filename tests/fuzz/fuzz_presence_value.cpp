// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of the service's maps and of dicts: a presence that somebody published, a presence and a
// notification as they go over the socket. What is read is written and read again as the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/presence_policy.hpp"
#include "notify/compose.hpp"
#include "notify/notification.hpp"
#include "notify/outbox.hpp"
#include "presence/items.hpp"
#include "presence/presence_value.hpp"
#include "presence/published_presence.hpp"
#include "xmpp/xml_text.hpp"

namespace {

using namespace columbarium;

constexpr std::int64_t now = 1'700'000'000;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void require_failure(const Error& error, ErrorKind kind) {
    require(error.kind == kind && !error.text.empty() && error.text.size() < 1000);
    require(xmpp::is_xml_text(error.text) && error.text.find_first_of("\r\n") == std::string::npos);
}

void require_sound(const presence::Presence& presence) {
    require(xmpp::is_xml_text(presence.status) && xmpp::is_xml_text(presence.resource));
    const std::string value = presence::to_value(presence);
    const auto again = presence::from_value(value);
    require(again && *again == presence && presence::to_value(*again) == value);
    const config::PresencePolicy policy;
    for (const char* item : {"online", "busy", "show", "status"})
        require(presence::item_value(item, presence, policy).has_value());
}

void check_presences(std::string_view text) {
    if (const auto published = presence::read_published_presence(text, now))
        require_sound(*published);
    else
        require_failure(published.error(), ErrorKind::temporary);
    if (const auto presence = presence::from_value(text)) {
        // What is as long as may be can become longer, where replacements are written.
        if (text.size() < presence::longest_presence_value / 4)
            require_sound(*presence);
    } else {
        require_failure(presence.error(), ErrorKind::permanent);
    }
}

void require_sound(const notify::Notification& notification) {
    const std::string value = notify::to_value(notification);
    require(value.size() <= notify::longest_notification_value + 100);
    const auto again = notify::from_value(value);
    require(again && *again == notification && notify::to_value(*again) == value);
    require(!notification.body.empty());
}

void check_notifications(std::string_view text) {
    if (const auto notification = notify::from_value(text))
        require_sound(*notification);
    else
        require_failure(notification.error(), ErrorKind::permanent);

    notify::Outbox outbox(config::NotifyPolicy{});
    outbox.load(text, now);
    notify::Outbox copy(config::NotifyPolicy{});
    copy.load(outbox.save(), now);
    require(copy.waiting() == outbox.waiting() && copy.dropped() == 0 && copy.save() == outbox.save());
}

void check_composing(std::string_view text) {
    auto uri = xmpp::parse_xmpp_uri("xmpp:romeo@example.com");
    require(uri.has_value());
    notify::Action action{*std::move(uri), {}, {}, 2, {}, {}, {}, {}, {}};
    action.owner = action.recipient = action.mail_from = action.mail_subject = action.mailbox = text;
    config::NotifyPolicy policy;
    policy.url = "imap://{user}@localhost/{mailbox}";
    policy.body_limit = 100;
    require_sound(notify::compose(action, policy, "id", now));
    policy.text = action.mail_subject;
    require_sound(notify::compose(action, policy, "id", now));
    action.message = text;
    const notify::Notification notification = notify::compose(action, policy, "id", now);
    require(notification.body.size() <= 100);
    require_sound(notification);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    check_presences(text);
    check_notifications(text);
    check_composing(text);
    return 0;
}
