// SPDX-License-Identifier: LGPL-2.1-or-later
// The people of a directory. Private to common/feed.
#pragma once

#include <memory>
#include <string>

#include "feed/source.hpp"

namespace columbarium::feed {

// Searches in pages. One row an entry. An entry with several usernames is meant by the one that its name (DN)
// begins with. Of several full names or affiliations the first that the directory gives counts; several ids
// or addresses are a fault of the row. A failure where the directory gives less than all: a limit of its own,
// a connection that ends, an answer that does not come, a reference to another directory.
[[nodiscard]] std::unique_ptr<Source> ldap_source(const config::FeedSource& source,
                                                  const std::string& password);

} // namespace columbarium::feed
