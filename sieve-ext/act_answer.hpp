// SPDX-License-Identifier: LGPL-2.1-or-later
// The action of a route to a destination with an answer. Include this last.
#pragma once

#include <string>

#include "ext_triage.hpp"

namespace columbarium::sieve {

// Adds to the result that the sender gets the answer of this name, where the rules for automatic answers
// allow it: once for each answer. Nothing in IMAP, where nobody knows who sent the message. Returns
// SIEVE_EXEC_OK, or SIEVE_EXEC_FAILURE with the error logged.
//
// It comes last, when the message has been routed, and whatever is in its way, the delivery goes on: the log
// says why there was no answer.
[[nodiscard]] int add_answer_to_result(const sieve_runtime_env* renv, const std::string& answer);

} // namespace columbarium::sieve
