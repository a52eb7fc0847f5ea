// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/date.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::tombstone {

namespace {

unsigned number(std::string_view digits) {
    unsigned value = 0;
    for (const char c : digits)
        value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

} // namespace

std::string to_text(Date date) {
    const std::chrono::year_month_day day(date);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

std::optional<Date> read_date(std::string_view text) {
    constexpr std::string_view form = "0000-00-00";
    const auto fits = [](char c, char wanted) { return wanted == '0' ? is_digit(c) : c == wanted; };
    if (text.size() != form.size() || !std::equal(text.begin(), text.end(), form.begin(), fits))
        return std::nullopt;
    const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(number(text.substr(0, 4)))),
                                          std::chrono::month(number(text.substr(5, 2))),
                                          std::chrono::day(number(text.substr(8, 2))));
    if (!day.ok() || day.year() < std::chrono::year(1970))
        return std::nullopt;
    return Date(day);
}

Date date_of(std::chrono::sys_seconds time) {
    return std::chrono::floor<std::chrono::days>(time);
}

} // namespace columbarium::tombstone
