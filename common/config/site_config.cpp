// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/site_config.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "config/desk_tables.hpp"
#include "config/destinations.hpp"
#include "config/lists.hpp"
#include "config/people_tables.hpp"
#include "config/reply_tables.hpp"
#include "config/toml_reader.hpp"
#include "config/xmpp_tables.hpp"

namespace columbarium::config {

const Destination* SiteConfig::find_destination(std::string_view name) const {
    for (const Destination& destination : destinations)
        if (equals_ignoring_case(destination.name, name))
            return &destination;
    return nullptr;
}

const DeskAnswer* SiteConfig::find_answer(std::string_view name) const {
    for (const DeskAnswer& answer : answers)
        if (equals_ignoring_case(answer.name, name))
            return &answer;
    return nullptr;
}

std::vector<std::string> SiteConfig::destination_names() const {
    std::vector<std::string> names;
    names.reserve(destinations.size());
    for (const Destination& destination : destinations)
        names.push_back(destination.name);
    return names;
}

namespace {

Expected<toml::table> parse_toml(std::string_view text, std::string_view path) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        return config_failure(path, error.source().begin.line, {}, error.description());
    }
}

// Reads the table of this name, where there is one, into `target`; `example` follows the name in the text for
// what is no table.
template <class Read, class T>
bool read_table(const toml::table& file, const TableReader& reader, std::string_view path, const char* name,
                const char* example, Read read, T& target, Expected<void>& failed) {
    const toml::node* node = file.get(name);
    if (node == nullptr)
        return true;
    if (const toml::table* table = node->as_table())
        return take(read(*table, path, node->source().begin.line), target, failed);
    failed = reader.failure(name, fmt::format("must be a table, as in [{}{}]", name, example));
    return false;
}

} // namespace

Expected<SiteConfig> parse_site_config(std::string_view text, std::string_view path) {
    const auto table = parse_toml(text, path);
    if (!table)
        return tl::make_unexpected(table.error());
    const TableReader reader(*table, path, {}, 0);
    const std::array<std::string, 15> known = {"destinations", "triage", "desk",      "answers",    "lists",
                                               "presence",     "xmpp",   "notify",    "people",     "store",
                                               "feed",         "reply",  "tombstone", "submission", "milter"};
    if (const auto checked = reader.check_keys(known); !checked)
        return tl::make_unexpected(checked.error());

    SiteConfig config;
    const auto destinations = [](const toml::table& tables, std::string_view file, toml::source_index) {
        return read_destinations(tables, file);
    };
    Expected<void> read;
    const bool complete =
        read_table(*table, reader, path, "destinations", ".returns", destinations, config.destinations,
                   read) &&
        read_table(*table, reader, path, "triage", "", read_triage, config.triage, read) &&
        read_table(*table, reader, path, "desk", "", read_desk, config.desk, read) &&
        read_table(*table, reader, path, "answers", ".the-bat", read_answers, config.answers, read) &&
        read_table(*table, reader, path, "lists", "", read_lists, config.lists, read) &&
        read_table(*table, reader, path, "presence", "", read_presence, config.presence, read) &&
        read_table(*table, reader, path, "xmpp", "", read_xmpp, config.xmpp, read) &&
        read_table(*table, reader, path, "notify", "", read_notify, config.notify, read) &&
        read_table(*table, reader, path, "people", "", read_people, config.people, read) &&
        read_table(*table, reader, path, "store", "", read_store, config.store, read) &&
        read_table(*table, reader, path, "feed", "", read_feed, config.feed, read) &&
        read_table(*table, reader, path, "reply", "", read_reply, config.reply, read) &&
        read_table(*table, reader, path, "tombstone", "", read_tombstone, config.tombstone, read) &&
        read_table(*table, reader, path, "submission", "", read_submission, config.submission, read) &&
        read_table(*table, reader, path, "milter", "", read_milter, config.milter, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    if (config.triage.authserv_ids.empty())
        config.triage.authserv_ids = config.reply.authserv_ids;
    if (auto checked = check_references(config, *table, path); !checked)
        return tl::make_unexpected(std::move(checked.error()));
    return config;
}

} // namespace columbarium::config
