// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/published_presence.hpp"

#include <optional>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_object.hpp"
#include "base/utf8.hpp"
#include "presence/date_time.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::presence {

namespace {

tl::unexpected<Error> wrong(std::string_view why) {
    return temporary_failure(fmt::format("a published presence {}", why));
}

// A presence of which only the word is known.
Expected<Presence> of_word(std::string_view word) {
    Presence presence;
    const std::string name = to_lower(word);
    if (name == "offline") {
        presence.knowledge = Knowledge::offline;
        return presence;
    }
    const std::optional<Show> show = show_named(name);
    if (!show)
        return wrong(fmt::format("says \"{}\"; it has to be one of available, chat, away, xa, dnd, offline",
                                 printable(word)));
    presence.knowledge = Knowledge::available;
    presence.show = *show;
    presence.receives = true;
    return presence;
}

} // namespace

Expected<Presence> read_published_presence(std::string_view value, std::int64_t now) {
    if (value.size() > longest_published_presence)
        return wrong(fmt::format("is longer than {} octets", longest_published_presence));
    const std::string_view content = trim(value);
    if (content.empty())
        return wrong("is empty");
    if (!content.starts_with('{'))
        return of_word(content);
    auto reader = JsonReader::parse(content, longest_published_presence);
    if (!reader)
        return wrong(reader.error().text);
    const std::string show = reader->text("show");
    const std::string status = reader->text("status");
    std::optional<std::int64_t> until;
    if (reader->is_number("until"))
        until = reader->number("until");
    else if (reader->has("until") && !(until = read_date_time(reader->text("until"))))
        return wrong("has an \"until\" that is no time; one looks like 2026-12-01T08:00:00Z");
    if (!reader->fault().empty())
        return wrong(fmt::format("has a fault: {}", reader->fault()));
    if (!reader->has("show"))
        return wrong("has no \"show\"");
    auto presence = of_word(trim(show));
    if (presence && until && now >= *until)
        return Presence();
    if (presence)
        presence->status = xmpp::xml_text(status);
    return presence;
}

} // namespace columbarium::presence
