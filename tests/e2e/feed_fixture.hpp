// SPDX-License-Identifier: LGPL-2.1-or-later
// A feed out of a private directory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/feed_source.hpp"
#include "feed/source.hpp"
#include "feed/write_back.hpp"
#include "rig/slapd.hpp"

namespace columbarium::e2e {

class FeedTest : public ::testing::Test {
  protected:
    // The configuration for this directory, without encryption.
    static config::FeedSource source_of(const rig::Slapd& directory) {
        config::FeedSource source;
        source.kind = config::FeedSource::Kind::ldap;
        source.columns = {.username = "uid",
                          .id = "employeeNumber",
                          .full_name = "cn",
                          .affiliation = "ou",
                          .forwarding_address = "forwardingAddress",
                          .tombstone_address = "tombstoneAddress",
                          .disclosure = "",
                          .mail = "mail"};
        source.url = directory.url();
        source.start_tls = false;
        source.bind_dn = rig::Slapd::bind_dn();
        source.base = rig::Slapd::base();
        source.filter = "(objectClass=inetOrgPerson)";
        source.answer_seconds = 20;
        source.write_back = true;
        return source;
    }

    struct Read {
        std::vector<tombstone::Row> rows; // by username
        std::string failure;              // "" for none
        ErrorKind kind = ErrorKind::temporary;
    };
    static Read read(const config::FeedSource& source, const std::string& password = rig::Slapd::password(),
                     const std::function<void(const tombstone::Row&)>& at_each = {});

    // The only row, which has no fault.
    static tombstone::Row only_row(const config::FeedSource& source);
};

} // namespace columbarium::e2e
