// SPDX-License-Identifier: LGPL-2.1-or-later
// How a person changes, one thing at a time, and what the history is told of it. Private to common/tombstone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"

namespace columbarium::tombstone {

// Adds a line to the changes.
void note(Step& step, ChangeKind kind, std::string_view before, std::string_view after,
          std::string_view reason);

// Sets, changes or ("") unsets an address that has been prepared. To set one clears the new flag.
// Nothing where it is so already.
void put_forwarding(Step& step, std::string_view address, std::string_view reason);
void put_tombstone(Step& step, std::string_view address, std::string_view reason);

// Sets what replies may tell of him. Nothing where it is so already.
void put_disclosure(Step& step, std::optional<config::Disclosure> disclosure, std::string_view reason);

// What may be told of somebody, in the words of feeds, commands and the history. A permanent failure names
// the words that there are.
[[nodiscard]] Expected<std::optional<config::Disclosure>> read_disclosure(std::string_view text);
[[nodiscard]] std::string_view text_of(std::optional<config::Disclosure> disclosure);

// Somebody who was cancelled is here again: as he was after a short absence, new after a long one.
void bring_back(Step& step, Date today, std::string_view reason, const config::PeoplePolicy& policy);

} // namespace columbarium::tombstone
