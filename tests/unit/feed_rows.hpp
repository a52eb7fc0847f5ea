// SPDX-License-Identifier: LGPL-2.1-or-later
// What comes out of the text of a feed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/feed_source.hpp"
#include "feed/row_reader.hpp"

namespace columbarium::feed {

inline config::FeedColumns all_columns() {
    return {.username = "username",
            .id = "id",
            .full_name = "full_name",
            .affiliation = "affiliation",
            .forwarding_address = "forwarding_address",
            .tombstone_address = "tombstone_address",
            .disclosure = "disclosure",
            .mail = ""};
}

struct FeedText {
    std::vector<tombstone::Row> rows;
    std::string failure; // "" for none
};

using MakeReader = std::unique_ptr<RowReader> (*)(const config::FeedColumns&, std::string, TakeRow);

// Reads a text that is called "people", in pieces of so many octets.
inline FeedText read_text(MakeReader make, std::string_view text, std::size_t piece = 65'536,
                          const config::FeedColumns& columns = all_columns()) {
    FeedText read;
    const auto reader =
        make(columns, "people", [&](tombstone::Row row) { read.rows.push_back(std::move(row)); });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        if (const auto fed = reader->feed(text.substr(0, piece)); !fed) {
            read.failure = fed.error().text;
            return read;
        }
    if (const auto finished = reader->finish(); !finished)
        read.failure = finished.error().text;
    return read;
}

// All of a row, for comparisons.
inline std::string to_string(const tombstone::Row& row) {
    return row.where + "|" + row.username + "|" + row.id + "|" + row.full_name + "|" + row.affiliation + "|" +
           row.forwarding_address.value_or("-") + "|" + row.tombstone_address.value_or("-") + "|" +
           row.fault + (row.disclosure ? "|" + *row.disclosure : "");
}

inline std::vector<std::string> to_strings(const FeedText& read) {
    std::vector<std::string> rows;
    for (const tombstone::Row& row : read.rows)
        rows.push_back(to_string(row));
    return rows;
}

} // namespace columbarium::feed
