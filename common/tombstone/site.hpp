// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose address is whose: the addresses that the site serves, username@domain for each of its domains.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/people_policy.hpp"
#include "tombstone/person.hpp"

namespace columbarium::tombstone {

// The username that an address belongs to: its domain is one of the site's (case ignored), its local part a
// username, perhaps with a subaddress behind one of the policy's delimiters. Nothing for all else.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string> username_of(std::string_view address,
                                                                     const config::PeoplePolicy& policy);

// Why mail could never reach a (folded) username: a subaddress delimiter is in it. "" for nothing.
[[nodiscard]] COLUMBARIUM_API std::string delimiter_fault(std::string_view username,
                                                          const config::PeoplePolicy& policy);

// The username of somebody who has logged in to the mail system: what stands in his login name where
// account_name has {username}. An "@" and a domain behind it may be missing, or be one of the site's domains,
// account_domain, or the one of account_name. Nothing for all else.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string>
username_of_login(std::string_view login, const config::PeoplePolicy& policy);

// The person's address in the first of the site's domains; "" where the site has none.
[[nodiscard]] COLUMBARIUM_API std::string main_address(std::string_view username,
                                                       const config::PeoplePolicy& policy);

// The person's address in the mail system: username@account_domain; "" where the policy names none.
[[nodiscard]] COLUMBARIUM_API std::string account_address(std::string_view username,
                                                          const config::PeoplePolicy& policy);

// Whether an address is the person's account in the mail system, subaddresses of it among them. Case is
// ignored. False where the policy names no account_domain.
[[nodiscard]] COLUMBARIUM_API bool is_own_account(std::string_view address, std::string_view username,
                                                  const config::PeoplePolicy& policy);

// Prepares an address that somebody wants as `person`'s forwarding or tombstone address: as
// prepare_address(), and it must be none of the person's own addresses of the site, subaddresses among them:
// mail would come back for ever. A permanent failure says so. "" is kept: it unsets.
[[nodiscard]] COLUMBARIUM_API Expected<std::string>
prepare_target(std::string_view address, std::string_view username, const config::PeoplePolicy& policy);

} // namespace columbarium::tombstone
