// SPDX-License-Identifier: LGPL-2.1-or-later
// An address book that is kept in Radicale, from the synchronisation to the delivery.
#include <chrono>
#include <filesystem>

#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"
#include "rig/radicale.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class CarddavDelivery : public DoveadmTest {
  protected:
    CarddavDelivery() {
        options.sieve_plugins = {"sieve_columbarium"};
        options.sieve_extensions = "+extlists";
        options.site_config = "[lists.\":addrbook:default\"]\ntype = \"carddav\"\nurl = \"" + radicale.url() +
                              "%u/contacts/\"\nuser = \"%u\"\npassword_file = \"~/.dav\"\nca_file = \"" +
                              radicale.ca_file().string() + "\"\n";
        radicale.create_book("alice", "contacts");
        put("fred", "Fred Foobar", "Fred@Example.org");
    }

    void put(const std::string& uid, const std::string& name, const std::string& address) {
        radicale.put_card("alice", "contacts", uid + ".vcf", vcard(uid, name, address));
    }

    // What sync says of alice's book.
    [[nodiscard]] rig::RunResult synchronise() {
        write_private_file("home/alice/.dav", radicale.password("alice") + "\n");
        return columbarium({"sync", "-u", "alice"});
    }

    void use_script_that_asks_the_book() {
        use_script("alice",
                   "require [\"extlists\", \"envelope\", \"fileinto\", \"mailbox\"];\n"
                   "if envelope :list \"from\" \":addrbook:default\" { fileinto :create \"Known\"; }\n");
    }

    [[nodiscard]] rig::Delivery deliver_from(const std::string& sender) {
        return try_to_deliver(rig::mail_file("personal-plain.eml"),
                              {.from = sender, .to = {"alice@example.org"}});
    }

    rig::Radicale radicale;
};

TEST_F(CarddavDelivery, EL_71_AsksACopyThatSyncBroughtOverTls) {
    use_script_that_asks_the_book();
    const auto first = synchronise();
    ASSERT_EQ(first.status, 0) << to_string(first);
    const auto row = rows(first).at(0);
    EXPECT_EQ(row.at("list"), ":addrbook:default");
    EXPECT_EQ(row.at("added"), 1);
    EXPECT_EQ(row.at("total"), 1);
    EXPECT_EQ(row.at("method"), "sync-collection");
    EXPECT_EQ(row.at("result"), "ok");

    EXPECT_TRUE(deliver_from("fred@example.org").accepted());
    EXPECT_TRUE(deliver_from("wilma@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
}

TEST_F(CarddavDelivery, FindsANewContactAfterOneSyncAndNoRestart) {
    use_script_that_asks_the_book();
    ASSERT_EQ(synchronise().status, 0);
    // One session of LMTP, so that one process delivers before and after.
    auto session = dovecot().lmtp();
    const auto deliver_in_session = [&session] {
        EXPECT_EQ(session.mail("wilma@example.org").code, 250);
        EXPECT_EQ(session.rcpt("alice@example.org").code, 250);
        EXPECT_EQ(session.data().code, 354);
        EXPECT_EQ(session.send_message(rig::mail_file("personal-plain.eml"), 1).at(0).code, 250);
    };
    deliver_in_session();
    EXPECT_THAT(mailbox("alice", "Known"), IsEmpty());

    put("wilma", "Wilma", "wilma@example.org");
    const auto second = synchronise();
    EXPECT_EQ(rows(second).at(0).at("added"), 1);
    EXPECT_EQ(rows(second).at(0).at("total"), 2);
    deliver_in_session();
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
}

TEST_F(CarddavDelivery, ForgetsAContactThatWasDeleted) {
    ASSERT_EQ(synchronise().status, 0);
    radicale.delete_card("alice", "contacts", "fred.vcf");
    EXPECT_EQ(rows(synchronise()).at(0).at("removed"), 1);
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status,
              status_not_found);
}

TEST_F(CarddavDelivery, SY_8_GoesOnFromTheCopyWhileTheServerIsDownUntilItIsTooOld) {
    use_script_that_asks_the_book();
    ASSERT_EQ(synchronise().status, 0);
    radicale.stop();
    const auto failed = synchronise();
    EXPECT_EQ(failed.status, status_temporary);
    EXPECT_THAT(rows(failed).at(0).at("result").get<std::string>(), HasSubstr(radicale.url()));
    EXPECT_TRUE(deliver_from("fred@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));

    // The time of an index is when it was last synchronised; 168 hours are allowed.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(home("alice") / "columbarium")) {
        if (entry.is_regular_file())
            std::filesystem::last_write_time(entry, entry.last_write_time() - std::chrono::hours(169));
    }
    const auto deferred = deliver_from("fred@example.org");
    EXPECT_TRUE(deferred.outcome().temporary()) << to_string(deferred);
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
}

TEST_F(CarddavDelivery, EL_31_DefersMailForABookThatWasNeverSynchronised) {
    use_script_that_asks_the_book();
    const auto deferred = deliver_from("fred@example.org");
    EXPECT_TRUE(deferred.outcome().temporary()) << to_string(deferred);
    EXPECT_THAT(mailbox("alice"), IsEmpty());
    const auto result = columbarium({"lists", "-u", "alice"});
    EXPECT_EQ(result.status, status_temporary);
    EXPECT_THAT(result.output, HasSubstr("never synchronised"));
}

TEST_F(CarddavDelivery, CD_12_SaysThatThePasswordIsWrongAndKeepsTheCopy) {
    ASSERT_EQ(synchronise().status, 0);
    write_private_file("home/alice/.dav", "not her password\n");
    const auto refused = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(refused.status, status_not_possible);
    EXPECT_THAT(rows(refused).at(0).at("result").get<std::string>(), HasSubstr("401"));
    EXPECT_THAT(refused.output + refused.errors,
                AllOf(Not(HasSubstr("not her password")), Not(HasSubstr(radicale.password("alice")))));
    EXPECT_EQ(columbarium({"lookup", "-u", "alice", ":addrbook:default", "fred@example.org"}).status, 0);
}

TEST_F(CarddavDelivery, OneUsersFailureDoesNotStopTheOthers) {
    write_private_file("home/alice/.dav", radicale.password("alice") + "\n"); // bob has none
    const auto result = columbarium({"sync", "-A"});
    EXPECT_EQ(result.status, status_not_possible) << to_string(result);
    const auto all = rows(result);
    ASSERT_THAT(all, SizeIs(2));
    for (const auto& row : all)
        EXPECT_EQ(row.at("result") == "ok", row.at("username") == "alice") << row;
}

} // namespace
} // namespace columbarium::e2e
