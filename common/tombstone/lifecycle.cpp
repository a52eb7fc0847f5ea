// SPDX-License-Identifier: LGPL-2.1-or-later
// A step of a sync. Each function is one rule or a few of the same sentence; step() has their order.
#include "tombstone/lifecycle.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "tombstone/changes.hpp"
#include "tombstone/resolve.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

namespace {

Step created(const Listed& listed) {
    Step step;
    step.person.username = listed.username;
    step.person.is_new = true;
    step.person.id = listed.id;
    step.person.full_name = listed.full_name;
    step.person.affiliation = listed.affiliation;
    note(step, ChangeKind::created, "", listed.username, "new in the feed");
    return step;
}

void end_hold(Step& step, std::string_view before, std::string_view reason) {
    step.person.hold = Hold::none;
    note(step, ChangeKind::hold_ended, before, "", reason);
}

void take_over_detail(Step& step, std::string& kept, const std::string& listed, std::string_view reason) {
    if (kept == listed)
        return;
    note(step, ChangeKind::details, kept, listed, reason);
    kept = listed;
}

void take_over_details(Step& step, const Listed& listed) {
    Person& person = step.person;
    take_over_detail(step, person.full_name, listed.full_name, "full name");
    take_over_detail(step, person.affiliation, listed.affiliation, "affiliation");
    if (!listed.id.empty()) // a feed that has lost its ids takes nobody's away
        take_over_detail(step, person.id, listed.id, "id");
}

// What the feed says now is compared with what it said last, not with what is kept: only its own changes
// count. Who is back may have an entry that was made anew: an address that is not set there is no wish of
// his, and he keeps what he had when he left. Nor is it the feed's change what was written there from here;
// where it is not there, it never came to that, or the feed has changed it since.
void take_over_address(Step& step, const std::optional<std::string>& listed, std::string& listed_last,
                       std::optional<std::string>& written, bool is_back,
                       void (*put)(Step&, std::string_view, std::string_view)) {
    if (!listed)
        return;
    const bool is_own_write = written == listed;
    written.reset();
    if (*listed == listed_last)
        return;
    if (!is_own_write && (!is_back || !listed->empty()))
        put(step, *listed, listed->empty() ? "unset in the feed" : "set in the feed");
    listed_last = *listed;
}

// As an address.
void take_over_disclosure(Step& step, const Listed& listed, bool is_back) {
    Person& person = step.person;
    if (!listed.disclosure || *listed.disclosure == person.listed_disclosure)
        return;
    if (!is_back || *listed.disclosure)
        put_disclosure(step, *listed.disclosure,
                       *listed.disclosure ? "set in the feed" : "unset in the feed");
    person.listed_disclosure = *listed.disclosure;
}

// The day has come that the help desk had said: no clock takes that back.
void apply_leaving(Person& person, Date today) {
    if (person.hold == Hold::leaving && has_departed(person, today))
        person.hold = Hold::cancelled;
}

void apply_listed(Step& step, const Listed& listed, Date today, const config::PeoplePolicy& policy) {
    Person& person = step.person;
    const bool is_back = person.hold == Hold::present || (person.cancelled && person.hold == Hold::none);
    if (person.hold == Hold::present)
        end_hold(step, "present", "the feed lists him again");
    if (person.cancelled && person.hold == Hold::none)
        bring_back(step, today, "back in the feed", policy);
    take_over_details(step, listed);
    take_over_address(step, listed.forwarding_address, person.listed_forwarding_address,
                      person.written_forwarding_address, is_back, put_forwarding);
    take_over_address(step, listed.tombstone_address, person.listed_tombstone_address,
                      person.written_tombstone_address, is_back, put_tombstone);
    take_over_disclosure(step, listed, is_back);
}

void apply_absent(Step& step, Date today) {
    Person& person = step.person;
    if (person.hold == Hold::present || person.hold == Hold::leaving)
        return; // a cancellation that is still to come is a decision about the day, too
    if (!person.cancelled) {
        person.cancelled = today;
        note(step, ChangeKind::cancelled, "", to_text(today), "not in the feed any more");
        return;
    }
    if (person.hold == Hold::cancelled)
        end_hold(step, "cancelled", "not in the feed any more");
    if (*person.cancelled > today + clock_tolerance) {
        // A clock was wrong when it was set.
        note(step, ChangeKind::date_corrected, to_text(*person.cancelled), to_text(today), "lay ahead");
        person.cancelled = today;
    }
}

// The address that an affiliation's mail system has for a person, "" for none.
std::string address_by_affiliation(const Person& person, const config::PeoplePolicy& policy) {
    const auto found = std::ranges::find_if(policy.affiliations, [&](const auto& entry) {
        return equals_ignoring_case(entry.first, person.affiliation);
    });
    if (found == policy.affiliations.end())
        return {};
    constexpr std::string_view place = "{username}";
    std::string address = found->second;
    for (std::size_t at = 0; (at = address.find(place, at)) != std::string::npos;
         at += person.username.size())
        address.replace(at, place.size(), person.username);
    return prepare_target(address, person.username, policy).value_or(std::string());
}

void put_set_up(Step& step, std::string_view address, std::string_view reason) {
    note(step, ChangeKind::set_up, step.person.forwarding_address, address, reason);
    step.person.forwarding_address = address;
    step.person.is_account_missing = false;
    step.person.is_new = false;
    step.person.is_mail_attribute_due = true;
}

void set_up(Step& step, Account account, const config::PeoplePolicy& policy) {
    const Person& person = step.person;
    if (!person.is_new)
        return;
    const bool has_accounts = !policy.account_domain.empty();
    if (has_accounts && account == Account::yes) {
        put_set_up(step, account_address(person.username, policy), "has an account in the mail system");
    } else if (!has_accounts || account == Account::no) {
        const std::string address = address_by_affiliation(person, policy);
        if (!address.empty())
            put_set_up(step, address, "by affiliation: " + person.affiliation);
    }
}

void look_at_account(Step& step, Account account, const config::PeoplePolicy& policy) {
    Person& person = step.person;
    if (!is_own_account(person.forwarding_address, person.username, policy)) {
        person.is_account_missing = false; // what the policy calls an account can change
        return;
    }
    if (account == Account::unknown || person.is_account_missing == (account == Account::no))
        return;
    person.is_account_missing = account == Account::no;
    if (person.is_account_missing)
        note(step, ChangeKind::account_gone, person.forwarding_address, "",
             "his account in the mail system does not exist");
    else
        note(step, ChangeKind::account_back, "", person.forwarding_address,
             "his account in the mail system exists again");
}

} // namespace

bool needs_account(const Person* known, const Listed* listed, Date today,
                   const config::PeoplePolicy& policy) {
    if (policy.account_domain.empty())
        return false;
    if (listed != nullptr && listed->forwarding_address &&
        is_own_account(*listed->forwarding_address, listed->username, policy))
        return true;
    if (known == nullptr)
        return listed != nullptr && listed->forwarding_address.value_or("").empty() &&
               listed->tombstone_address.value_or("").empty();
    if (has_departed(*known, today))
        return listed != nullptr; // he may come back, as new
    return known->is_new || is_own_account(known->forwarding_address, known->username, policy);
}

Step step(const Person* known, const Listed* listed, Listing listing, Date today, Account account,
          const config::PeoplePolicy& policy) {
    Step step = known != nullptr ? Step{*known, {}} : created(*listed);
    apply_leaving(step.person, today);
    if (listed != nullptr)
        apply_listed(step, *listed, today, policy);
    else if (listing == Listing::absent)
        apply_absent(step, today);
    if (!has_departed(step.person, today)) {
        set_up(step, account, policy);
        look_at_account(step, account, policy);
    }
    return step;
}

} // namespace columbarium::tombstone
