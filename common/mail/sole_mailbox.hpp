// SPDX-License-Identifier: LGPL-2.1-or-later
// The address of a field that is beyond doubt: for what is proved of it, and acted on.
#pragma once

#include <string>
#include <string_view>

#include "mail/header_fields.hpp"

namespace columbarium::mail {

// The address of the only mailbox (RFC 5322 section 3.4: "name <local@domain>" or "local@domain", comments
// around them) of the only field of this name, as fold_address() writes it. "" where there are more fields of
// this name, or where the value is anything else: a list, a group, a route, a domain literal, blanks or
// comments inside the address, an encoded word in it, text left over, control characters, not UTF-8.
// parse_mailboxes() passes over what it cannot read, which another reader may well show.
[[nodiscard]] std::string sole_mailbox(const HeaderFields& header, std::string_view name);

} // namespace columbarium::mail
