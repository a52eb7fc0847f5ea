// SPDX-License-Identifier: LGPL-2.1-or-later
// What a store holds. Private to common/store.
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "store/connection.hpp"
#include "store/store.hpp"

namespace columbarium::store {

class Store::Private {
  public:
    explicit Private(std::unique_ptr<Backend> backend) : connection(std::move(backend)) {}
    Connection connection;
    bool is_running = false; // has been given the lock of a run
};

// Whether both databases keep all of these as they are: UTF-8 without NUL.
[[nodiscard]] bool can_be_kept(std::initializer_list<std::string_view> texts);

// The end of the hour or day that a time lies in, by UTC, in seconds since 1970. Also before 1970.
[[nodiscard]] long long end_of_period(std::chrono::sys_seconds time, std::chrono::seconds period);

// What stands behind the last "@" of an address, "" where there is none.
[[nodiscard]] std::string_view domain_of(std::string_view address);

// Deletes the rows of a table whose column `ends` is at most `until`, the oldest first, at most `most`;
// passes over those that others are changing. `key`: the columns of its primary key. In a transaction of the
// caller's. Returns how many.
[[nodiscard]] std::size_t forget_rows(soci::session& session, const Dialect& dialect, std::string_view table,
                                      std::string_view key, std::string_view ends,
                                      std::chrono::sys_seconds until, std::size_t most);

// What keeps any of this from being kept as it is: a permanent failure.
[[nodiscard]] Expected<void> check(std::span<const Write> writes, const Author& author);

} // namespace columbarium::store
