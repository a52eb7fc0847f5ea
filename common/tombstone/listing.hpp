// SPDX-License-Identifier: LGPL-2.1-or-later
// A whole feed: its rows, checked and gathered, so that each person of it is found by his username.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/export.hpp"
#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"

namespace columbarium::tombstone {

// One row as a source read it: not checked yet. Fields as in Listed.
struct Row {
    std::string where; // for error texts: "people.csv:17", "uid=abc1,ou=people,dc=example,dc=org"
    std::string username;
    std::string id;
    std::string full_name;
    std::string affiliation;
    std::optional<std::string> forwarding_address;
    std::optional<std::string> tombstone_address;
    std::optional<std::string> disclosure = {};
    std::string fault; // what the source itself found wrong with the row: "not UTF-8"; "" for nothing
    bool may_hide_others = false; // it may have swallowed other rows: a quote was never closed
};

// Something wrong with one row, or between rows. One line for a person, with the place.
struct RowFault {
    std::string username; // whom it is about, "" where nobody can tell
    std::string text;
};

// The feed's people. Memory: some 300 octets a person, and 200 more while it is filled.
class Roster {
  public:
    COLUMBARIUM_API explicit Roster(const config::PeoplePolicy& policy);
    Roster(const Roster&) = delete; // the index points into the people
    Roster& operator=(const Roster&) = delete;
    COLUMBARIUM_API ~Roster();

    // Takes a row. What is wrong with it becomes a fault, and its person is withheld: nothing of the row is
    // used, and he is not cancelled for it. Rows without a username that can be read, and rows that may hide
    // others, make the whole feed incomplete (is_complete()): somebody is meant, and nobody knows who.
    //   - a username that is none, or that holds a subaddress delimiter: mail could never reach it; names
    //   that name_fault() refuses, addresses that prepare_target() refuses, a disclosure that is none;
    //   - a second row for a username: where it says the same, a fault and no more; else both are withheld;
    //   - an id that two usernames have: all of them are withheld.
    COLUMBARIUM_API void add(Row row);

    // The person of this username, nullptr where no row (that can be used) is about him.
    [[nodiscard]] COLUMBARIUM_API const Listed* find(std::string_view username) const;

    // Whether a row was about this username that cannot be used.
    [[nodiscard]] COLUMBARIUM_API bool is_withheld(std::string_view username) const;

    // The username that the feed has under this id, whether its row can be used or not; "" for none. Of
    // several the first.
    [[nodiscard]] COLUMBARIUM_API std::string_view username_of_id(std::string_view id) const;

    // Withholds a person whose row turns out to be wrong in the light of the store.
    COLUMBARIUM_API void withhold(std::string_view username, std::string text);

    [[nodiscard]] bool is_complete() const { return is_complete_; }
    [[nodiscard]] std::size_t size() const { return people_.size(); }             // people who can be used
    [[nodiscard]] const std::vector<RowFault>& faults() const { return faults_; } // the first 10,000
    [[nodiscard]] std::size_t fault_count() const { return fault_count_; }

    // All people, in no order. Each is given once; withheld ones are not.
    template <class Take>
    void each(Take&& take) const {
        for (const auto& [username, person] : people_)
            take(*person);
    }

  private:
    void report(std::string username, std::string text);
    void add_prepared(Listed person, const std::string& where, const std::string& fault);
    void gather_id(const Listed& person, const std::string& where);

    const config::PeoplePolicy& policy_;
    std::deque<Listed> rows_; // each row with a username, those that cannot be used among them
    std::unordered_map<std::string_view, const Listed*> people_;
    std::unordered_map<std::string_view, const Listed*> ids_; // of all rows: the first that has the id
    std::set<std::string, std::less<>> withheld_;
    std::vector<RowFault> faults_;
    std::size_t fault_count_ = 0;
    bool is_complete_ = true;
};

} // namespace columbarium::tombstone
