// SPDX-License-Identifier: LGPL-2.1-or-later
// The last part of a sync: the directory learns what was set here. Private to this room.
#pragma once

#include <functional>

#include "base/expected.hpp"
#include "config/people_policy.hpp"
#include "feed/synchronise.hpp"
#include "feed/write_back.hpp"
#include "store/store.hpp"
#include "tombstone/listing.hpp"

namespace columbarium::feed {

// Writes to the directory what waits to be written there, of everybody whom the feed lists, and notes in the
// store what the directory has taken. What it does not take waits for the next run, and `report` says so;
// what it has no place for waits in silence. A failure of the store ends it: what was noted until then stays.
//
// What is being written is in the store before the directory learns it (Person::written_forwarding_address):
// whoever dies in between, or gets no answer, leaves behind what the next run has to know.
void write_back_all(store::Store& store, WriteBack& directory, const tombstone::Roster& roster,
                    const config::PeoplePolicy& policy, const store::Author& author,
                    const std::function<void(std::size_t)>& progress, SyncReport& report);

} // namespace columbarium::feed
