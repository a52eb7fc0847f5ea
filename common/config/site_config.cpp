// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/site_config.hpp"

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "config/destinations.hpp"
#include "config/lists.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

const Destination* SiteConfig::find_destination(std::string_view name) const {
    for (const Destination& destination : destinations)
        if (equals_ignoring_case(destination.name, name))
            return &destination;
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

} // namespace

Expected<SiteConfig> parse_site_config(std::string_view text, std::string_view path) {
    const auto table = parse_toml(text, path);
    if (!table)
        return tl::make_unexpected(table.error());
    const TableReader reader(*table, path, {}, 0);
    const std::array<std::string, 2> known = {"destinations", "lists"};
    if (const auto checked = reader.check_keys(known); !checked)
        return tl::make_unexpected(checked.error());

    SiteConfig config;
    if (const toml::node* node = table->get("destinations")) {
        const toml::table* tables = node->as_table();
        if (tables == nullptr)
            return reader.failure("destinations", "must be a table, as in [destinations.returns]");
        auto destinations = read_destinations(*tables, path);
        if (!destinations)
            return tl::make_unexpected(destinations.error());
        config.destinations = std::move(*destinations);
    }
    if (const toml::node* node = table->get("lists")) {
        const toml::table* lists = node->as_table();
        if (lists == nullptr)
            return reader.failure("lists", "must be a table, as in [lists]");
        auto policy = read_lists(*lists, path, node->source().begin.line);
        if (!policy)
            return tl::make_unexpected(policy.error());
        config.lists = std::move(*policy);
    }
    return config;
}

} // namespace columbarium::config
