// SPDX-License-Identifier: LGPL-2.1-or-later
// The lifecycle of an address, memo section 4: from what the store knows of one person, what the feed says,
// the date, and whether his mail account exists, to what is to be kept, and why. Pure.
//
// The rules, in their order; docs/tombstone.md is the table of them, each with its test:
//   - who appears for the first time is created with the new flag set (4.1);
//   - an address that the feed sets, changes or takes away is taken over; to set one clears the new flag.
//     Where it was changed here as well since the feed was read last, the feed wins; what was being written
//     to the directory is no change of the feed's when it comes back. Only for who is back, an address that
//     is not set there takes nothing away: his entry may have been made anew;
//   - what replies may tell of somebody is taken over in the same way;
//   - who is in the feed no more is cancelled: the date is kept, all else stays (4.2). Where the help desk
//     has set a day to come, that day holds, whether the feed lists him or not; from then on he is cancelled
//     for good, whatever a clock says;
//   - who is back after less than restoration_days days is as he was when he left (4.3);
//   - who is back later loses his forwarding address and is new; his tombstone address stays (4.4). An
//     address that the feed has changed meanwhile is taken over all the same;
//   - who is new and has an account in the mail system gets its address for forwarding, is no longer new, and
//     his address is due in the directory's mail attribute (4.5). This waits for no order of events;
//   - who is new, has no account, and whose affiliation has a mail system gets the address there (5.2);
//   - whose forwarding address is his own account, and that does not exist, is treated as if it were unset;
//     nothing is taken away (4.6). "Unknown" changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/people_policy.hpp"
#include "tombstone/date.hpp"
#include "tombstone/person.hpp"

namespace columbarium::tombstone {

// One person as the feed lists him. Prepared: see listing.hpp.
struct Listed {
    std::string username; // folded
    std::string id;       // "" where the feed has none
    std::string full_name;
    std::string affiliation;
    // Nothing where the feed does not carry the address at all; "" where it does, and it is unset.
    std::optional<std::string> forwarding_address;
    std::optional<std::string> tombstone_address;
    // What replies may tell of him; nothing inside: what the site's policy says. Nothing where the feed does
    // not carry it.
    std::optional<std::optional<config::Disclosure>> disclosure = {};

    friend bool operator==(const Listed&, const Listed&) = default;
};

// Whether somebody has an account in the mail system.
enum class Account { yes, no, unknown };

enum class ChangeKind {
    created,
    details,    // full name, affiliation or id
    forwarding, // the forwarding address was set, changed or unset by the feed or by a person
    tombstone,
    disclosure, // what replies may tell of him
    cancelled,
    restored,        // after a short absence
    restored_as_new, // after a long one
    set_up,          // forwarding was set automatically
    account_gone,    // forwarding counts as unset from now on
    account_back,    // and counts again
    hold_ended,      // the feed says now what the help desk had said
    renamed,
    date_corrected, // the cancellation date lay in the future
};

// "created", "details", "forwarding", ...: as history and plans show it; '_' becomes '-'.
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(ChangeKind kind);
[[nodiscard]] COLUMBARIUM_API std::optional<ChangeKind> change_kind_of_name(std::string_view name);

struct Change {
    ChangeKind kind = ChangeKind::created;
    std::string before; // the value that changed, "" for none
    std::string after;
    std::string reason; // one line for a person: "not in the feed any more"

    friend bool operator==(const Change&, const Change&) = default;
};

struct Step {
    Person person;               // what is to be kept
    std::vector<Change> changes; // why, in the order of the rules. May be empty although `person` differs
                                 // from what was known: what the feed said last is no news
};

// What the feed says of somebody.
enum class Listing {
    listed,
    absent,   // the feed is whole, and he is not in it
    withheld, // he is not in it, or his row cannot be used, and nobody may be cancelled for it
};

// Whether step() looks at the account of this person: asking costs something. True for who is (or is about to
// be) new, and for who forwards to his own account; not for who has departed, unless the feed lists him.
[[nodiscard]] COLUMBARIUM_API bool needs_account(const Person* known, const Listed* listed, Date today,
                                                 const config::PeoplePolicy& policy);

// One person's step of a sync. `known` is nullptr for who is not in the store; `listed` is nullptr unless
// `listing` is Listing::listed. Not both are missing. Applying the same step to its own result changes
// nothing.
[[nodiscard]] COLUMBARIUM_API Step step(const Person* known, const Listed* listed, Listing listing,
                                        Date today, Account account, const config::PeoplePolicy& policy);

// What the help desk and the person himself do. Each returns what is to be kept and the changes (none where
// all is so already), or a permanent failure for a person: the address cannot be one, or leads back to him.
[[nodiscard]] COLUMBARIUM_API Expected<Step> set_forwarding(const Person& person, std::string_view address,
                                                            std::string_view reason,
                                                            const config::PeoplePolicy& policy);
[[nodiscard]] COLUMBARIUM_API Expected<Step> set_tombstone(const Person& person, std::string_view address,
                                                           std::string_view reason,
                                                           const config::PeoplePolicy& policy);
// What replies may tell of him: "nothing", "address", "address-and-name"; "" for what the site's policy says.
// A permanent failure for other words.
[[nodiscard]] COLUMBARIUM_API Expected<Step> set_disclosure(const Person& person, std::string_view disclosure,
                                                            std::string_view reason);
// `from` may lie in the future: until that day mail is forwarded. Sets Hold::leaving then, else
// Hold::cancelled. Fails for who has departed already.
[[nodiscard]] COLUMBARIUM_API Expected<Step> cancel(const Person& person, Date from, Date today,
                                                    std::string_view reason);
// By the same rules as if the feed listed him again. Sets Hold::present. Fails for who was not cancelled.
[[nodiscard]] COLUMBARIUM_API Expected<Step>
restore(const Person& person, Date today, std::string_view reason, const config::PeoplePolicy& policy);
// The same person under another username, where the feed has no id that would tell. A forwarding address that
// is his old account is cleared, and he is new: his account has another name now. Fails where `to` is no
// username, has a subaddress delimiter, or one of his addresses would lead back to it. Nothing to do, no
// changes, where he has that username already. Whether somebody else has it, the caller knows.
[[nodiscard]] COLUMBARIUM_API Expected<Step> rename(const Person& person, std::string_view to,
                                                    const config::PeoplePolicy& policy);

} // namespace columbarium::tombstone
