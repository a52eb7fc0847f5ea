// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/date_time.hpp"

#include <chrono>

#include "base/ascii.hpp"

namespace columbarium::presence {

namespace {

// Reads from the front of a text; once something was wrong it stays wrong.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    // So many digits, of a number from `lowest` to `highest`.
    int number(std::size_t digits, int lowest, int highest) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i)
            value = value * 10 + digit();
        good_ = good_ && value >= lowest && value <= highest;
        return value;
    }

    // One of these characters, which is taken.
    char one_of(std::string_view characters) {
        if (!good_ || text_.empty() || characters.find(text_.front()) == std::string_view::npos) {
            good_ = false;
            return '\0';
        }
        const char c = text_.front();
        text_.remove_prefix(1);
        return c;
    }

    void skip_fraction() {
        if (!text_.starts_with('.'))
            return;
        text_.remove_prefix(1);
        do
            digit();
        while (good_ && !text_.empty() && is_digit(text_.front()));
    }

    [[nodiscard]] bool is_whole() const { return good_ && text_.empty(); }

  private:
    int digit() {
        const char c = one_of("0123456789");
        return good_ ? c - '0' : 0;
    }

    std::string_view text_;
    bool good_ = true;
};

} // namespace

std::optional<std::int64_t> read_date_time(std::string_view text) {
    Reader reader(text);
    const int year = reader.number(4, 0, 9999);
    reader.one_of("-");
    const int month = reader.number(2, 1, 12);
    reader.one_of("-");
    const int day = reader.number(2, 1, 31);
    reader.one_of("Tt ");
    const int hour = reader.number(2, 0, 23);
    reader.one_of(":");
    const int minute = reader.number(2, 0, 59);
    reader.one_of(":");
    const int second = reader.number(2, 0, 60);
    reader.skip_fraction();
    int offset = 0; // minutes
    if (const char sign = reader.one_of("Zz+-"); sign == '+' || sign == '-') {
        offset = reader.number(2, 0, 23) * 60;
        reader.one_of(":");
        offset += reader.number(2, 0, 59);
        offset = sign == '-' ? -offset : offset;
    }
    if (!reader.is_whole())
        return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok())
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
}

} // namespace columbarium::presence
