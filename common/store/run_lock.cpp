// SPDX-License-Identifier: LGPL-2.1-or-later
// One sync at a time.
#include "store/inner.hpp"

namespace columbarium::store {

Expected<RunLock> Store::lock_run() {
    Connection& connection = inner_->connection;
    bool is_locked = false;
    if (!inner_->is_running) { // PostgreSQL would give a session its lock a second time
        const auto tried = connection.call("cannot lock out other syncs", [&](Session& session) {
            return connection.backend().lock_run(session.sql);
        });
        if (!tried)
            return tl::make_unexpected(tried.error());
        is_locked = *tried;
    }
    if (!is_locked)
        return temporary_failure(connection.backend().name() +
                                 ": another sync is running; try again when it has ended");
    inner_->is_running = true;
    return RunLock([inner = inner_.get()] {
        inner->is_running = false;
        Session* session = inner->connection.session();
        try {
            inner->connection.backend().unlock_run(session == nullptr ? nullptr : &session->sql);
        } catch (const soci::soci_error&) { // the session has gone, and the lock with it
        }
    });
}

} // namespace columbarium::store
