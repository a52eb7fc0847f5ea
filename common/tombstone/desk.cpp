// SPDX-License-Identifier: LGPL-2.1-or-later
// What the help desk and the person himself do.
#include <fmt/format.h>

#include "tombstone/changes.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/resolve.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

Expected<Step> set_forwarding(const Person& person, std::string_view address, std::string_view reason,
                              const config::PeoplePolicy& policy) {
    const auto prepared = prepare_target(address, person.username, policy);
    if (!prepared)
        return tl::make_unexpected(prepared.error());
    Step step{person, {}};
    put_forwarding(step, *prepared, reason);
    return step;
}

Expected<Step> set_tombstone(const Person& person, std::string_view address, std::string_view reason,
                             const config::PeoplePolicy& policy) {
    const auto prepared = prepare_target(address, person.username, policy);
    if (!prepared)
        return tl::make_unexpected(prepared.error());
    Step step{person, {}};
    put_tombstone(step, *prepared, reason);
    return step;
}

Expected<Step> set_disclosure(const Person& person, std::string_view disclosure, std::string_view reason) {
    const auto read = read_disclosure(disclosure);
    if (!read)
        return tl::make_unexpected(read.error());
    Step step{person, {}};
    put_disclosure(step, *read, reason);
    return step;
}

Expected<Step> cancel(const Person& person, Date from, Date today, std::string_view reason) {
    if (has_departed(person, today))
        return permanent_failure(
            fmt::format("{} was cancelled already, on {}", person.username, to_text(*person.cancelled)));
    Step step{person, {}};
    const Hold hold = from > today ? Hold::leaving : Hold::cancelled;
    if (person.cancelled == from && person.hold == hold)
        return step;
    note(step, ChangeKind::cancelled, person.cancelled ? to_text(*person.cancelled) : std::string(),
         to_text(from), reason);
    step.person.cancelled = from;
    step.person.hold = hold;
    return step;
}

Expected<Step> restore(const Person& person, Date today, std::string_view reason,
                       const config::PeoplePolicy& policy) {
    if (!person.cancelled)
        return permanent_failure(fmt::format("{} is not cancelled", person.username));
    Step step{person, {}};
    bring_back(step, today, reason, policy);
    step.person.hold = Hold::present;
    return step;
}

Expected<Step> rename(const Person& person, std::string_view to, const config::PeoplePolicy& policy) {
    const auto username = fold_username(to);
    if (!username)
        return tl::make_unexpected(username.error());
    if (const std::string fault = delimiter_fault(*username, policy); !fault.empty())
        return permanent_failure(fault);
    Step step{person, {}};
    if (*username == person.username)
        return step;
    step.person.username = *username;
    note(step, ChangeKind::renamed, person.username, *username, "renamed");
    if (is_own_account(person.forwarding_address, person.username, policy)) {
        put_forwarding(step, "",
                       fmt::format("was the account of {}, which is not his any more", person.username));
        step.person.is_new = true;
    }
    for (const std::string& address : {step.person.forwarding_address, step.person.tombstone_address})
        if (const auto kept = prepare_target(address, *username, policy); !kept)
            return permanent_failure(fmt::format("{} cannot be called {}: {}. Set another address first",
                                                 person.username, *username, kept.error().text));
    return step;
}

} // namespace columbarium::tombstone
