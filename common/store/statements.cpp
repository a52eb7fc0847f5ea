// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/statements.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "store/backend.hpp"

namespace columbarium::store {

namespace {

[[noreturn]] void fail_on(std::string_view column, const std::string& username, std::string_view value) {
    throw Failed{{ErrorKind::temporary,
                  fmt::format("store: person {} has the value \"{}\" in column {}, which this program never "
                              "writes; correct it there, or restore the store from a backup",
                              printable(username), printable(value), column)}};
}

std::string_view text_of(std::optional<config::Disclosure> disclosure) {
    return disclosure ? config::name_of(*disclosure) : std::string_view();
}

std::optional<config::Disclosure> disclosure_of(std::string_view column, const std::string& username,
                                                const std::string& value) {
    if (value.empty())
        return std::nullopt;
    const auto known = config::disclosure_of_name(value);
    if (!known)
        fail_on(column, username, value);
    return known;
}

constexpr const char* column_names[] = {"username",
                                        "id",
                                        "full_name",
                                        "affiliation",
                                        "forwarding_address",
                                        "tombstone_address",
                                        "cancelled",
                                        "is_new",
                                        "is_account_missing",
                                        "hold",
                                        "listed_forwarding_address",
                                        "listed_tombstone_address",
                                        "written_forwarding_address",
                                        "written_tombstone_address",
                                        "is_mail_attribute_due",
                                        "disclosure",
                                        "listed_disclosure",
                                        "revision"};

// Each column's text, with commas between them.
template <class Text>
std::string each_column(Text&& text) {
    std::string list;
    for (const std::string_view name : column_names) {
        const std::string part = text(name);
        if (!part.empty())
            list.append(list.empty() ? "" : ", ").append(part);
    }
    return list;
}

} // namespace

std::string PersonFields::columns() {
    return each_column([](std::string_view name) { return std::string(name); });
}

std::string PersonFields::parameters() {
    return each_column([](std::string_view name) { return ":" + std::string(name); });
}

std::string PersonFields::assignments() {
    return each_column([](std::string_view name) {
        return name == "username" || name == "revision" ? "" : fmt::format("{0} = :{0}", name);
    });
}

void PersonFields::bind_into(soci::statement& statement) {
    statement.exchange(soci::into(username));
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(full_name));
    statement.exchange(soci::into(affiliation));
    statement.exchange(soci::into(forwarding_address));
    statement.exchange(soci::into(tombstone_address));
    statement.exchange(soci::into(cancelled, has_cancelled));
    statement.exchange(soci::into(is_new));
    statement.exchange(soci::into(is_account_missing));
    statement.exchange(soci::into(hold));
    statement.exchange(soci::into(listed_forwarding_address));
    statement.exchange(soci::into(listed_tombstone_address));
    statement.exchange(soci::into(written_forwarding_address, has_written_forwarding_address));
    statement.exchange(soci::into(written_tombstone_address, has_written_tombstone_address));
    statement.exchange(soci::into(is_mail_attribute_due));
    statement.exchange(soci::into(disclosure));
    statement.exchange(soci::into(listed_disclosure));
    statement.exchange(soci::into(revision));
}

void PersonFields::bind_use(soci::statement& statement) {
    statement.exchange(soci::use(username, "username"));
    statement.exchange(soci::use(id, "id"));
    statement.exchange(soci::use(full_name, "full_name"));
    statement.exchange(soci::use(affiliation, "affiliation"));
    statement.exchange(soci::use(forwarding_address, "forwarding_address"));
    statement.exchange(soci::use(tombstone_address, "tombstone_address"));
    statement.exchange(soci::use(cancelled, has_cancelled, "cancelled"));
    statement.exchange(soci::use(is_new, "is_new"));
    statement.exchange(soci::use(is_account_missing, "is_account_missing"));
    statement.exchange(soci::use(hold, "hold"));
    statement.exchange(soci::use(listed_forwarding_address, "listed_forwarding_address"));
    statement.exchange(soci::use(listed_tombstone_address, "listed_tombstone_address"));
    statement.exchange(
        soci::use(written_forwarding_address, has_written_forwarding_address, "written_forwarding_address"));
    statement.exchange(
        soci::use(written_tombstone_address, has_written_tombstone_address, "written_tombstone_address"));
    statement.exchange(soci::use(is_mail_attribute_due, "is_mail_attribute_due"));
    statement.exchange(soci::use(disclosure, "disclosure"));
    statement.exchange(soci::use(listed_disclosure, "listed_disclosure"));
    statement.exchange(soci::use(revision, "revision"));
}

void PersonFields::set(const tombstone::Person& person) {
    username = person.username;
    id = person.id;
    full_name = person.full_name;
    affiliation = person.affiliation;
    forwarding_address = person.forwarding_address;
    tombstone_address = person.tombstone_address;
    cancelled = person.cancelled ? tombstone::to_text(*person.cancelled) : "";
    has_cancelled = person.cancelled ? soci::i_ok : soci::i_null;
    is_new = person.is_new ? 1 : 0;
    is_account_missing = person.is_account_missing ? 1 : 0;
    hold = tombstone::name_of(person.hold);
    listed_forwarding_address = person.listed_forwarding_address;
    listed_tombstone_address = person.listed_tombstone_address;
    written_forwarding_address = person.written_forwarding_address.value_or("");
    has_written_forwarding_address = person.written_forwarding_address ? soci::i_ok : soci::i_null;
    written_tombstone_address = person.written_tombstone_address.value_or("");
    has_written_tombstone_address = person.written_tombstone_address ? soci::i_ok : soci::i_null;
    is_mail_attribute_due = person.is_mail_attribute_due ? 1 : 0;
    disclosure = text_of(person.disclosure);
    listed_disclosure = text_of(person.listed_disclosure);
    revision = person.revision;
}

