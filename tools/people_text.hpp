// SPDX-License-Identifier: LGPL-2.1-or-later
// People and their changes, for a person and for programs.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/person.hpp"

namespace columbarium::tools {

using Json = nlohmann::ordered_json;

// All that is known of a person, a line for each; `today` decides what becomes of his mail.
[[nodiscard]] std::string to_text(const tombstone::Person& person, tombstone::Date today,
                                  const config::PeoplePolicy& policy);
[[nodiscard]] Json to_json(const tombstone::Person& person, tombstone::Date today,
                           const config::PeoplePolicy& policy);

// "forwarding: a@example.com -> b@example.com (reason)", on one line.
[[nodiscard]] std::string to_text(const tombstone::Change& change);
// Adds the members kind, before, after and reason.
void add_to(Json& object, const tombstone::Change& change);

// "2026-11-22T14:03:05Z".
[[nodiscard]] std::string to_text(std::chrono::sys_seconds time);

// One line. What is no UTF-8 is replaced.
[[nodiscard]] std::string line_of(const Json& json);

} // namespace columbarium::tools
