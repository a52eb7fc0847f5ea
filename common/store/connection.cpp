// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/connection.hpp"

#include "store/schema.hpp"

namespace columbarium::store {

namespace {

const std::vector<std::string>& beginning(const Dialect& dialect, Transaction::Kind kind) {
    switch (kind) {
    case Transaction::Kind::reading:
        return dialect.begin_reading;
    case Transaction::Kind::claiming:
        return dialect.begin_claiming;
    case Transaction::Kind::writing:
        return dialect.begin_writing;
    case Transaction::Kind::migration:
        break;
    }
    return dialect.begin_migration;
}

} // namespace

Transaction::Transaction(soci::session& session, Backend& backend, Kind kind, Progress* progress)
    : session_(session), dialect_(backend.dialect()), kind_(kind), progress_(progress) {
    for (const std::string& statement : beginning(dialect_, kind))
        session_ << statement;
    if (kind == Kind::claiming ||
        kind == Kind::writing) // where that fails, the session goes, and this with it
        check_version(session_, backend);
    if (progress_ != nullptr)
        *progress_ = Progress::begun;
}

Transaction::~Transaction() {
    if (!is_open_)
        return;
    try {
        session_ << "ROLLBACK";
    } catch (const soci::soci_error&) { // the database has done so already, or the connection has gone
    }
    clean_up();
}

void Transaction::commit() {
    if (progress_ != nullptr)
        *progress_ = Progress::committing;
    session_ << "COMMIT";
    is_open_ = false;
    clean_up();
}

void Transaction::clean_up() noexcept {
    if (kind_ == Kind::reading || kind_ == Kind::claiming)
        return;
    try {
        for (const std::string& statement : dialect_.after_writing)
            session_ << statement;
    } catch (const soci::soci_error&) { // no harm: the next ones wait for the disk too
    }
}

Transaction Connection::begin(Session& session, Transaction::Kind kind) {
    return Transaction(session.sql, *backend_, kind, &progress_);
}

Session& Connection::open() {
    if (!session_) {
        session_ = std::make_unique<Session>();
        backend_->connect(session_->sql);
        bring_up_to_date(session_->sql, *backend_, migrations());
    }
    return *session_;
}

Trouble Connection::end(const soci::soci_error& error) {
    const Trouble trouble = backend_->trouble_of(error, session_->sql);
    session_.reset();
    return trouble;
}

} // namespace columbarium::store
