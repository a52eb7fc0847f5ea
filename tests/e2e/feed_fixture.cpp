// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed_fixture.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace columbarium::e2e {

FeedTest::Read FeedTest::read(const config::FeedSource& source, const std::string& password,
                              const std::function<void(const tombstone::Row&)>& at_each) {
    auto opened = feed::open_source(source, password);
    if (!opened) {
        throw std::runtime_error("no source: " + opened.error().text);
    }
    Read read;
    const auto done = (*opened)->read([&](tombstone::Row row) {
        if (at_each) {
            at_each(row);
        }
        read.rows.push_back(std::move(row));
    });
    if (!done) {
        read.failure = done.error().text;
        read.kind = done.error().kind;
        EXPECT_NE(read.failure, "");
    }
    std::sort(read.rows.begin(), read.rows.end(),
              [](const auto& a, const auto& b) { return a.username < b.username; });
    return read;
}

tombstone::Row FeedTest::only_row(const config::FeedSource& source) {
    Read all = read(source);
    if (all.failure != "" || all.rows.size() != 1) {
        throw std::runtime_error(std::to_string(all.rows.size()) + " rows; " + all.failure);
    }
    EXPECT_EQ(all.rows.front().fault, "");
    return std::move(all.rows.front());
}

} // namespace columbarium::e2e
