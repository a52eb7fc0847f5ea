// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories that give less than all: each is a failure, so that nobody is cancelled for it.
#include <string>
#include <vector>

#include <sys/socket.h>

#include "feed_fixture.hpp"
#include "rig/eventually.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class FeedLdapFailure : public FeedTest {
  protected:
    static std::vector<std::string> numbered(std::size_t count) {
        std::vector<std::string> usernames;
        for (std::size_t i = 0; i < count; ++i) {
            usernames.push_back("user" + std::to_string(10'000 + i));
        }
        return usernames;
    }
};

TEST_F(FeedLdapFailure, NobodyListens) {
    rig::Slapd directory;
    const config::FeedSource source = source_of(directory);
    directory.stop();
    const Read nothing = read(source);
    EXPECT_THAT(nothing.failure, AllOf(StartsWith(source.url + ": cannot be reached"), HasSubstr("(-1)")));
    EXPECT_EQ(nothing.kind, ErrorKind::temporary);
}

TEST_F(FeedLdapFailure, TheDirectoryDiesBetweenTwoPages) {
    rig::Slapd directory({.usernames = numbered(300)});
    config::FeedSource source = source_of(directory);
    source.page_size = 100;
    std::size_t rows = 0;
    const Read half = read(source, rig::Slapd::password(), [&](const tombstone::Row&) {
        if (++rows == 100) {
            directory.kill();
        }
    });
    EXPECT_THAT(half.rows, SizeIs(100));
    EXPECT_THAT(half.failure, AllOf(HasSubstr("the search below ou=people,dc=example,dc=org"),
                                    HasSubstr("Can't contact LDAP server")));
    EXPECT_EQ(half.kind, ErrorKind::temporary);
    directory.start();
    EXPECT_THAT(read([&] {
                    config::FeedSource again = source;
                    again.url = directory.url();
                    return again;
                }())
                    .rows,
                SizeIs(300));
}

TEST_F(FeedLdapFailure, TheDirectoryDiesWithinAPage) {
    rig::Slapd directory({.usernames = numbered(20'000)});
    config::FeedSource source = source_of(directory);
    source.page_size = 100'000;
    bool is_dead = false;
    const Read half = read(source, rig::Slapd::password(), [&](const tombstone::Row&) {
        if (!is_dead) {
            directory.kill();
            is_dead = true;
        }
    });
    EXPECT_LT(half.rows.size(), 20'000U);
    EXPECT_THAT(half.failure, HasSubstr("ended early"));
}

TEST_F(FeedLdapFailure, TheDirectoryFallsSilent) {
    rig::Slapd directory({.usernames = numbered(200)});
    config::FeedSource source = source_of(directory);
    source.page_size = 100;
    source.answer_seconds = 1;
    std::size_t rows = 0;
    const Read half = read(source, rig::Slapd::password(), [&](const tombstone::Row&) {
        if (++rows == 100) {
            directory.freeze();
        }
    });
    directory.thaw();
    EXPECT_THAT(half.rows, SizeIs(100));
    EXPECT_THAT(half.failure, HasSubstr("got no answer within 1 seconds"));
    EXPECT_EQ(half.kind, ErrorKind::temporary);
}

// Somebody listens, and never says anything: when the connection is made, when TLS begins.
TEST_F(FeedLdapFailure, TheServerNeverAnswers) {
    const rig::Listener silent = rig::listen_on_loopback();
    const rig::Slapd directory;
    for (const bool is_start_tls : {false, true}) {
        config::FeedSource source = source_of(directory);
        source.start_tls = is_start_tls;
        source.answer_seconds = 1;
        source.url = "ldap://127.0.0.1:" + std::to_string(silent.port);
        const Read nothing = read(source);
        EXPECT_THAT(nothing.failure, AllOf(StartsWith(source.url), HasSubstr("Timed out")));
        EXPECT_EQ(nothing.kind, ErrorKind::temporary);
    }
}

TEST_F(FeedLdapFailure, TheServerNeverAnswersInTls) {
    const rig::Listener silent = rig::listen_on_loopback();
    const rig::Slapd directory;
    config::FeedSource source = source_of(directory);
    source.answer_seconds = 1;
    source.url = "ldaps://127.0.0.1:" + std::to_string(silent.port);
    const Read nothing = read(source);
    EXPECT_THAT(nothing.failure, StartsWith(source.url));
    EXPECT_EQ(nothing.kind, ErrorKind::temporary);
}

TEST_F(FeedLdapFailure, TheDirectoryGivesOnlyAPart) {
    const rig::Slapd directory(
        {.global = "sizelimit size.soft=50 size.hard=50 size.prtotal=50", .usernames = numbered(200)});
    config::FeedSource source = source_of(directory);
    source.page_size = 20;
    const Read part = read(source);
    EXPECT_LT(part.rows.size(), 200U);
    EXPECT_THAT(part.failure, AllOf(HasSubstr("the search below"), HasSubstr("failed")));
}

TEST_F(FeedLdapFailure, TheDirectoryRefersToAnother) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    directory.apply("dn: ou=elsewhere," + rig::Slapd::base() +
                    "\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\n"
                    "ref: ldap://elsewhere.example.org/ou=people,dc=example,dc=org\n\n");
    EXPECT_THAT(read(source_of(directory)).failure, HasSubstr("refers to another directory"));
}

TEST_F(FeedLdapFailure, TheBaseIsNotThere) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    config::FeedSource source = source_of(directory);
    source.base = "ou=pepole,dc=example,dc=org";
    const Read nothing = read(source);
    EXPECT_THAT(nothing.failure, AllOf(HasSubstr("ou=pepole"), HasSubstr("No such object (32)")));
    EXPECT_EQ(nothing.kind, ErrorKind::permanent);
}

TEST_F(FeedLdapFailure, TheFilterIsNone) {
    const rig::Slapd directory({.usernames = {"abc1"}});
    config::FeedSource source = source_of(directory);
    source.filter = "(objectClass=";
    EXPECT_THAT(read(source).failure, HasSubstr("Bad search filter"));
}

TEST_F(FeedLdapFailure, TheAuthorityIsNone) {
    const rig::Slapd directory({.encrypted = true});
    config::FeedSource source = source_of(directory);
    source.start_tls = true;
    source.ca_file = "/nowhere/ca.pem";
    EXPECT_THAT(read(source).failure, HasSubstr("/nowhere/ca.pem"));
}

} // namespace
} // namespace columbarium::e2e
