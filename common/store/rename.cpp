// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "store/inner.hpp"

namespace columbarium::store {

namespace {

[[noreturn]] void refuse(const std::string& username, std::string_view why) {
    throw Failed{{ErrorKind::permanent, fmt::format("store: {} {}", printable(username), why)}};
}

// Claims for him as well: who was answered for the old name is not answered again for the new one.
// All claims wait meanwhile: one that came between the two statements would be lost, and one for both names
// takes them in another order.
void move_claims(soci::session& session, const Dialect& dialect, const std::string& from,
                 const std::string& to) {
    if (!dialect.lock_claims.empty())
        session << std::string(dialect.lock_claims);
    session << "INSERT INTO suppression (person, sender, expires, is_pending) "
               "SELECT CAST(:new_name AS TEXT), sender, expires, is_pending FROM suppression "
               "WHERE person = :old_name ON CONFLICT (person, sender) "
               "DO UPDATE SET expires = excluded.expires, is_pending = excluded.is_pending "
               "WHERE suppression.expires < excluded.expires",
        soci::use(to, "new_name"), soci::use(from, "old_name");
    session << "DELETE FROM suppression WHERE person = :old_name", soci::use(from, "old_name");
}

} // namespace

Expected<bool> Store::rename(std::string_view from, const tombstone::Person& renamed,
                             std::span<const tombstone::Change> changes, const Author& author) {
    const Write write{&renamed, changes};
    if (auto checked = check({&write, 1}, author); !checked)
        return tl::make_unexpected(checked.error());
    if (!can_be_kept({from}))
        return permanent_failure("store: a username is not UTF-8, or holds a NUL");
    Connection& connection = inner_->connection;
    return connection.call("cannot rename a person", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::writing);
        const std::string old_name(from);
        const std::string& new_name = renamed.username;
        FindPerson find(session.sql);
        if (find(new_name))
            refuse(new_name, "is there already");
        const auto known = find(old_name);
        if (!known)
            refuse(old_name, "is not there");
        if (known->revision != renamed.revision)
            return false;
        long long revision = renamed.revision;
        soci::statement rename_person =
            (session.sql.prepare << "UPDATE person SET username = :new_name WHERE username = :old_name "
                                    "AND revision = :revision",
             soci::use(new_name, "new_name"), soci::use(old_name, "old_name"),
             soci::use(revision, "revision"));
        rename_person.execute(true);
        WritePerson write_person(session.sql);
        if (rename_person.get_affected_rows() != 1 || !write_person(renamed))
            return false;
        session.sql << "UPDATE history SET username = :new_name WHERE username = :old_name",
            soci::use(new_name, "new_name"), soci::use(old_name, "old_name");
        move_claims(session.sql, connection.backend().dialect(), old_name, new_name);
        WriteHistory write_history(session.sql, author);
        std::size_t position = 0;
        for (const tombstone::Change& change : changes)
            write_history(new_name, renamed.revision + 1, position++, change);
        transaction.commit();
        return true;
    });
}

} // namespace columbarium::store
