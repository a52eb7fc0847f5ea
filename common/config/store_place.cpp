// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [store] table of columbarium.toml.
#include "config/store_place.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "config/people_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t longest_kept_days = 36'500;

// Takes a value off the front of a connection string: up to a blank, or in quotes; "\" quotes one character
// (libpq, "Keyword/Value Connection Strings"). False where the quotes do not end.
bool skip_value(std::string_view& text) {
    const bool quoted = text.starts_with('\'');
    std::size_t at = quoted ? 1 : 0;
    while (at < text.size() && (quoted ? text[at] != '\'' : !is_space(text[at])))
        at += text[at] == '\\' ? 2 : 1;
    if (quoted && at >= text.size())
        return false;
    text.remove_prefix(std::min(at + (quoted ? 1 : 0), text.size()));
    return true;
}

// The keywords of a connection string, or nothing where it is none.
std::optional<std::vector<std::string_view>> keywords_of(std::string_view text) {
    std::vector<std::string_view> keywords;
    for (text = trim(text); !text.empty(); text = trim(text)) {
        const std::size_t equals = text.find('=');
        const std::string_view keyword = trim(text.substr(0, equals));
        if (equals == std::string_view::npos || keyword.empty() ||
            keyword.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string_view::npos)
            return std::nullopt;
        keywords.push_back(keyword);
        text = trim(text.substr(equals + 1));
        if (!skip_value(text))
            return std::nullopt;
    }
    return keywords;
}

// The texts do not show the value: it may hold a password after all.
std::string_view connection_fault(std::string_view connection) {
    if (has_control(connection))
        return "must not hold control characters";
    const auto keywords = keywords_of(connection);
    if (!keywords || keywords->empty())
        return "must be made of libpq's keywords, as in \"host=db.example.org dbname=columbarium\"";
    for (const std::string_view keyword : *keywords)
        if (keyword == "password" || keyword == "sslpassword")
            return "must hold no password: everybody may read this file. Put it into a file of its own and "
                   "name that with password_file";
    return {};
}

Expected<StorePlace> read_sqlite(const TableReader& reader) {
    StorePlace place;
    Expected<void> read;
    if (reader.has("password_file"))
        return reader.failure("password_file", "is for postgresql; a file needs no password");
    if (!reader.has("sqlite"))
        return place;
    if (!take(reader.required_string("sqlite"), place.path, read))
        return tl::make_unexpected(std::move(read.error()));
    if (const std::string_view fault = file_name_fault(place.path); !fault.empty())
        return reader.failure("sqlite", fault);
    return place;
}

Expected<StorePlace> read_postgresql(const TableReader& reader) {
    if (reader.has("sqlite"))
        return reader.failure("sqlite", "and postgresql are two stores; choose one");
    StorePlace place;
    place.kind = StorePlace::Kind::postgresql;
    place.path.clear();
    Expected<void> read;
    if (!take(reader.required_string("postgresql"), place.connection, read) ||
        !take(reader.optional_string("password_file"), place.password_file, read))
        return tl::make_unexpected(std::move(read.error()));
    if (const std::string_view fault = connection_fault(place.connection); !fault.empty())
        return reader.failure("postgresql", fault);
    if (const std::string_view fault = file_name_fault(place.password_file);
        !place.password_file.empty() && !fault.empty())
        return reader.failure("password_file", fault);
    return place;
}

} // namespace

Expected<StorePlace> read_store(const toml::table& store, std::string_view path, toml::source_index line) {
    const TableReader reader(store, path, "store", line);
    if (reader.has("password"))
        return reader.failure("password", "must not stand here: everybody may read this file. Put it into a "
                                          "file of its own and name that with password_file");
    const std::array<std::string, 4> known = {"sqlite", "postgresql", "password_file", "keep_bounces_days"};
    if (const auto checked = reader.check_keys(known); !checked)
        return tl::make_unexpected(checked.error());
    auto place = reader.has("postgresql") ? read_postgresql(reader) : read_sqlite(reader);
    if (!place)
        return place;
    const auto days = reader.integer("keep_bounces_days", 1, longest_kept_days, place->keep_bounces_days);
    if (!days)
        return tl::make_unexpected(days.error());
    place->keep_bounces_days = *days;
    return place;
}

} // namespace columbarium::config
