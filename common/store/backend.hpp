// SPDX-License-Identifier: LGPL-2.1-or-later
// What differs between the databases: how to connect, some words of SQL, what an error means. All else is the
// same text for both. Private to common/store.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "config/store_place.hpp"
#include "store/soci.hpp"
#include "store/store.hpp"

namespace columbarium::store {

// Thrown inside this room where something failed that is no error of the database; Connection::call() makes
// it a value.
struct Failed {
    Error error;
};

// What an error of the database means for who has to mend it.
enum class Trouble {
    locked,
    read_only,
    full,
    no_memory,
    too_slow,
    not_allowed,
    unreachable, // no connection came about
    lost,        // there was one
    damaged,
    other,
};

// Words of SQL.
struct Dialect {
    std::string_view octet_order; // a column's: compares octets
    std::string_view clustered;   // behind a table's definition: keep rows in the order of the primary key
    std::string_view free_rows;   // behind a SELECT in a statement that changes rows: passes over those that
                                  // others are changing
    std::string_view lock_claims; // a statement, in a transaction: until its end nobody else changes claims.
                                  // "" where nobody does anyway
    // Statements that begin a transaction: one snapshot for reading; for claims, without waiting for the
    // disk; for writing, waiting for the disk at its commit; and for changes of the schema, while all others
    // wait.
    std::vector<std::string> begin_reading;
    std::vector<std::string> begin_claiming;
    std::vector<std::string> begin_writing;
    std::vector<std::string> begin_migration;
    std::vector<std::string> after_writing; // behind commit or rollback of one for writing
};

class Backend {
  public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    // The store for messages: "store /var/lib/...". No secret in it.
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual const Dialect& dialect() const = 0;

    // Opens the session. Throws soci::soci_error and Failed.
    virtual void connect(soci::session& session) = 0;

    // Whether our tables are there. Throws Failed where the database is somebody else's.
    [[nodiscard]] virtual bool has_tables(soci::session& session) = 0;

    // The lock of a run, see Store::lock_run(). Taking it does not wait: false where somebody has it. Of the
    // session or of this object, whichever goes first.
    [[nodiscard]] virtual bool lock_run(soci::session& session) = 0;
    [[nodiscard]] virtual bool has_run_lock(soci::session& session) = 0;
    virtual void unlock_run(soci::session* session) = 0; // nullptr: there is none any more

    [[nodiscard]] virtual Trouble trouble_of(const soci::soci_error& error, soci::session& session) const = 0;
};

[[nodiscard]] std::unique_ptr<Backend> make_sqlite(std::string path, Waiting waiting);
[[nodiscard]] std::unique_ptr<Backend> make_postgresql(const std::string& connection,
                                                       const std::string& password, Waiting waiting);

// A failure of the database as a value: "STORE: WHAT: what the database says: what to do". `is_unknown`: the
// change may have been made all the same.
[[nodiscard]] Error describe(const Backend& backend, std::string_view what, Trouble trouble,
                             const soci::soci_error& error, bool is_unknown = false);

} // namespace columbarium::store
