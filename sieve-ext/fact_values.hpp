// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of facts as a Pigeonhole string list, which all match types read. Include this last.
#pragma once

#include <cstddef>

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

} // namespace columbarium::sieve
