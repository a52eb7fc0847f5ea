// SPDX-License-Identifier: LGPL-2.1-or-later
// A recipient who is delivered to under the address of his account.
#pragma once

#include <string>

#include "base/expected.hpp"

struct smtp_server_recipient;
struct smtp_server_transaction;

namespace columbarium::deliver {

// Puts `account` in the place of the recipient's path. A subaddress goes with it: behind the first of
// `delimiters` (the host's recipient_delimiter), where `username` stands in front of that, and the account
// has none of its own. The address that was written to becomes the original recipient (ORCPT, RFC 3461
// section 4.2), where the client named none: Sieve looks for it in the message. A permanent failure where the
// account is no address.
[[nodiscard]] Expected<void> deliver_to_account(smtp_server_recipient& recipient, const std::string& account,
                                                const std::string& username, const char* delimiters);

// A recipient whose path was already there, with another original recipient that deliver_to_account() gave
// it, is the same for the host only if he has that, too: it keeps one copy of the message. The client's own
// ORCPT stays as it is.
void share_original_recipient(smtp_server_recipient& recipient, const smtp_server_transaction& transaction);

} // namespace columbarium::deliver
