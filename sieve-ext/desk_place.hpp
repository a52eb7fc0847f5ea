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

// Who sends: in IMAP the person who is logged in (of a master user his own name), else the script and its
// line
// ("triage: line 41").
[[nodiscard]] std::string acting(const sieve_runtime_env* renv);

// The address of the user whose mail is sorted, the same in deliveries and in IMAP: sieve_user_email, else
// the login name where it is an address, else the policy's own; where the site says none of them, the
// recipient of this delivery. "" where nobody knows.
[[nodiscard]] std::string desk_address(const sieve_execute_env* eenv, sieve_message_context* msgctx,
                                       const config::DeskPolicy& policy);

// The message's reverse-path, "" for the null one; nothing in IMAP, where there is none.
[[nodiscard]] std::optional<std::string> reverse_path(const sieve_execute_env* eenv);

// The service, as the user whose mail is sorted. nullptr in tools that know no user.
[[nodiscard]] std::unique_ptr<host::ServiceClient> service_of(const sieve_execute_env* eenv);

[[nodiscard]] std::chrono::sys_seconds now();

} // namespace columbarium::sieve
