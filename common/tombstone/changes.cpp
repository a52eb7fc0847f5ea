// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/changes.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::tombstone {

namespace {

struct KindName {
    ChangeKind kind;
    std::string_view name;
};

constexpr std::array<KindName, 14> names = {{
    {ChangeKind::created, "created"},
    {ChangeKind::details, "details"},
    {ChangeKind::forwarding, "forwarding"},
    {ChangeKind::tombstone, "tombstone"},
    {ChangeKind::disclosure, "disclosure"},
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

std::string_view text_of(std::optional<config::Disclosure> disclosure) {
    return disclosure ? config::name_of(*disclosure) : std::string_view();
}

Expected<std::optional<config::Disclosure>> read_disclosure(std::string_view text) {
    const std::string_view word = trim(text);
    if (word.empty())
        return std::nullopt;
    const auto known = config::disclosure_of_name(word);
    if (!known)
        return permanent_failure(
            fmt::format("\"{}\" is none of nothing, address and address-and-name", printable(word)));
    return known;
}

void put_disclosure(Step& step, std::optional<config::Disclosure> disclosure, std::string_view reason) {
    if (step.person.disclosure == disclosure)
        return;
    note(step, ChangeKind::disclosure, text_of(step.person.disclosure), text_of(disclosure), reason);
    step.person.disclosure = disclosure;
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
