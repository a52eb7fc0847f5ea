// SPDX-License-Identifier: LGPL-2.1-or-later
// What a route adds to the host's own action store, as a side effect. Include this last.
#pragma once

#include "config/site_config.hpp"

#include "ext_triage.hpp"

namespace columbarium::sieve {

// Adds the side effect to `effects`, which is created where it is nullptr, for a store action: the mailbox is
// created where it is missing and the bucket says so, and the bucket's flags are set. `note` may be nullptr.
// In IMAP a message that could not be stored stays where it is, with not_forwarded_keyword.
void add_bucket_effect(const sieve_runtime_env* renv, sieve_side_effects_list** effects,
                       const config::Destination& destination, const config::Bucket& bucket,
                       const char* note);

} // namespace columbarium::sieve
