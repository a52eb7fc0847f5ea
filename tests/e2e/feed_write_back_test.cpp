// SPDX-License-Identifier: LGPL-2.1-or-later
// What the directory learns from us.
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "feed_fixture.hpp"

namespace columbarium::e2e {
namespace {

using feed::DirectoryChange;
using feed::WriteResult;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class FeedWriteBack : public FeedTest {
  protected:
    static std::unique_ptr<feed::WriteBack> open(const config::FeedSource& source) {
        auto opened = feed::open_write_back(source, rig::Slapd::password());
        if (!opened || !*opened) {
            throw std::runtime_error("no write-back");
        }
        return std::move(*opened);
    }

    static WriteResult written(feed::WriteBack& directory, const DirectoryChange& change) {
        const auto result = directory.write(change);
        if (!result) {
            throw std::runtime_error(result.error().text);
        }
        return *result;
    }

    static DirectoryChange forwarding(const std::string& before, const std::string& after,
                                      const std::string& mail = "") {
        DirectoryChange change;
        change.username = "abc1";
        change.forwarding_address = {before, after};
        change.mail = mail;
        return change;
    }

    static std::size_t modifications(const rig::Slapd& slapd) {
        const std::string log = slapd.log();
        std::size_t count = 0;
        for (std::size_t at = log.find(" MOD dn="); at != std::string::npos;
             at = log.find(" MOD dn=", at + 1)) {
            ++count;
        }
        return count;
    }
};

// Memo 4.5: forwarding is set in the directory as well, and the address is added to the mail attribute.
TEST_F(FeedWriteBack, LC_5_SetsAnAddressInTheDirectory) {
    const rig::Slapd slapd({.usernames = {"abc1", "abc2"}});
    const auto directory = open(source_of(slapd));
    EXPECT_EQ(written(*directory, forwarding("", "abc1@hermes.example.org")), WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "forwardingAddress"), ElementsAre("abc1@hermes.example.org"));
    EXPECT_THAT(slapd.values("abc2", "forwardingAddress"), IsEmpty());
}

TEST_F(FeedWriteBack, LC_18_AddsTheAddressToTheMailAttribute) {
    const rig::Slapd slapd;
    slapd.add_person("abc1", {{"mail", "ada@example.com"}});
    const auto directory = open(source_of(slapd));
    EXPECT_EQ(written(*directory, forwarding("", "abc1@hermes.example.org", "abc1@cam.example.org")),
              WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "mail"),
                UnorderedElementsAre("abc1@cam.example.org", "ada@example.com"));
    EXPECT_EQ(modifications(slapd), 1U) << "all of it in one change";
}

TEST_F(FeedWriteBack, LeavesAMailAttributeThatHasTheAddressAlone) {
    const rig::Slapd slapd;
    slapd.add_person("abc1", {{"mail", "ABC1@Cam.Example.ORG"}});
    const auto directory = open(source_of(slapd));
    DirectoryChange change;
    change.username = "abc1";
    change.mail = "abc1@cam.example.org";
    EXPECT_EQ(written(*directory, change), WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "mail"), ElementsAre("ABC1@Cam.Example.ORG"));
    EXPECT_EQ(modifications(slapd), 0U);
}

TEST_F(FeedWriteBack, ReplacesTakesAwayAndSetsBothAddressesAtOnce) {
    const rig::Slapd slapd;
    slapd.add_person("abc1",
                     {{"forwardingAddress", "old@example.com"}, {"tombstoneAddress", "t@example.com"}});
    const auto directory = open(source_of(slapd));
    DirectoryChange change = forwarding("old@example.com", "new@example.com");
    change.tombstone_address = {"t@example.com", ""};
    EXPECT_EQ(written(*directory, change), WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "forwardingAddress"), ElementsAre("new@example.com"));
    EXPECT_THAT(slapd.values("abc1", "tombstoneAddress"), IsEmpty());
}

TEST_F(FeedWriteBack, SaysWrittenWhereTheDirectoryHasItAlready) {
    const rig::Slapd slapd;
    slapd.add_person("abc1", {{"forwardingAddress", "New@EXAMPLE.com"}});
    const auto directory = open(source_of(slapd));
    EXPECT_EQ(written(*directory, forwarding("old@example.com", "New@example.com")), WriteResult::written);
    EXPECT_EQ(modifications(slapd), 0U);
}

