// SPDX-License-Identifier: LGPL-2.1-or-later
// Sending a message on to several recipients, as the host's redirect sends it to one. Include this last.
#pragma once

#include <span>

#include "compat.hpp"

namespace columbarium::sieve {

// A list and those of its members that a message goes to. Plain memory of the host.
struct ListRecipients {
    const char* list; // as the script wrote it
    const smtp_address** addresses;
    unsigned count;
};

// Sends the message in one transaction, so that it is handed over once; no recipient sees another one. It is
// changed as the host's redirect changes it: without Return-Path, with X-Sieve and X-Sieve-Redirected-From,
// and with `new_message_id` where it has none (else nullptr). The null sender stays; sieve_redirect_envelope_
// from holds.
//
// SIEVE_EXEC_OK where all recipients were taken. SIEVE_EXEC_TEMP_FAILURE where it is certain that nobody got
// it. SIEVE_EXEC_FAILURE else: one of them may have got it, and would get it again if the delivery were
// repeated. Failures are logged, without addresses.
[[nodiscard]] int send_to_list(const sieve_action_exec_env* aenv, struct mail* mail,
                               const ListRecipients& recipients, const char* new_message_id);

// The user's address as trace fields name it, or nullptr.
[[nodiscard]] const smtp_address* redirecting_user(const sieve_action_exec_env* aenv);

} // namespace columbarium::sieve
