// SPDX-License-Identifier: LGPL-2.1-or-later
// The action behind redirect :list. Include this last.
#pragma once

#include <span>
#include <string>

#include "ext_extlists.hpp"

namespace columbarium::sieve {

// Adds to the result that the message goes to these addresses, written as they are (the letters of a local
// part keep their case). Those that another redirect of this message goes to, before it or after it, are left
// out; addresses are compared folded. Returns SIEVE_EXEC_OK, or SIEVE_EXEC_FAILURE with the error logged:
// there are too many redirects, or an address cannot be sent to.
[[nodiscard]] int add_redirect_to_list(const sieve_runtime_env* renv, sieve_side_effects_list* effects,
                                       const std::string& list, std::span<const std::string> recipients);

} // namespace columbarium::sieve
