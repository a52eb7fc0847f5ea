// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/listing.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "tombstone/changes.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

namespace {

constexpr std::size_t fault_limit = 10'000;
constexpr std::string_view until_mended = "nobody is cancelled until it is mended";

// Keeps the first fault of a row: one is enough to withhold it.
class Preparation {
  public:
    Preparation(const config::PeoplePolicy& policy, std::string fault)
        : policy_(policy), fault_(std::move(fault)) {}

    std::string name(std::string_view what, std::string_view text) {
        const std::string_view name = trim(text);
        const std::string fault = name_fault(name);
        if (fault.empty())
            return std::string(name);
        report(fmt::format("the {} \"{}\" {}", what, printable(name), fault));
        return {};
    }

    std::optional<std::string> address(std::string_view what, const std::optional<std::string>& text,
                                       std::string_view username) {
        if (!text)
            return std::nullopt;
        auto prepared = prepare_target(*text, username, policy_);
        if (prepared)
            return std::move(*prepared);
        report(fmt::format("the {}: {}", what, prepared.error().text));
        return std::nullopt;
    }

    std::optional<std::optional<config::Disclosure>> disclosure(const std::optional<std::string>& text) {
        if (!text)
            return std::nullopt;
        const auto read = read_disclosure(*text);
        if (read)
            return *read;
        report(fmt::format("the disclosure {}", read.error().text));
        return std::nullopt;
    }

    void report(std::string fault) {
        if (fault_.empty())
            fault_ = std::move(fault);
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    const config::PeoplePolicy& policy_;
    std::string fault_;
};

} // namespace

Roster::Roster(const config::PeoplePolicy& policy) : policy_(policy) {}
Roster::~Roster() = default;

void Roster::report(std::string username, std::string text) {
    if (fault_count_++ < fault_limit)
        faults_.push_back({std::move(username), std::move(text)});
}

void Roster::add(Row row) {
    auto username = fold_username(trim(row.username));
    if (!username) {
        is_complete_ = false;
        const std::string& fault = row.fault.empty() ? username.error().text : row.fault;
        report({}, fmt::format("{}: {}; {}", row.where, fault, until_mended));
        return;
    }
    if (row.may_hide_others) {
        is_complete_ = false;
        row.fault =
            fmt::format("{}; {}", row.fault.empty() ? "may hold other rows" : row.fault, until_mended);
    }
    Preparation preparation(policy_, std::move(row.fault));
    preparation.report(delimiter_fault(*username, policy_));
    Listed person;
    person.username = std::move(*username);
    person.id = preparation.name("id", row.id);
    person.full_name = preparation.name("full name", row.full_name);
    person.affiliation = preparation.name("affiliation", row.affiliation);
    person.forwarding_address =
        preparation.address("forwarding address", row.forwarding_address, person.username);
    person.tombstone_address =
        preparation.address("tombstone address", row.tombstone_address, person.username);
    person.disclosure = preparation.disclosure(row.disclosure);
    add_prepared(std::move(person), row.where, preparation.fault());
}

void Roster::add_prepared(Listed person, const std::string& where, const std::string& fault) {
    const Listed* known = find(person.username);
    if (known != nullptr && fault.empty() && *known == person) {
        report(person.username, fmt::format("{}: {} is there twice", where, person.username));
        return;
    }
    const Listed& kept = rows_.emplace_back(std::move(person));
    if (!fault.empty())
        withhold(kept.username, fmt::format("{}: {}: {}", where, kept.username, fault));
    else if (known != nullptr || is_withheld(kept.username))
        withhold(kept.username, fmt::format("{}: {} is there twice, and the rows differ: none is used", where,
                                            kept.username));
    else
        people_.emplace(kept.username, &kept);
    gather_id(kept, where);
}

void Roster::gather_id(const Listed& person, const std::string& where) {
    if (person.id.empty())
        return;
    const auto [entry, is_first] = ids_.emplace(person.id, &person);
    const std::string& first = entry->second->username;
    if (is_first || first == person.username)
        return;
    for (const std::string& username : {first, person.username})
        withhold(username, fmt::format("{}: {} and {} have the same id \"{}\": none is used", where, first,
                                       person.username, printable(person.id)));
}

const Listed* Roster::find(std::string_view username) const {
    const auto found = people_.find(username);
    return found == people_.end() ? nullptr : found->second;
}

bool Roster::is_withheld(std::string_view username) const {
    return withheld_.contains(username);
}

std::string_view Roster::username_of_id(std::string_view id) const {
    const auto found = ids_.find(id);
    return found == ids_.end() ? std::string_view() : found->second->username;
}

void Roster::withhold(std::string_view username, std::string text) {
    std::string name(username);
    people_.erase(username);
    withheld_.insert(name);
    report(std::move(name), std::move(text));
}

} // namespace columbarium::tombstone
