// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose desk a script works for, who lets it work, and on what. Include this last.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "config/desk_policy.hpp"
#include "host/service_client.hpp"
#include "mail/message.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

// Whether a person's hand runs the script, in IMAP, and not a delivery.
[[nodiscard]] bool is_gesture(const sieve_execute_env* eenv);

// The person who is logged in to IMAP, of a master user his own name; nullptr in deliveries. Lives as long as
// the user.
[[nodiscard]] const char* acting_person(const sieve_execute_env* eenv);

// Who sends: acting_person(), else the script and its line ("triage: line 41").
[[nodiscard]] std::string acting(const sieve_runtime_env* renv);

// The address of the user whose mail is sorted: sieve_user_email, else the login name where it is an address,
// else the policy's own; those are the same in deliveries and in IMAP. Where the site says none of them, it
// is the recipient of a delivery, and "" in IMAP: no forward goes out from there, since the desk would not
// know it again.
[[nodiscard]] std::string desk_address(const sieve_execute_env* eenv, sieve_message_context* msgctx,
                                       const config::DeskPolicy& policy);

// The message's reverse-path, "" for the null one; nothing in IMAP, where there is none.
[[nodiscard]] std::optional<std::string> reverse_path(const sieve_execute_env* eenv);

// The service, as the user whose mail is sorted. nullptr in tools that know no user.
[[nodiscard]] std::unique_ptr<host::ServiceClient> service_of(const sieve_execute_env* eenv);

[[nodiscard]] std::chrono::sys_seconds now();

} // namespace columbarium::sieve
