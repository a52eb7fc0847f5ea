// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/presence_value.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_object.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::presence {

namespace {

constexpr std::array<std::string_view, 3> knowledge_names = {"unknown", "offline", "available"};

} // namespace

std::string to_value(const Presence& presence) {
    JsonWriter writer;
    writer.text("presence", knowledge_names.at(static_cast<std::size_t>(presence.knowledge)));
    if (presence.knowledge == Knowledge::available)
        writer.text("show", name_of(presence.show)).flag("receives", presence.receives);
    if (!presence.status.empty())
        writer.text("status", presence.status);
    if (!presence.resource.empty())
        writer.text("resource", presence.resource);
    if (presence.since != 0)
        writer.number("since", presence.since);
    return writer.take();
}

Expected<Presence> from_value(std::string_view value) {
    auto reader = JsonReader::parse(value, longest_presence_value);
    if (!reader)
        return permanent_failure(fmt::format("a presence {}", reader.error().text));
    const auto* const knowledge = std::ranges::find(knowledge_names, reader->text("presence"));
    const auto show = reader->has("show") ? show_named(reader->text("show")) : Show::available;
    Presence presence;
    presence.receives = reader->flag("receives");
    presence.status = xmpp::xml_text(reader->text("status"));
    presence.resource = xmpp::xml_text(reader->text("resource"));
    presence.since = reader->number("since");
    if (!reader->fault().empty())
        return permanent_failure(fmt::format("a presence: {}", reader->fault()));
    if (knowledge == knowledge_names.end())
        return permanent_failure("a presence: its \"presence\" is none of available, offline, unknown");
    if (!show)
        return permanent_failure("a presence: its \"show\" is none of available, away, chat, dnd, xa");
    presence.knowledge = static_cast<Knowledge>(knowledge - knowledge_names.begin());
    if (presence.knowledge == Knowledge::available)
        presence.show = *show;
    else
        presence.receives = false;
    return presence;
}

} // namespace columbarium::presence
