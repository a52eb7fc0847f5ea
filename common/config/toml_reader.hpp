// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads typed values from one table of a TOML file. Each failure names file, line and key.
// Private to common/config.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/expected.hpp"
#include "base/utf8.hpp"

namespace columbarium::config {

// A failure at a place of the file: "path:line: key: text". The line is left out where it is unknown (0).
[[nodiscard]] tl::unexpected<Error> config_failure(std::string_view path, toml::source_index line,
                                                   std::string_view key, std::string_view text);

// The keys of a table in the order in which they stand in the file (toml++ sorts them by name).
[[nodiscard]] std::vector<const toml::key*> keys_in_file_order(const toml::table& table);

// Puts a value where it belongs and returns true, or puts its failure into `failed`.
template <class T>
[[nodiscard]] bool take(Expected<T> value, T& target, Expected<void>& failed) {
    if (!value) {
        failed = tl::make_unexpected(std::move(value.error()));
        return false;
    }
    target = std::move(*value);
    return true;
}

// One table of the file. The table and the path must outlive the reader.
class TableReader {
  public:
    // `name` is the table's full key ("destinations.returns"), "" for the file itself; `line` is where it
    // starts, for keys that are missing.
    TableReader(const toml::table& table, std::string_view path, std::string name, toml::source_index line);

    // Fails where the table holds a key that is not in `known`, and names the nearest one.
    [[nodiscard]] Expected<void> check_keys(std::span<const std::string> known) const;

    // A string that must be there and hold something.
    [[nodiscard]] Expected<std::string> required_string(std::string_view key) const;

    // A string that holds something, or "" where the key is missing.
    [[nodiscard]] Expected<std::string> optional_string(std::string_view key) const;

    // An integer within [least, most]; `otherwise` where the key is missing.
    [[nodiscard]] Expected<std::size_t> integer(std::string_view key, std::size_t least, std::size_t most,
                                                std::size_t otherwise) const;

    // A string that is one of `names`, `otherwise` where the key is missing. The failure names the nearest
    // one.
    [[nodiscard]] Expected<std::string> one_of(std::string_view key, std::span<const std::string> names,
                                               std::string otherwise) const;

    // Whether the key is there, whatever its value.
    [[nodiscard]] bool has(std::string_view key) const;

    // A list of strings, empty where the key is missing.
    [[nodiscard]] Expected<std::vector<std::string>> string_list(std::string_view key) const;

    // true or false, `otherwise` where the key is missing.
    [[nodiscard]] Expected<bool> boolean(std::string_view key, bool otherwise) const;

    // A failure at this key.
    [[nodiscard]] tl::unexpected<Error> failure(std::string_view key, std::string_view text) const;

  private:
    [[nodiscard]] std::string full_key(std::string_view key) const;
    [[nodiscard]] toml::source_index line_of(std::string_view key) const;

    const toml::table& table_;
    std::string_view path_;
    std::string name_;
    toml::source_index line_;
};

// A list of strings that `prepare` makes fit; it returns what is wrong with one, "" for nothing. None may be
// there twice.
template <class Prepare>
[[nodiscard]] Expected<std::vector<std::string>> prepared_list(const TableReader& reader,
                                                               std::string_view key, Prepare prepare) {
    auto list = reader.string_list(key);
    if (!list)
        return list;
    for (auto element = list->begin(); element != list->end(); ++element) {
        const std::string written = *element;
        if (const auto fault = prepare(*element); !fault.empty())
            return reader.failure(key, fmt::format("\"{}\" {}", printable(written), fault));
        if (std::find(list->begin(), element, *element) != element)
            return reader.failure(key, fmt::format("holds \"{}\" twice", printable(*element)));
    }
    return list;
}

} // namespace columbarium::config
