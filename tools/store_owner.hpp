// SPDX-License-Identifier: LGPL-2.1-or-later
// Whom root becomes before he opens a store of SQLite.
//
// SQLite believes the files beside its own: one of them can name any file of the machine as a part of an
// unfinished change, which SQLite then deletes. They lie in the folder of the service's user, and so would a
// link that he puts there between a look and an opening. Root therefore does nothing in that folder. Where
// the command runs as root, it takes the user, the group and the groups of the folder's owner before the
// store is opened and the feed is read, whose command runs as him too: for good, or, where a file is to be
// written as root later, until the store is closed. Where root owns the folder, the command stays root, and
// refuses a folder that others may write to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/expected.hpp"
#include "config/store_place.hpp"

namespace columbarium::tools {

// Becomes the owner of the store's folder. Does nothing for who is not root, and for PostgreSQL.
[[nodiscard]] Expected<void> become_store_owner(const config::StorePlace& place);

// The same from enter() to the object's end, or leave(). Neither the process's real user nor its saved one
// changes, so that its own user can send it no signals and look at nothing in it.
class AsStoreOwner {
  public:
    AsStoreOwner() = default;
    AsStoreOwner(const AsStoreOwner&) = delete;
    AsStoreOwner& operator=(const AsStoreOwner&) = delete;
    ~AsStoreOwner() { static_cast<void>(leave()); }

    [[nodiscard]] Expected<void> enter(const config::StorePlace& place);
    [[nodiscard]] Expected<void> leave();

  private:
    bool has_entered_ = false;
    gid_t group_ = 0;
    std::vector<gid_t> groups_;
};

} // namespace columbarium::tools