TEST_F(FeedWriteBack, WritesNothingWhereTheDirectoryHasAnotherValueByNow) {
    const rig::Slapd slapd;
    slapd.add_person("abc1", {{"forwardingAddress", "other@example.com"}});
    const auto directory = open(source_of(slapd));
    DirectoryChange change = forwarding("", "new@example.com", "abc1@cam.example.org");
    change.tombstone_address = {"", "t@example.com"};
    EXPECT_EQ(written(*directory, change), WriteResult::differs);
    EXPECT_THAT(slapd.values("abc1", "forwardingAddress"), ElementsAre("other@example.com"));
    EXPECT_THAT(slapd.values("abc1", "tombstoneAddress"), IsEmpty());
    EXPECT_THAT(slapd.values("abc1", "mail"), IsEmpty());
}

TEST_F(FeedWriteBack, WritesNothingWhereThereAreSeveralValues) {
    const rig::Slapd slapd;
    slapd.add_person("abc1",
                     {{"forwardingAddresses", "a@example.com"}, {"forwardingAddresses", "b@example.com"}});
    config::FeedSource source = source_of(slapd);
    source.columns.forwarding_address = "forwardingAddresses";
    EXPECT_EQ(written(*open(source), forwarding("a@example.com", "c@example.com")), WriteResult::differs);
    EXPECT_EQ(modifications(slapd), 0U);
}

// "Written" would be taken for a directory that has it. Whoever asks leaves it out.
TEST_F(FeedWriteBack, RefusesWhatTheConfigurationNamesNoAttributeFor) {
    const rig::Slapd slapd({.usernames = {"abc1"}});
    for (std::string config::FeedColumns::*column :
         {&config::FeedColumns::forwarding_address, &config::FeedColumns::tombstone_address,
          &config::FeedColumns::mail}) {
        config::FeedSource source = source_of(slapd);
        source.columns.*column = "";
        const auto directory = open(source);
        DirectoryChange change = forwarding("", "new@example.com", "abc1@cam.example.org");
        change.tombstone_address = {"", "t@example.com"};
        const auto result = directory->write(change);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::permanent);
        EXPECT_THAT(result.error().text, HasSubstr("abc1: [feed.columns] names no attribute"));
        const feed::DirectoryParts parts = directory->parts();
        EXPECT_EQ(parts.forwarding_address, column != &config::FeedColumns::forwarding_address);
        EXPECT_EQ(parts.tombstone_address, column != &config::FeedColumns::tombstone_address);
        EXPECT_EQ(parts.mail, column != &config::FeedColumns::mail);
    }
    EXPECT_EQ(modifications(slapd), 0U);
}

TEST_F(FeedWriteBack, TellsWhoIsNotThere) {
    const rig::Slapd slapd({.usernames = {"abc2"}});
    EXPECT_EQ(written(*open(source_of(slapd)), forwarding("", "new@example.com")), WriteResult::absent);
}

// Usernames are what they are, no part of the search's filter.
TEST_F(FeedWriteBack, TakesAUsernameForNoPattern) {
    const rig::Slapd slapd({.usernames = {"abc2"}});
    const auto directory = open(source_of(slapd));
    for (const char* username : {"*", "abc*", "abc2)(uid=*", "\\61bc2", "abc2)"}) {
        DirectoryChange change = forwarding("", "new@example.com");
        change.username = username;
        EXPECT_EQ(written(*directory, change), WriteResult::absent) << username;
    }
    EXPECT_EQ(modifications(slapd), 0U);
}

