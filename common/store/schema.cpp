// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/schema.hpp"

#include <charconv>
#include <string>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "store/connection.hpp"

namespace columbarium::store {

namespace {

// person.cancelled is a date as text, NULL for who has an account. history: `revision` is the person's after
// the change, `position` counts the changes that led to it. suppression.expires and reply_counter.ends: in
// seconds since 1970. In the key of `suppression` the person comes first: to rename him finds his claims.
// reply_counter.scope: the cap's name; `name`: the domain or the sender that it counts replies to.
// person.disclosure and listed_disclosure: "" for none of his own. bounce.username: the login name of the
// desk's user, no person; first_at and last_at: in seconds since 1970. What desks count is in reply_counter
// too: `scope` is the limit's name, `name` the user, "" for all of them.
constexpr Migration all_migrations[] = {
    {R"sql(
CREATE TABLE store_property (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE person (
    username TEXT {octets} NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    full_name TEXT NOT NULL,
    affiliation TEXT NOT NULL,
    forwarding_address TEXT NOT NULL,
    tombstone_address TEXT NOT NULL,
    cancelled TEXT,
    is_new INTEGER NOT NULL,
    is_account_missing INTEGER NOT NULL,
    hold TEXT NOT NULL,
    listed_forwarding_address TEXT NOT NULL,
    listed_tombstone_address TEXT NOT NULL,
    written_forwarding_address TEXT,
    written_tombstone_address TEXT,
    is_mail_attribute_due INTEGER NOT NULL,
    revision BIGINT NOT NULL
) {clustered};
CREATE INDEX person_due ON person (username)
    WHERE forwarding_address <> listed_forwarding_address OR tombstone_address <> listed_tombstone_address
          OR is_mail_attribute_due <> 0;
CREATE TABLE history (
    username TEXT {octets} NOT NULL,
    revision BIGINT NOT NULL,
    position INTEGER NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    kind TEXT NOT NULL,
    value_before TEXT NOT NULL,
    value_after TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (username, revision, position)
) {clustered};
CREATE TABLE suppression (
    sender TEXT {octets} NOT NULL,
    person TEXT {octets} NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (sender, person)
) {clustered};
CREATE INDEX suppression_expires ON suppression (expires);
)sql"},
    // Copies all of `suppression`, while everybody waits, the service among them. Version 1 had claims in its
    // store and nobody who made them, so that the table is empty. Where others use the tables, what waits for
    // them longer than it may (Waiting::lock) undoes all of it, and the next who opens the store tries again.
    {R"sql(
ALTER TABLE person ADD COLUMN disclosure TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN listed_disclosure TEXT NOT NULL DEFAULT '';
DROP INDEX suppression_expires;
ALTER TABLE suppression RENAME TO suppression_before;
CREATE TABLE suppression (
    person TEXT {octets} NOT NULL,
    sender TEXT {octets} NOT NULL,
    expires BIGINT NOT NULL,
    is_pending INTEGER NOT NULL,
    PRIMARY KEY (person, sender)
) {clustered};
INSERT INTO suppression (person, sender, expires, is_pending)
    SELECT person, sender, expires, 0 FROM suppression_before;
DROP TABLE suppression_before;
CREATE INDEX suppression_expires ON suppression (expires);
CREATE TABLE reply_counter (
    ends BIGINT NOT NULL,
    scope TEXT {octets} NOT NULL,
    name TEXT {octets} NOT NULL,
    replies BIGINT NOT NULL,
    PRIMARY KEY (ends, scope, name)
) {clustered};
)sql"},
    {R"sql(
CREATE TABLE bounce (
    address TEXT {octets} NOT NULL,
    username TEXT {octets} NOT NULL,
    message_id TEXT {octets} NOT NULL,
    status TEXT {octets} NOT NULL,
    domain TEXT {octets} NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    is_permanent INTEGER NOT NULL,
    diagnostic TEXT NOT NULL,
    PRIMARY KEY (address, username, message_id, status)
) {clustered};
CREATE INDEX bounce_last ON bounce (last_at);
)sql"},
};
static_assert(std::size(all_migrations) == schema_version);

int written_version(soci::session& session, const Backend& backend) {
    std::string text;
    session << "SELECT value FROM store_property WHERE name = 'schema_version'", soci::into(text);
    int version = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (fault != std::errc() || end != text.data() + text.size() || version < 1)
        throw Failed{{ErrorKind::temporary, backend.name() + ": its version cannot be read; it is damaged: "
                                                             "restore it from a backup"}};
    return version;
}

int version_of(soci::session& session, Backend& backend) {
    return backend.has_tables(session) ? written_version(session, backend) : 0;
}

void check_not_newer(int version, std::size_t known, const Backend& backend) {
    if (static_cast<std::size_t>(version) > known)
        throw Failed{{ErrorKind::temporary,
                      fmt::format("{}: it is of version {}, and this program knows version {} at most; "
                                  "install the Columbarium that it was used with",
                                  backend.name(), version, known)}};
}

void replace(std::string& text, std::string_view word, std::string_view by) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
}

void apply(soci::session& session, const Dialect& dialect, std::string_view statements) {
    while (!trim(statements).empty()) {
        const std::size_t end = statements.find(';');
        std::string statement(statements.substr(0, end));
        statements.remove_prefix(end == std::string_view::npos ? statements.size() : end + 1);
        replace(statement, "{octets}", dialect.octet_order);
        replace(statement, "{clustered}", dialect.clustered);
        session << statement;
    }
}

} // namespace

std::span<const Migration> migrations() {
    return all_migrations;
}

void check_version(soci::session& session, Backend& backend) {
    check_not_newer(written_version(session, backend), std::size(all_migrations), backend);
}

void bring_up_to_date(soci::session& session, Backend& backend, std::span<const Migration> all) {
    int version = version_of(session, backend);
    check_not_newer(version, all.size(), backend);
    if (static_cast<std::size_t>(version) == all.size())
        return;
    Transaction transaction(session, backend, Transaction::Kind::migration);
    version = version_of(session, backend); // another program may have been faster
    check_not_newer(version, all.size(), backend);
    for (const Migration& migration : all.subspan(static_cast<std::size_t>(version)))
        apply(session, backend.dialect(), migration.statements);
    const std::string now = std::to_string(all.size());
    session << "INSERT INTO store_property (name, value) VALUES ('schema_version', :value) "
               "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        soci::use(now, "value");
    transaction.commit();
}

} // namespace columbarium::store
