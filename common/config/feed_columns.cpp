// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/feed_columns.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::config {

namespace {

struct Column {
    const char* key;
    std::string FeedColumns::*name;
    const char* of_files; // the default
    const char* of_ldap;
};

constexpr std::array<Column, 8> columns = {{
    {"username", &FeedColumns::username, "username", "uid"},
    {"id", &FeedColumns::id, "", ""},
    {"full_name", &FeedColumns::full_name, "full_name", "cn"},
    {"affiliation", &FeedColumns::affiliation, "affiliation", "ou"},
    {"forwarding_address", &FeedColumns::forwarding_address, "forwarding_address", ""},
    {"tombstone_address", &FeedColumns::tombstone_address, "tombstone_address", ""},
    {"disclosure", &FeedColumns::disclosure, "disclosure", ""},
    {"mail", &FeedColumns::mail, "", "mail"},
}};

// An attribute description (RFC 4512 section 2.5): a name or an OID, perhaps with options.
bool is_attribute(std::string_view name) {
    return std::ranges::all_of(
        name, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == ';' || c == '.'; });
}

// "" is said aloud: the feed has no such column.
Expected<std::string> read_column(const toml::table& table, const TableReader& reader, const char* key,
                                  bool is_ldap) {
    const auto* text = table.get_as<std::string>(key);
    if (text != nullptr && text->get().empty())
        return std::string();
    auto name = reader.required_string(key);
    if (name && has_control(*name))
        return reader.failure(key, "must not hold control characters");
    if (name && is_ldap && !is_attribute(*name))
        return reader.failure(key, "must be the name of an attribute");
    return name;
}

// What is wrong between columns.
Expected<void> check_columns(const FeedColumns& names, const TableReader& reader, const FeedSource& source) {
    if (names.username.empty())
        return reader.failure("username", "must not be empty: nobody would have a name");
    // One attribute for two of these would take each other's values.
    const std::array addresses = {&names.forwarding_address, &names.tombstone_address, &names.mail};
    for (const std::string* name : addresses)
        if (!name->empty() && std::ranges::count_if(addresses, [name](const std::string* other) {
                                  return equals_ignoring_case(*name, *other);
                              }) > 1)
            return reader.failure("forwarding_address",
                                  "and tombstone_address and mail must have different names");
    if (source.write_back && names.forwarding_address.empty() && names.tombstone_address.empty() &&
        names.mail.empty())
        return reader.failure("forwarding_address", "is missing: write_back needs to know where to write");
    return {};
}

} // namespace

Expected<FeedColumns> read_columns(const toml::table& feed, std::string_view path, const TableReader& reader,
                                   const FeedSource& source) {
    const bool is_ldap = source.kind == FeedSource::Kind::ldap;
    FeedColumns names;
    for (const Column& column : columns)
        names.*column.name = is_ldap ? column.of_ldap : column.of_files;

    const toml::node* node = feed.get("columns");
    if (node != nullptr && !node->is_table())
        return reader.failure("columns", "must be a table, as in [feed.columns]");
    const toml::table nothing;
    const toml::table& table = node == nullptr ? nothing : *node->as_table();
    const TableReader entries(table, path, "feed.columns",
                              node == nullptr ? feed.source().begin.line : node->source().begin.line);
    std::vector<std::string> known;
    known.reserve(columns.size());
    for (const Column& column : columns)
        known.emplace_back(column.key);
    Expected<void> read = entries.check_keys(known);
    if (read && !is_ldap && entries.has("mail"))
        return entries.failure("mail", "is for kind = \"ldap\"");
    for (const Column& column : columns)
        if (read && entries.has(column.key))
            (void)take(read_column(table, entries, column.key, is_ldap), names.*column.name, read);
    if (read)
        read = check_columns(names, entries, source);
    if (!read)
        return tl::make_unexpected(std::move(read.error()));
    return names;
}

} // namespace columbarium::config
