// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/notification.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_object.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::notify {

namespace {

constexpr std::size_t longest_id = 64;
constexpr std::size_t beside_notification = 100; // what a queue writes beside it

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id &&
           std::ranges::all_of(id, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

struct Limit {
    std::string_view name;
    const std::string& text;
    std::size_t longest;
};

// What is wrong with a notification; "" for nothing.
std::string fault_of(const Notification& notification, std::string_view type) {
    if (!is_id(notification.id))
        return "its \"id\" is no text of 1 to 64 letters, digits and \"-\"";
    if (type != "normal" && type != "headline")
        return "its \"type\" is neither normal nor headline";
    const std::string& urgency = notification.urgency;
    if (urgency != "high" && urgency != "medium" && urgency != "low")
        return "its \"urgency\" is none of high, medium, low";
    if (notification.body.empty())
        return "it has no \"body\"";
    if (notification.created < 0)
        return "its \"created\" is before 1970";
    for (const Limit& limit : {Limit{"owner", notification.owner, longest_owner},
                               Limit{"subject", notification.subject, longest_subject},
                               Limit{"body", notification.body, longest_body},
                               Limit{"resent_from", notification.resent_from, longest_owner},
                               Limit{"url", notification.url, longest_url}}) {
        if (limit.text.size() > limit.longest)
            return fmt::format("its \"{}\" is longer than {} octets", limit.name, limit.longest);
        if (!xmpp::is_xml_text(limit.text))
            return fmt::format("its \"{}\" holds what XML forbids", limit.name);
    }
    return {};
}

} // namespace

std::string to_value(const Notification& notification) {
    JsonWriter writer;
    writer.text("id", notification.id)
        .text("owner", notification.owner)
        .text("to", notification.to.text())
        .text("type", notification.headline ? "headline" : "normal");
    if (!notification.subject.empty())
        writer.text("subject", notification.subject);
    writer.text("body", notification.body).text("urgency", notification.urgency);
    if (!notification.resent_from.empty())
        writer.text("resent_from", notification.resent_from);
    if (!notification.url.empty())
        writer.text("url", notification.url);
    return writer.number("created", notification.created).take();
}

Expected<Notification> from_value(std::string_view value) {
    auto reader = JsonReader::parse(value, longest_notification_value + beside_notification);
    if (!reader)
        return permanent_failure(fmt::format("a notification {}", reader.error().text));
    auto to = xmpp::Jid::parse(reader->text("to"));
    if (!to)
        return permanent_failure(fmt::format("a notification: its \"to\": {}", to.error().text));
    const std::string type = reader->text("type");
    Notification notification{.id = reader->text("id"),
                              .owner = reader->text("owner"),
                              .to = *std::move(to),
                              .headline = type == "headline",
                              .subject = reader->text("subject"),
                              .body = reader->text("body"),
                              .urgency = reader->text("urgency"),
                              .resent_from = reader->text("resent_from"),
                              .url = reader->text("url"),
                              .created = reader->number("created")};
    if (!reader->fault().empty())
        return permanent_failure(fmt::format("a notification: {}", reader->fault()));
    if (!reader->has("created"))
        return permanent_failure("a notification: it has no \"created\"");
    if (const std::string fault = fault_of(notification, type); !fault.empty())
        return permanent_failure(fmt::format("a notification: {}", fault));
    return notification;
}

} // namespace columbarium::notify
