// SPDX-License-Identifier: LGPL-2.1-or-later
// How the milter calls its host.
#pragma once

#include <string>

namespace columbarium::milter {

// The host's name with its domain, as reports give it (RFC 3464 section 2.2.2): `name`, as the kernel has it,
// where it has a domain; else what the resolver says is its full name; else `otherwise`. May wait for DNS.
[[nodiscard]] std::string full_host_name(const std::string& name, const std::string& otherwise);

} // namespace columbarium::milter