tombstone::Person PersonFields::get() const {
    tombstone::Person person;
    person.username = username;
    person.id = id;
    person.full_name = full_name;
    person.affiliation = affiliation;
    person.forwarding_address = forwarding_address;
    person.tombstone_address = tombstone_address;
    if (has_cancelled == soci::i_ok) {
        person.cancelled = tombstone::read_date(cancelled);
        if (!person.cancelled)
            fail_on("cancelled", username, cancelled);
    }
    person.is_new = is_new != 0;
    person.is_account_missing = is_account_missing != 0;
    if (const auto known = tombstone::hold_of_name(hold))
        person.hold = *known;
    else
        fail_on("hold", username, hold);
    person.listed_forwarding_address = listed_forwarding_address;
    person.listed_tombstone_address = listed_tombstone_address;
    if (has_written_forwarding_address == soci::i_ok)
        person.written_forwarding_address = written_forwarding_address;
    if (has_written_tombstone_address == soci::i_ok)
        person.written_tombstone_address = written_tombstone_address;
    person.is_mail_attribute_due = is_mail_attribute_due != 0;
    person.disclosure = disclosure_of("disclosure", username, disclosure);
    person.listed_disclosure = disclosure_of("listed_disclosure", username, listed_disclosure);
    person.revision = revision;
    return person;
}

void prepare(soci::statement& statement, const std::string& query) {
    statement.alloc();
    statement.prepare(query);
    statement.define_and_bind();
}

FindPerson::FindPerson(soci::session& session) : statement_(session) {
    fields_.bind_into(statement_);
    statement_.exchange(soci::use(username_, "username"));
    prepare(statement_, "SELECT " + PersonFields::columns() + " FROM person WHERE username = :username");
}

std::optional<tombstone::Person> FindPerson::operator()(std::string_view username) {
    username_ = username;
    if (!statement_.execute(true))
        return std::nullopt;
    while (statement_.fetch()) {
    }
    return fields_.get();
}

PeoplePage::PeoplePage(soci::session& session, std::string_view condition, std::size_t page)
    : page_(static_cast<long long>(page)), statement_(session) {
    fields_.bind_into(statement_);
    statement_.exchange(soci::use(after_, "after"));
    statement_.exchange(soci::use(page_, "page"));
    prepare(statement_, query(condition));
}

std::string PeoplePage::query(std::string_view condition) {
    return fmt::format("SELECT {} FROM person WHERE username > :after {} ORDER BY username LIMIT :page",
                       PersonFields::columns(), condition);
}

void PeoplePage::start(std::string_view after) {
    after_ = after;
    has_row_ = statement_.execute(true);
}

std::optional<tombstone::Person> PeoplePage::next() {
    if (!has_row_)
        return std::nullopt;
    tombstone::Person person = fields_.get();
    has_row_ = statement_.fetch();
    return person;
}

WritePerson::WritePerson(soci::session& session) : insert_(session), update_(session) {
    fields_.bind_use(insert_);
    prepare(insert_, fmt::format("INSERT INTO person ({}) VALUES ({}) ON CONFLICT (username) DO NOTHING",
                                 PersonFields::columns(), PersonFields::parameters()));
    fields_.bind_use(update_);
    prepare(update_, fmt::format("UPDATE person SET {}, revision = revision + 1 "
                                 "WHERE username = :username AND revision = :revision",
                                 PersonFields::assignments()));
}

bool WritePerson::operator()(const tombstone::Person& person) {
    fields_.set(person);
    if (person.revision != 0) {
        update_.execute(true);
        return update_.get_affected_rows() == 1;
    }
    fields_.revision = 1;
    insert_.execute(true);
    return insert_.get_affected_rows() == 1;
}

WriteHistory::WriteHistory(soci::session& session, const Author& author)
    : when_(author.when.time_since_epoch().count()), who_(author.who), statement_(session) {
    statement_.exchange(soci::use(username_, "username"));
    statement_.exchange(soci::use(revision_, "revision"));
    statement_.exchange(soci::use(position_, "position"));
    statement_.exchange(soci::use(when_, "changed_at"));
    statement_.exchange(soci::use(who_, "changed_by"));
    statement_.exchange(soci::use(kind_, "kind"));
    statement_.exchange(soci::use(before_, "value_before"));
    statement_.exchange(soci::use(after_, "value_after"));
    statement_.exchange(soci::use(reason_, "reason"));
    prepare(statement_, "INSERT INTO history (username, revision, position, changed_at, changed_by, kind, "
                        "value_before, value_after, reason) VALUES (:username, :revision, :position, "
                        ":changed_at, :changed_by, :kind, :value_before, :value_after, :reason)");
}

void WriteHistory::operator()(std::string_view username, std::int64_t revision, std::size_t position,
                              const tombstone::Change& change) {
    username_ = username;
    revision_ = revision;
    position_ = static_cast<int>(position);
    kind_ = tombstone::name_of(change.kind);
    before_ = change.before;
    after_ = change.after;
    reason_ = change.reason;
    statement_.execute(true);
}

} // namespace columbarium::store
