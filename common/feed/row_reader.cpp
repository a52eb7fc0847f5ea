// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/row_reader.hpp"

#include <fmt/format.h>

namespace columbarium::feed {

Expected<void> RowReader::feed(std::string_view octets) {
    const Expected<std::string_view> passed = mark_.pass(octets);
    if (!passed)
        return permanent_failure(fmt::format("{}: {}", name_, passed.error().text));
    return lines(*passed);
}

Expected<void> RowReader::finish() {
    if (auto read = lines(mark_.rest()); !read)
        return read;
    if (auto ended = end(); !ended)
        return ended;
    if (!has_rows_)
        return temporary_failure(fmt::format("{}: is empty: there is no row in it", name_));
    return {};
}

} // namespace columbarium::feed
