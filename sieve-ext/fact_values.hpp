// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of facts as a Pigeonhole string list, which all match types read. Include this last.
#pragma once

#include <cstddef>

#include <span>
#include <string>
#include <string_view>

#include "triage/facts.hpp"

#include "ext_triage.hpp"

namespace columbarium::sieve {

// A list of the values of all facts that `names` holds, one fact after the other, each computed when the
// matching comes to it. It lives on the data stack of the current operation, as do the lists of Pigeonhole.
//
// Returns SIEVE_EXEC_OK, or the status of what failed (an unknown name, a message that cannot be read); then
// the error is logged.
[[nodiscard]] int fact_values_create(const sieve_runtime_env* renv, sieve_stringlist* names,
                                     sieve_stringlist** values_r);

// The values of the fact of this name: one of the registry, or token.NAME. A permanent failure tells that
// there is none of this name, any other that the message could not be read.
[[nodiscard]] Expected<std::span<const triage::Finding>> values_of(triage::Facts& facts,
                                                                   std::string_view name);

// Remembers for what comes after that a test of these values was true.
void note_match(const sieve_stringlist* values);

} // namespace columbarium::sieve
