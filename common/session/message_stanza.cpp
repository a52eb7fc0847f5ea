// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/message_stanza.hpp"

#include <ctime>

#include <fmt/format.h>

#include "session/xml.hpp"

namespace columbarium::session {

namespace {

constexpr std::int64_t late_seconds = 60;

// XEP-0082: 2024-02-29T12:34:56Z. Times that no calendar has: "".
[[nodiscard]] std::string date_time(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    if (::gmtime_r(&time, &parts) == nullptr)
        return {};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void add_header(pugi::xml_node message, const char* name, const std::string& value) {
    if (value.empty())
        return;
    pugi::xml_node headers = message.child("headers");
    if (!headers)
        headers = add_element(message, "headers", "http://jabber.org/protocol/shim");
    const pugi::xml_node header = add_element(headers, "header");
    set_attribute(header, "name", name);
    set_text(header, value);
}

} // namespace

std::string message_stanza(const notify::Notification& notification, std::string_view from,
                           std::int64_t now) {
    pugi::xml_document document;
    const pugi::xml_node message = add_element(document.root(), "message");
    set_attribute(message, "type", notification.headline ? "headline" : "normal");
    set_attribute(message, "id", notification.id);
    set_attribute(message, "to", notification.to.text());
    if (!from.empty())
        set_attribute(message, "from", from);
    if (!notification.subject.empty())
        set_text(add_element(message, "subject"), notification.subject);
    set_text(add_element(message, "body"), notification.body);
    if (!notification.url.empty())
        set_text(add_element(add_element(message, "x", "jabber:x:oob"), "url"), notification.url);
    add_header(message, "Resent-From", notification.resent_from);
    add_header(message, "Urgency", notification.urgency);
    if (notification.created > 0 && now > notification.created && now - notification.created > late_seconds) {
        const pugi::xml_node delay = add_element(message, "delay", "urn:xmpp:delay");
        if (!from.empty())
            set_attribute(delay, "from", from);
        set_attribute(delay, "stamp", date_time(notification.created));
    }
    return to_text(document);
}

} // namespace columbarium::session
