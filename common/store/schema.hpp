// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables, and how a store of an older version gets them. Private to common/store.
#pragma once

#include <span>
#include <string_view>

#include "store/backend.hpp"

namespace columbarium::store {

// What leads from one version of the schema to the next.
struct Migration {
    // Statements of SQL, each ended by a semicolon. "{octets}" and "{clustered}" stand for the words of the
    // dialect.
    std::string_view statements;
};

// All of them, the first one makes the schema: migrations()[n] leads from version n to n + 1.
[[nodiscard]] std::span<const Migration> migrations();

// Applies what is missing, in one transaction, while all other programs wait. Throws Failed where the store
// is of a newer version than these migrations lead to.
void bring_up_to_date(soci::session& session, Backend& backend, std::span<const Migration> all);

// Throws Failed where the store is of another version than this program writes: a newer program has brought
// it up to date since it was opened.
void check_version(soci::session& session, Backend& backend);

} // namespace columbarium::store