TEST_F(FeedWriteBack, RefusesTwoEntriesForOneUsername) {
    const rig::Slapd slapd({.usernames = {"abc1"}});
    slapd.apply("dn: cn=another,ou=people,dc=example,dc=org\nchangetype: add\nobjectClass: inetOrgPerson\n"
                "cn: another\nsn: another\nuid: abc1\n\n");
    const auto result = open(source_of(slapd))->write(forwarding("", "new@example.com"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::permanent);
    EXPECT_THAT(result.error().text, AllOf(HasSubstr("abc1: is uid=abc1"), HasSubstr("cn=another")));
}

TEST_F(FeedWriteBack, SaysWhyTheDirectoryRefusesAChange) {
    const rig::Slapd slapd({.database = "access to attrs=forwardingAddress by dn.exact=\"" +
                                        rig::Slapd::bind_dn() + "\" read by * none",
                            .usernames = {"abc1"}});
    const auto result =
        open(source_of(slapd))->write(forwarding("", "new@example.com", "abc1@cam.example.org"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::permanent);
    EXPECT_THAT(result.error().text,
                AllOf(StartsWith(slapd.url()), HasSubstr("abc1"), HasSubstr("Insufficient access (50)")));
    EXPECT_THAT(slapd.values("abc1", "mail"), IsEmpty()) << "all of it or nothing";
}

TEST_F(FeedWriteBack, ConnectsAnewWhereTheDirectoryWasStartedAgain) {
    rig::Slapd slapd({.usernames = {"abc1"}});
    const auto directory = open(source_of(slapd));
    EXPECT_EQ(written(*directory, forwarding("", "a@example.com")), WriteResult::written);
    slapd.stop();
    const auto failed = directory->write(forwarding("a@example.com", "b@example.com"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::temporary);
    EXPECT_THAT(failed.error().text, HasSubstr("abc1"));
    slapd.start();
    EXPECT_EQ(written(*directory, forwarding("a@example.com", "b@example.com")), WriteResult::written);
    slapd.stop();
    slapd.start();
    EXPECT_EQ(written(*directory, forwarding("b@example.com", "c@example.com")), WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "forwardingAddress"), ElementsAre("c@example.com"));
}

TEST_F(FeedWriteBack, GivesUpADirectoryThatDoesNotAnswer) {
    rig::Slapd slapd({.usernames = {"abc1"}});
    config::FeedSource source = source_of(slapd);
    source.answer_seconds = 1;
    const auto directory = open(source);
    EXPECT_EQ(written(*directory, forwarding("", "a@example.com")), WriteResult::written);
    slapd.freeze();
    const auto failed = directory->write(forwarding("a@example.com", "b@example.com"));
    slapd.thaw();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::temporary);
    EXPECT_EQ(written(*directory, forwarding("a@example.com", "b@example.com")), WriteResult::written);
    EXPECT_THAT(slapd.values("abc1", "forwardingAddress"), ElementsAre("b@example.com"));
}

// A wrong password is no refusal of this change: whoever asks should not try it for everybody.
TEST_F(FeedWriteBack, TakesARefusedPasswordForADirectoryThatCannotBeReached) {
    const rig::Slapd slapd({.usernames = {"abc1"}});
    auto opened = feed::open_write_back(source_of(slapd), "wrong");
    ASSERT_TRUE(opened && *opened);
    const auto result = (*opened)->write(forwarding("", "a@example.com"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::temporary);
    EXPECT_THAT(result.error().text, AllOf(HasSubstr("abc1"), HasSubstr("(49)"), Not(HasSubstr("wrong"))));
}

TEST_F(FeedWriteBack, WritesOverStartTls) {
    const rig::Slapd slapd({.encrypted = true, .global = "security tls=128", .usernames = {"abc1"}});
    config::FeedSource source = source_of(slapd);
    source.start_tls = true;
    source.ca_file = slapd.ca_file();
    EXPECT_EQ(written(*open(source), forwarding("", "a@example.com")), WriteResult::written);
    EXPECT_THAT(slapd.log(), HasSubstr("TLS established"));
}

TEST_F(FeedWriteBack, IsThereOnlyWhereItIsWanted) {
    config::FeedSource source;
    source.kind = config::FeedSource::Kind::ldap;
    const auto none = feed::open_write_back(source, "");
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
    source.kind = config::FeedSource::Kind::csv;
    source.write_back = true;
    EXPECT_FALSE(feed::open_write_back(source, ""));
}

} // namespace
} // namespace columbarium::e2e
