// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/toml_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"

namespace columbarium::config {

namespace {

std::string_view type_name(toml::node_type type) {
    switch (type) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "an integer";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    default:
        return "a date or time";
    }
}

std::string wrong_type(std::string_view wanted, const toml::node& node) {
    return fmt::format("must be {}, not {}", wanted, type_name(node.type()));
}

} // namespace

tl::unexpected<Error> config_failure(std::string_view path, toml::source_index line, std::string_view key,
                                     std::string_view text) {
    std::string where(path);
    if (line > 0)
        where += fmt::format(":{}", line);
    if (!key.empty())
        where += fmt::format(": {}", key);
    std::string line_of_log = fmt::format("{}: {}", where, text);
    // The parser quotes what it stumbled over, and names and values may hold escaped line ends: one log line
    // all the same.
    std::replace_if(line_of_log.begin(), line_of_log.end(), is_control, ' ');
    return temporary_failure(std::move(line_of_log));
}

std::vector<const toml::key*> keys_in_file_order(const toml::table& table) {
    std::vector<const toml::key*> keys;
    keys.reserve(table.size());
    for (const auto& [key, node] : table)
        keys.push_back(&key);
    const auto place = [](const toml::key* key) {
        return std::pair(key->source().begin.line, key->source().begin.column);
    };
    std::stable_sort(keys.begin(), keys.end(),
                     [&](const toml::key* a, const toml::key* b) { return place(a) < place(b); });
    return keys;
}

TableReader::TableReader(const toml::table& table, std::string_view path, std::string name,
                         toml::source_index line)
    : table_(table), path_(path), name_(std::move(name)), line_(line) {}

std::string TableReader::full_key(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
}

toml::source_index TableReader::line_of(std::string_view key) const {
    const auto found = table_.find(key);
    return found != table_.end() ? found->first.source().begin.line : line_;
}

tl::unexpected<Error> TableReader::failure(std::string_view key, std::string_view text) const {
    return config_failure(path_, line_of(key), full_key(key), text);
}

Expected<void> TableReader::check_keys(std::span<const std::string> known) const {
    for (const toml::key* key : keys_in_file_order(table_)) {
        if (std::find(known.begin(), known.end(), key->str()) != known.end())
            continue;
        const std::string nearest = nearest_name(key->str(), known);
        if (!nearest.empty())
            return failure(key->str(), fmt::format("unknown key; did you mean \"{}\"?", nearest));
        return failure(key->str(), fmt::format("unknown key; known here: {}", fmt::join(known, ", ")));
    }
    return {};
}

Expected<std::string> TableReader::required_string(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr)
        return failure(key, "is missing");
    const std::optional<std::string> text = node->value_exact<std::string>();
    if (!text)
        return failure(key, wrong_type("a string", *node));
    if (text->empty())
        return failure(key, "must not be empty");
    return *text;
}

Expected<std::string> TableReader::optional_string(std::string_view key) const {
    return has(key) ? required_string(key) : Expected<std::string>();
}

Expected<std::size_t> TableReader::integer(std::string_view key, std::size_t least, std::size_t most,
                                           std::size_t otherwise) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr)
        return otherwise;
    const std::optional<std::int64_t> value = node->value_exact<std::int64_t>();
    if (!value)
        return failure(key, wrong_type("an integer", *node));
    if (*value < 0 || static_cast<std::size_t>(*value) < least || static_cast<std::size_t>(*value) > most)
        return failure(key, fmt::format("must be from {} to {}", least, most));
    return static_cast<std::size_t>(*value);
}

Expected<std::string> TableReader::one_of(std::string_view key, std::span<const std::string> names,
                                          std::string otherwise) const {
    if (!has(key))
        return otherwise;
    auto value = required_string(key);
    if (!value || std::find(names.begin(), names.end(), *value) != names.end())
        return value;
    const std::string nearest = nearest_name(*value, names);
    if (!nearest.empty())
        return failure(key, fmt::format("unknown value \"{}\"; did you mean \"{}\"?", *value, nearest));
    return failure(key, fmt::format("unknown value \"{}\"; known: {}", *value, fmt::join(names, ", ")));
}

bool TableReader::has(std::string_view key) const {
    return table_.contains(key);
}

Expected<std::vector<std::string>> TableReader::string_list(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr)
        return std::vector<std::string>();
    const toml::array* array = node->as_array();
    if (array == nullptr)
        return failure(key, wrong_type("a list of strings", *node));
    std::vector<std::string> list;
    for (const toml::node& element : *array) {
        const std::optional<std::string> text = element.value_exact<std::string>();
        if (!text)
            return config_failure(
                path_, element.source().begin.line, full_key(key),
                fmt::format("holds {}; all elements must be strings", type_name(element.type())));
        list.push_back(*text);
    }
    return list;
}

Expected<bool> TableReader::boolean(std::string_view key, bool otherwise) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr)
        return otherwise;
    const std::optional<bool> value = node->value_exact<bool>();
    if (!value)
        return failure(key, wrong_type("true or false", *node));
    return *value;
}

} // namespace columbarium::config
