// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/lists.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "config/list_definition.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

bool is_list_name(std::string_view key) {
    return key.find(':') != std::string_view::npos;
}

std::vector<std::string> keys_of_kind(ListKind kind) {
    std::vector<std::string> keys = {"type", list_kind_info(kind).place_key};
    if (kind == ListKind::carddav)
        keys.insert(keys.end(), {"user", "password_file", "ca_file", "allow_plaintext", "max_age_hours"});
    return keys;
}

// A key that another kind of list has deserves a better text than an unknown one.
Expected<void> check_definition_keys(const toml::table& table, const TableReader& reader, ListKind kind) {
    const std::vector<std::string> known = keys_of_kind(kind);
    for (const toml::key* key : keys_in_file_order(table)) {
        if (std::find(known.begin(), known.end(), key->str()) != known.end())
            continue;
        for (const ListKindInfo& other : list_kinds()) {
            const std::vector<std::string> others = keys_of_kind(other.kind);
            if (std::find(others.begin(), others.end(), key->str()) != others.end())
                return reader.failure(key->str(),
                                      fmt::format("is for lists of type \"{}\"; this one is of type \"{}\"",
                                                  other.name, list_kind_info(kind).name));
        }
    }
    return reader.check_keys(known);
}

Expected<ListKind> read_kind(const TableReader& reader) {
    const auto type = reader.required_string("type");
    if (!type)
        return tl::make_unexpected(type.error());
    if (const auto kind = list_kind_of_name(*type))
        return *kind;
    std::vector<std::string> names;
    for (const ListKindInfo& info : list_kinds())
        names.emplace_back(info.name);
    const std::string nearest = nearest_name(*type, names);
    return reader.failure(
        "type", nearest.empty() ? fmt::format("unknown type \"{}\"; known: {}", *type, fmt::join(names, ", "))
                                : fmt::format("unknown type \"{}\"; did you mean \"{}\"?", *type, nearest));
}

Expected<ListDefinition> read_definition(std::string name, const toml::table& table, std::string_view path,
                                         toml::source_index line) {
    const TableReader reader(table, path, fmt::format("lists.\"{}\"", name), line);
    const auto kind = read_kind(reader);
    if (!kind)
        return tl::make_unexpected(kind.error());
    Expected<void> read = check_definition_keys(table, reader, *kind);
    ListDefinition definition;
    definition.name = std::move(name);
    definition.kind = *kind;
    definition.where = fmt::format("{}:{}", path, line);
    const bool complete =
        read && take(reader.required_string(list_kind_info(*kind).place_key), definition.place, read) &&
        take(reader.optional_string("user"), definition.user, read) &&
        take(reader.optional_string("password_file"), definition.password_file, read) &&
        take(reader.optional_string("ca_file"), definition.ca_file, read) &&
        take(reader.boolean("allow_plaintext", false), definition.allow_plaintext, read) &&
        take(reader.integer("max_age_hours", 0, longest_max_age_hours, definition.max_age_hours),
             definition.max_age_hours, read);
    if (!complete)
        return tl::make_unexpected(read.error());
    if (const auto fault = definition_fault(definition))
        return reader.failure(fault->key, fault->text);
    return definition;
}

Expected<UnknownList> read_unknown_list(const TableReader& reader) {
    const auto value = reader.optional_string("unknown_list");
    if (!value)
        return tl::make_unexpected(value.error());
    if (*value == "no-match")
        return UnknownList::no_match;
    if (value->empty() || *value == "error")
        return UnknownList::error;
    return reader.failure("unknown_list", "must be \"error\" or \"no-match\"");
}

// Characters that can separate a subaddress (RFC 5233) in local parts of mail systems.
Expected<std::string> read_delimiters(const toml::table& table, const TableReader& reader) {
    constexpr std::string_view key = "subaddress_delimiters";
    const auto* text = table.get_as<std::string>(key);
    if (text != nullptr && text->get().empty())
        return std::string(); // said aloud: nothing is folded
    auto delimiters = reader.optional_string(key);
    if (!delimiters)
        return delimiters;
    constexpr std::string_view usable = "!#$%&'*+-/=?^_`{|}~.";
    if (delimiters->find_first_not_of(usable) != std::string::npos)
        return reader.failure(key, fmt::format("must be made of these characters: {}", usable));
    return delimiters;
}

Expected<std::vector<std::string>> read_redirect(const TableReader& reader) {
    auto names = reader.string_list("redirect");
    if (!names)
        return names;
    for (const std::string& name : *names)
        if (!is_list_name(name))
            return reader.failure("redirect", fmt::format("\"{}\" is no name of a list", name));
    return names;
}

Expected<void> check_list_keys(const toml::table& lists, std::string_view path) {
    static constexpr std::array known = {"unknown_list", "subaddress_delimiters", "redirect",
                                         "redirect_recipients"};
    const std::vector<std::string> names(known.begin(), known.end());
    for (const toml::key* key : keys_in_file_order(lists)) {
        const std::string_view name = key->str();
        const auto failure = [&](std::string_view text) {
            return config_failure(path, key->source().begin.line, fmt::format("lists.{}", name), text);
        };
        if (std::find(known.begin(), known.end(), name) != known.end())
            continue;
        const bool is_table = lists.get(name)->is_table();
        if (is_list_name(name) && !is_table)
            return failure("must be a table, as in [lists.\":addrbook:default\"]");
        if (is_list_name(name))
            continue;
        if (is_table)
            return failure("is no name of a list; names look like \":addrbook:default\" or "
                           "\"tag:example.org,2026:staff\"");
        const std::string nearest = nearest_name(name, names);
        return failure(nearest.empty() ? fmt::format("unknown key; known here: {}, and tables of lists",
                                                     fmt::join(names, ", "))
                                       : fmt::format("unknown key; did you mean \"{}\"?", nearest));
    }
    return {};
}

} // namespace

Expected<ListPolicy> read_lists(const toml::table& lists, std::string_view path, toml::source_index line) {
    const TableReader reader(lists, path, "lists", line);
    ListPolicy policy;
    Expected<void> read = check_list_keys(lists, path);
    const bool complete = read && take(read_unknown_list(reader), policy.unknown_list, read) &&
                          take(read_delimiters(lists, reader), policy.subaddress_delimiters, read) &&
                          take(read_redirect(reader), policy.redirect, read) &&
                          take(reader.integer("redirect_recipients", 1, 10'000, policy.redirect_recipients),
                               policy.redirect_recipients, read);
    if (!complete)
        return tl::make_unexpected(read.error());
    for (const toml::key* key : keys_in_file_order(lists)) {
        if (!is_list_name(key->str()))
            continue;
        auto definition = read_definition(std::string(key->str()), *lists.get(key->str())->as_table(), path,
                                          key->source().begin.line);
        if (!definition)
            return tl::make_unexpected(definition.error());
        policy.definitions.push_back(std::move(*definition));
    }
    return policy;
}

} // namespace columbarium::config
