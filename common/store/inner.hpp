// SPDX-License-Identifier: LGPL-2.1-or-later
// What a store holds. Private to common/store.
#pragma once

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

// What keeps any of this from being kept as it is: a permanent failure.
[[nodiscard]] Expected<void> check(std::span<const Write> writes, const Author& author);

} // namespace columbarium::store
