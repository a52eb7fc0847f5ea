// SPDX-License-Identifier: LGPL-2.1-or-later
// Prepared statements with the variables that are bound to them. Private to common/store.
//
// A statement of SQLite that has given a row and was not asked for the next holds a snapshot: each of these
// is asked until there is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/soci.hpp"
#include "store/store.hpp"

namespace columbarium::store {

// The columns of a person. Statements refer to it: it stays where it is.
struct PersonFields {
    PersonFields() = default;
    PersonFields(const PersonFields&) = delete;
    PersonFields& operator=(const PersonFields&) = delete;

    std::string username, id, full_name, affiliation, forwarding_address, tombstone_address;
    std::string cancelled;
    soci::indicator has_cancelled = soci::i_null;
    int is_new = 0;
    int is_account_missing = 0;
    std::string hold;
    std::string listed_forwarding_address, listed_tombstone_address;
    std::string written_forwarding_address, written_tombstone_address;
    soci::indicator has_written_forwarding_address = soci::i_null;
    soci::indicator has_written_tombstone_address = soci::i_null;
    int is_mail_attribute_due = 0;
    std::string disclosure, listed_disclosure;
    long long revision = 0;

    // Names of the columns in the order of bind_into(), and the parameters of bind_use().
    static std::string columns();
    static std::string parameters();
    static std::string assignments(); // of all but username and revision

    void bind_into(soci::statement& statement);
    void bind_use(soci::statement& statement);

    void set(const tombstone::Person& person);
    // Throws Failed where a value is none that set() makes.
    [[nodiscard]] tombstone::Person get() const;
};

// One person by username.
class FindPerson {
  public:
    explicit FindPerson(soci::session& session);
    [[nodiscard]] std::optional<tombstone::Person> operator()(std::string_view username);

  private:
    std::string username_;
    PersonFields fields_;
    soci::statement statement_;
};

// People behind a username, in the order of usernames, a page at a time.
class PeoplePage {
  public:
    static constexpr std::size_t page_size = 1'000;

    // Of the WHERE clause: people of whom something waits to be written back. As in the index person_due:
    // only a condition of the same words finds it.
    static constexpr std::string_view is_due =
        "AND (forwarding_address <> listed_forwarding_address OR tombstone_address <> "
        "listed_tombstone_address OR is_mail_attribute_due <> 0)";

    // `condition`: more of the WHERE clause, "" for none.
    [[nodiscard]] static std::string query(std::string_view condition);
    PeoplePage(soci::session& session, std::string_view condition, std::size_t page);

    // Begins a page.
    void start(std::string_view after);
    // The next person of the page, nothing at its end.
    [[nodiscard]] std::optional<tombstone::Person> next();

  private:
    std::string after_;
    long long page_;
    PersonFields fields_;
    soci::statement statement_;
    bool has_row_ = false;
};

// Writes one person, new or known.
class WritePerson {
  public:
    explicit WritePerson(soci::session& session);
    // False where the store has another revision of him.
    [[nodiscard]] bool operator()(const tombstone::Person& person);

  private:
    PersonFields fields_;
    soci::statement insert_;
    soci::statement update_;
};

// Writes a line of the history.
class WriteHistory {
  public:
    WriteHistory(soci::session& session, const Author& author);
    void operator()(std::string_view username, std::int64_t revision, std::size_t position,
                    const tombstone::Change& change);

  private:
    std::string username_;
    long long revision_ = 0;
    int position_ = 0;
    long long when_;
    std::string who_, kind_, before_, after_, reason_;
    soci::statement statement_;
};

// Ends the preparation of a statement whose variables have been bound.
void prepare(soci::statement& statement, const std::string& query);

} // namespace columbarium::store
