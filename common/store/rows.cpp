// SPDX-License-Identifier: LGPL-2.1-or-later
// What tables with rows that end have in common.
#include <algorithm>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "store/inner.hpp"

namespace columbarium::store {

long long end_of_period(std::chrono::sys_seconds time, std::chrono::seconds period) {
    const long long seconds = time.time_since_epoch().count();
    const long long length = period.count();
    const long long past = ((seconds % length) + length) % length;
    return seconds - past + length;
}

std::string_view domain_of(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::size_t forget_rows(soci::session& session, const Dialect& dialect, std::string_view table,
                        std::string_view key, std::string_view ends, std::chrono::sys_seconds until,
                        std::size_t most) {
    const long long time = until.time_since_epoch().count();
    const auto limit =
        static_cast<long long>(std::min<std::size_t>(most, std::numeric_limits<std::int32_t>::max()));
    // Materialized: where it were looked up again for each row, other rows would be free then, and more than
    // `most` would go.
    soci::statement statement =
        (session.prepare << fmt::format("WITH ended AS MATERIALIZED (SELECT {1} FROM {0} WHERE {2} <= :now "
                                        "ORDER BY {2} LIMIT :most {3}) "
                                        "DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM ended)",
                                        table, key, ends, dialect.free_rows),
         soci::use(time, "now"), soci::use(limit, "most"));
    statement.execute(true);
    return static_cast<std::size_t>(statement.get_affected_rows());
}

} // namespace columbarium::store
