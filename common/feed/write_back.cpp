// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/write_back.hpp"

#include "feed/ldap_write_back.hpp"

namespace columbarium::feed {

Expected<std::unique_ptr<WriteBack>> open_write_back(const config::FeedSource& source,
                                                     const std::string& password) {
    using Kind = config::FeedSource::Kind;
    if (!source.write_back)
        return nullptr;
    if (source.kind != Kind::ldap)
        return permanent_failure("[feed] write_back needs a directory: kind = \"ldap\"");
    return ldap_write_back(source, password);
}

} // namespace columbarium::feed
