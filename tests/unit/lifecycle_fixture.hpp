// SPDX-License-Identifier: LGPL-2.1-or-later
// The story of one person, told day by day: what the feed says of him, whether he has an account, and what
// becomes of his mail.
#pragma once

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tombstone/lifecycle.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tombstone {

// For GoogleTest.
inline void PrintTo(ChangeKind kind, std::ostream* out) {
    *out << name_of(kind);
}
inline void PrintTo(const Resolution& resolution, std::ostream* out) {
    *out << to_value(resolution);
}
inline void PrintTo(const Person& person, std::ostream* out) {
    *out << person.username << " id=" << person.id << " name=" << person.full_name
         << " affiliation=" << person.affiliation << " forwarding=" << person.forwarding_address
         << " tombstone=" << person.tombstone_address
         << " cancelled=" << (person.cancelled ? to_text(*person.cancelled) : "-") << " new=" << person.is_new
         << " missing=" << person.is_account_missing << " hold=" << static_cast<int>(person.hold)
         << " listed=" << person.listed_forwarding_address << "," << person.listed_tombstone_address
         << " written=" << person.written_forwarding_address.value_or("-") << ","
         << person.written_tombstone_address.value_or("-") << " due=" << person.is_mail_attribute_due
         << " disclosure=" << (person.disclosure ? config::name_of(*person.disclosure) : "-") << ","
         << (person.listed_disclosure ? config::name_of(*person.listed_disclosure) : "-");
}

} // namespace columbarium::tombstone

namespace columbarium::test {

using Kinds = std::vector<tombstone::ChangeKind>;

inline config::PeoplePolicy people_policy() {
    config::PeoplePolicy policy;
    policy.domains = {"cam.example.org", "old.example.org"};
    policy.account_domain = "hermes.example.org";
    policy.accounts = "userdb";
    policy.subaddress_delimiters = "+";
    policy.affiliations = {{"Medical School", "{username}@medschl.example.org"}};
    return policy;
}

inline tombstone::Date day(const std::string& text) {
    return tombstone::read_date(text).value();
}

// A feed that does not carry addresses.
inline tombstone::Listed listed(std::string username = "abc1") {
    return {std::move(username), "", "Ann Other", "Department of Testing", {}, {}};
}

// One that does.
inline tombstone::Listed listed_with(std::string forwarding, std::string tombstone) {
    tombstone::Listed row = listed();
    row.forwarding_address = std::move(forwarding);
    row.tombstone_address = std::move(tombstone);
    return row;
}

class Story {
  public:
    // What a sync does.
    Kinds feed(const tombstone::Listed& row) { return step(&row, tombstone::Listing::listed); }
    Kinds gone_from_feed() { return step(nullptr, tombstone::Listing::absent); }
    Kinds withheld() { return step(nullptr, tombstone::Listing::withheld); }

    Story& after_days(int days) {
        today += std::chrono::days(days);
        return *this;
    }

    // What the help desk or he himself does.
    Kinds forward_to(const std::string& address) {
        return take(tombstone::set_forwarding(person(), address, "asked for it", policy));
    }
    Kinds tombstone_to(const std::string& address) {
        return take(tombstone::set_tombstone(person(), address, "asked for it", policy));
    }
    Kinds cancel(tombstone::Date from) {
        return take(tombstone::cancel(person(), from, today, "has left early"));
    }
    Kinds restore() { return take(tombstone::restore(person(), today, "stays", policy)); }

    Kinds rename_to(const std::string& username) {
        return take(tombstone::rename(person(), username, policy));
    }

    // What becomes of mail to him today, or by a clock that is wrong.
    [[nodiscard]] std::string mail() const { return mail_on(today); }
    [[nodiscard]] std::string mail_on(tombstone::Date date) const {
        return to_value(resolve(person(), date));
    }

    [[nodiscard]] const tombstone::Person& person() const { return known.value(); }

    config::PeoplePolicy policy = people_policy();
    tombstone::Date today = day("2026-01-01");
    tombstone::Account account = tombstone::Account::no;
    std::optional<tombstone::Person> known;
    std::vector<tombstone::Change> changes; // of the last step

  private:
    Kinds step(const tombstone::Listed* row, tombstone::Listing listing) {
        return take(tombstone::step(known ? &*known : nullptr, row, listing, today, account, policy));
    }

    Kinds take(Expected<tombstone::Step> step) {
        if (!step) {
            ADD_FAILURE() << step.error().text;
            return {};
        }
        known = std::move(step->person);
        changes = std::move(step->changes);
        Kinds kinds;
        for (const tombstone::Change& change : changes)
            kinds.push_back(change.kind);
        return kinds;
    }
};

inline const std::string departed(tombstone::refusal(tombstone::RejectReason::departed));
inline const std::string no_address(tombstone::refusal(tombstone::RejectReason::no_address));
inline const std::string unset(tombstone::refusal(tombstone::RejectReason::unset));

inline std::string forwarded_to(const std::string& address) {
    return "DUNNO forward " + address;
}
inline std::string moved_to(const std::string& address) {
    return "DUNNO change-of-address " + address;
}

} // namespace columbarium::test
