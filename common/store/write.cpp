// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "store/inner.hpp"

namespace columbarium::store {

namespace {

constexpr std::size_t progress_step = 1'000; // people

void mark_run(Session& session, tombstone::Date run) {
    const std::string day = tombstone::to_text(run);
    session.sql << "INSERT INTO store_property (name, value) VALUES ('last_run', :day) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        soci::use(day, "day");
}

} // namespace

bool can_be_kept(std::initializer_list<std::string_view> texts) {
    return std::all_of(texts.begin(), texts.end(), [](std::string_view text) {
        while (!text.empty()) {
            const Character character = first_character(text);
            if (!character.valid)
                return false;
            text.remove_prefix(character.octets);
        }
        return true;
    });
}

Expected<void> check(std::span<const Write> writes, const Author& author) {
    const auto refuse = [](std::string_view what) {
        return permanent_failure(fmt::format("store: {} is not UTF-8, or holds a NUL", what));
    };
    if (!can_be_kept({author.who}))
        return refuse("the name of who makes a change");
    for (const Write& write : writes) {
        const tombstone::Person& person = *write.person;
        if (!can_be_kept({person.username, person.id, person.full_name, person.affiliation,
                          person.forwarding_address, person.tombstone_address,
                          person.listed_forwarding_address, person.listed_tombstone_address,
                          person.written_forwarding_address.value_or(""),
                          person.written_tombstone_address.value_or("")}))
            return refuse("something of person " + printable(person.username));
        for (const tombstone::Change& change : write.changes)
            if (!can_be_kept({change.before, change.after, change.reason}))
                return refuse("a change of person " + printable(person.username));
    }
    return {};
}

Expected<Written> Store::write(std::span<const Write> writes, const Author& author,
                               std::optional<tombstone::Date> run,
                               const std::function<void(std::size_t)>& progress) {
    if (auto checked = check(writes, author); !checked)
        return tl::make_unexpected(checked.error());
    Connection& connection = inner_->connection;
    return connection.call("cannot write people", [&](Session& session) {
        Written written;
        Transaction transaction = connection.begin(session, Transaction::Kind::writing);
        if (run && inner_->is_running && !connection.backend().has_run_lock(session.sql))
            throw Failed{{ErrorKind::temporary, connection.backend().name() +
                                                    ": the connection was lost, and with it the lock of "
                                                    "this sync: another one may be running; nothing was "
                                                    "written; start it again"}};
        WritePerson write_person(session.sql);
        WriteHistory write_history(session.sql, author);
        for (const Write& write : writes) {
            const tombstone::Person& person = *write.person;
            if (!write_person(person)) {
                written.outdated.push_back(person.username);
                continue;
            }
            std::size_t position = 0;
            for (const tombstone::Change& change : write.changes)
                write_history(person.username, person.revision + 1, position++, change);
            if (++written.people % progress_step == 0 && progress)
                progress(written.people);
        }
        if (run)
            mark_run(session, *run);
        transaction.commit();
        return written;
    });
}

} // namespace columbarium::store
