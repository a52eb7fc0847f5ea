// SPDX-License-Identifier: LGPL-2.1-or-later
// From the text of a feed to its rows. Private to common/feed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/expected.hpp"
#include "config/feed_source.hpp"
#include "feed/byte_order_mark.hpp"
#include "tombstone/listing.hpp"

namespace columbarium::feed {

using TakeRow = std::function<void(tombstone::Row)>;

// Takes a text in pieces of any size. After a failure it is not to be used any more. A byte order mark of
// UTF-8 at the beginning is passed over; one of UTF-16 is a failure.
//
// The last line has to end with a line end: a text without it was cut off, and what is missing nobody knows.
class RowReader {
  public:
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;
    virtual ~RowReader() = default;

    // Gives the rows that are complete to `take`. Failures name the text and the line.
    [[nodiscard]] Expected<void> feed(std::string_view octets);

    // The text has ended. A failure where it ended within a row, or there were no rows.
    [[nodiscard]] Expected<void> finish();

  protected:
    RowReader(const config::FeedColumns& columns, std::string name, TakeRow take)
        : columns_(columns), name_(std::move(name)), take_(std::move(take)) {}

    // A piece of the text, without its byte order mark.
    [[nodiscard]] virtual Expected<void> lines(std::string_view octets) = 0;

    // All has been given to lines(). A failure where it ended within a row or a line.
    [[nodiscard]] virtual Expected<void> end() = 0;

    config::FeedColumns columns_;
    std::string name_;
    TakeRow take_;
    bool has_rows_ = false;

  private:
    ByteOrderMark mark_;
};

// RFC 4180, with a first line of column names (their case is ignored). Lines may end with LF, too; blanks
// around fields without quotes are no part of them; empty lines are passed over. What is no CSV, a row longer
// than longest_row or a field longer than longest_field is a failure: behind a quote that is missing, whole
// rows would be taken for part of a field. A row with more or fewer fields than the first line is given with
// a fault, and with its username only where that stands in the first column: all others may have moved.
// `name` is the text's, for failures.
[[nodiscard]] std::unique_ptr<RowReader> csv_reader(const config::FeedColumns& columns, std::string name,
                                                    TakeRow take);

// One JSON object (RFC 8259) a line. Empty lines are passed over. Members are texts; username and id may be
// whole numbers, too. An address that is null is unset; one that is missing is none of the feed. A line that
// is no JSON object, or longer than longest_row, is a failure; one that is none only because it is not UTF-8,
// or has members of other types or longer than longest_field, is given with a fault.
[[nodiscard]] std::unique_ptr<RowReader> jsonl_reader(const config::FeedColumns& columns, std::string name,
                                                      TakeRow take);

} // namespace columbarium::feed
