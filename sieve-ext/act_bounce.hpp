// SPDX-License-Identifier: LGPL-2.1-or-later
// The action of a route to a destination with record_bounces. Include this last.
#pragma once

#include "triage/facts.hpp"

#include "ext_triage.hpp"

namespace columbarium::sieve {

// Adds to the result that the service keeps what the message, a bounce, says of its recipients; nothing where
// it is none. Once for a message. Returns SIEVE_EXEC_OK, or what failed, with the error logged.
//
// Where the service does not answer the delivery fails for now: the record must not be lost. In IMAP, where
// nobody would try again, the log says so.
[[nodiscard]] int add_bounce_to_result(const sieve_runtime_env* renv, triage::Facts& facts);

} // namespace columbarium::sieve
