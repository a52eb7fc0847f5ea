// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/account_path.hpp"

#include <cstring>
#include <strings.h>

#include "host/data_stack_frame.hpp"

#include "delivery_access.hpp"

namespace columbarium::deliver {

namespace {

// What stands behind the username, delimiter included; "" for nothing.
std::string subaddress_of(const smtp_address& path, const std::string& username, const char* delimiters) {
    const std::string local = path.localpart;
    const std::size_t end = local.find_first_of(delimiters);
    if (end == std::string::npos || end != username.size() ||
        ::strncasecmp(local.c_str(), username.c_str(), end) != 0)
        return {};
    return local.substr(end);
}

} // namespace

Expected<void> deliver_to_account(smtp_server_recipient& recipient, const std::string& account,
                                  const std::string& username, const char* delimiters) {
    const host::DataStackFrame frame;
    smtp_address* path = nullptr;
    const char* error = nullptr;
    if (smtp_address_parse_mailbox(recipient.pool, account.c_str(), static_cast<smtp_address_parse_flags>(0),
                                   &path, &error) < 0)
        return permanent_failure("the account \"" + account + "\": " + error);
    if (std::strpbrk(path->localpart, delimiters) == nullptr) {
        const std::string local = path->localpart + subaddress_of(*recipient.path, username, delimiters);
        path->localpart = p_strdup(recipient.pool, local.c_str());
    }
    auto& original = recipient.params.orcpt;
    if (original.addr_type == nullptr) {
        original.addr_type = "rfc822";
        original.addr = recipient.path;
        original.addr_raw = p_strdup(recipient.pool, smtp_address_encode(recipient.path));
    }
    recipient.path = path;
    return {};
}

void share_original_recipient(smtp_server_recipient& recipient, const smtp_server_transaction& transaction) {
    for (const smtp_server_recipient* other : host::recipients_of(transaction)) {
        if (other == &recipient || !smtp_address_equals(other->path, recipient.path))
            continue;
        recipient.params.orcpt = other->params.orcpt;
        return;
    }
}

} // namespace columbarium::deliver
