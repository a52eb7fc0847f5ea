// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to the people of a directory. Private to common/feed.
#pragma once

#include <memory>
#include <string>

#include "feed/write_back.hpp"

namespace columbarium::feed {

// Keeps its connection, and makes a new one where the directory has closed it. Each change is one LDAP modify
// that takes the value away that was there and adds the other one: where somebody changed it a moment ago,
// the directory refuses it, and it is looked at again. Addresses are compared as they are kept, see
// tombstone::prepare_address(); the mail attribute's with ASCII case ignored.
[[nodiscard]] std::unique_ptr<WriteBack> ldap_write_back(const config::FeedSource& source,
                                                         const std::string& password);

} // namespace columbarium::feed
