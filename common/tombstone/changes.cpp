// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/changes.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace columbarium::tombstone {

namespace {

struct KindName {
    ChangeKind kind;
    std::string_view name;
};

constexpr std::array<KindName, 13> names = {{
    {ChangeKind::created, "created"},
    {ChangeKind::details, "details"},
    {ChangeKind::forwarding, "forwarding"},
    {ChangeKind::tombstone, "tombstone"},
    {ChangeKind::cancelled, "cancelled"},
    {ChangeKind::restored, "restored"},
    {ChangeKind::restored_as_new, "restored-as-new"},
    {ChangeKind::set_up, "set-up"},
    {ChangeKind::account_gone, "account-gone"},
    {ChangeKind::account_back, "account-back"},
    {ChangeKind::hold_ended, "hold-ended"},
    {ChangeKind::renamed, "renamed"},
    {ChangeKind::date_corrected, "date-corrected"},
}};

} // namespace

std::string_view name_of(ChangeKind kind) {
    for (const KindName& known : names)
        if (known.kind == kind)
            return known.name;
    return {};
}

std::optional<ChangeKind> change_kind_of_name(std::string_view name) {
    for (const KindName& known : names)
        if (known.name == name)
            return known.kind;
    return std::nullopt;
}

void note(Step& step, ChangeKind kind, std::string_view before, std::string_view after,
          std::string_view reason) {
    step.changes.push_back({kind, std::string(before), std::string(after), std::string(reason)});
}

void put_forwarding(Step& step, std::string_view address, std::string_view reason) {
    Person& person = step.person;
    if (person.forwarding_address == address)
        return;
    note(step, ChangeKind::forwarding, person.forwarding_address, address, reason);
    person.forwarding_address = address;
    person.is_account_missing = false; // nobody has looked yet
    if (!address.empty())
        person.is_new = false;
}

void put_tombstone(Step& step, std::string_view address, std::string_view reason) {
    Person& person = step.person;
    if (person.tombstone_address == address)
        return;
    note(step, ChangeKind::tombstone, person.tombstone_address, address, reason);
    person.tombstone_address = address;
    if (!address.empty())
        person.is_new = false;
}

void bring_back(Step& step, Date today, std::string_view reason, const config::PeoplePolicy& policy) {
    Person& person = step.person;
    // Negative where the cancellation was still to come.
    const auto absence = (today - *person.cancelled).count();
    const bool is_short = absence < static_cast<std::int64_t>(policy.restoration_days);
    const std::string why =
        absence <= 0 ? std::string(reason) : fmt::format("{}, after {} days", reason, absence);
    note(step, is_short ? ChangeKind::restored : ChangeKind::restored_as_new, to_text(*person.cancelled), "",
         why);
    person.cancelled.reset();
    if (is_short)
        return;
    if (!person.forwarding_address.empty())
        note(step, ChangeKind::forwarding, person.forwarding_address, "", "cleared after a long absence");
    person.forwarding_address.clear();
    person.is_account_missing = false;
    person.is_new = true;
}

} // namespace columbarium::tombstone
