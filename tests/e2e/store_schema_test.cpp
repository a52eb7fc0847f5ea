// SPDX-License-Identifier: LGPL-2.1-or-later
// Versions of the schema.
#include "store/schema.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using ::testing::Each;
using ::testing::HasSubstr;

class StoreSchema : public StoreTest {
  protected:
    [[nodiscard]] std::unique_ptr<store::Backend> backend() const {
        const store::Waiting waiting;
        return is_sqlite() ? store::make_sqlite(path(), waiting)
                           : store::make_postgresql(place().connection, "", waiting);
    }

    // Brings it up to this version's migrations and one more.
    void migrate_further(std::string_view statements) const {
        std::vector<store::Migration> all(store::migrations().begin(), store::migrations().end());
        all.push_back({statements});
        const auto with = backend();
        soci::session session;
        with->connect(session);
        store::bring_up_to_date(session, *with, all);
    }

    // Makes it as a program of that version did.
    void make_as_of_version(std::size_t number) const {
        const auto with = backend();
        soci::session session;
        with->connect(session);
        store::bring_up_to_date(session, *with, store::migrations().first(number));
    }

    // What is said of one that migrate_further() has changed.
    [[nodiscard]] static std::string newer_version() {
        return "of version " + std::to_string(store::schema_version + 1) +
               ", and this program knows version " + std::to_string(store::schema_version);
    }

    [[nodiscard]] std::string version() const {
        return run_sql("SELECT value FROM store_property WHERE name = 'schema_version'");
    }
};
COLUMBARIUM_FOR_EACH_STORE(StoreSchema);

TEST_P(StoreSchema, IsOfTheVersionThatTheProgramKnows) {
    EXPECT_EQ(open_fault(), "");
    EXPECT_EQ(version(), std::to_string(store::schema_version) + "\n");
}

TEST_P(StoreSchema, OfAnOlderVersionIsBroughtUpToDateWithAllThatItHolds) {
    write(*open(), {full_person("abc1")});
    migrate_further("ALTER TABLE person ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';"
                    "CREATE TABLE later (address TEXT {octets} PRIMARY KEY) {clustered};");
    EXPECT_EQ(version(), std::to_string(store::schema_version + 1) + "\n");
    EXPECT_EQ(run_sql("SELECT username, colour FROM person"), "abc1|grey\n");
}

TEST_P(StoreSchema, OfVersionOneKeepsItsPeopleTheirHistoryAndWhoWasTold) {
    make_as_of_version(1);
    run_sql(
        "INSERT INTO person VALUES ('abc1', 'id-abc1', 'Zoë O''Brien', 'Physics', 'abc1@hermes.example.org', "
        "'abc1@example.net', '2026-11-22', 1, 1, 'present', 'listed@example.org', 'gone@example.org', '', "
        "NULL, 1, 42)");
    run_sql("INSERT INTO history VALUES ('abc1', 42, 0, 1700000000, 'sync', 'created', '', 'abc1', 'new')");
    run_sql(
        "INSERT INTO suppression VALUES ('me@example.org', 'abc1', 200), ('you@example.org', 'abc1', 300), "
        "('me@example.org', 'xyz9', 300)");
    const auto store = open();
    EXPECT_EQ(version(), std::to_string(store::schema_version) + "\n");

    tombstone::Person person = full_person("abc1");
    person.full_name = "Zoë O'Brien";
    person.affiliation = "Physics";
    person.tombstone_address = "abc1@example.net";
    person.listed_forwarding_address = "listed@example.org";
    person.listed_tombstone_address = "gone@example.org";
    person.disclosure.reset(); // what the site's policy says
    person.listed_disclosure.reset();
    person.revision = 42;
    EXPECT_EQ(*store->find("abc1").value(), person);
    const auto entries = history(*store, "abc1");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].change, (tombstone::Change{tombstone::ChangeKind::created, "", "abc1", "new"}));
    // Who had been answered was told: version one had no claims that wait.
    using enum reply::ClaimState;
    EXPECT_EQ(store->claim(claim_for("me@example.org", {"abc1", "xyz9", "def2"}, 200, 400)).value().states,
              (std::vector{granted, told, granted}));
    EXPECT_EQ(store->claim(claim_for("you@example.org", {"abc1"}, 200, 400)).value().states,
              std::vector{told});
    EXPECT_EQ(store->forget_expired(at(300), 10).value(), 2U);
    person.full_name = "Zoë";
    EXPECT_EQ(write(*store, {person}), std::vector<std::string>());
}

TEST_P(StoreSchema, OfVersionOneIsMigratedOnce) {
    make_as_of_version(1);
    const auto store = open(); // migrates
    EXPECT_EQ(version(), std::to_string(store::schema_version) + "\n");
    const auto again = open();
    EXPECT_EQ(again->claim(claim_for("me@example.org", {"abc1"}, 1, 2)).value().states,
              std::vector{reply::ClaimState::granted});
    EXPECT_EQ(store->claim(claim_for("me@example.org", {"abc1"}, 1, 2)).value().states,
              std::vector{reply::ClaimState::pending});
}

TEST_P(StoreSchema, OfVersionTwoKeepsAllAndTakesBounces) {
    make_as_of_version(2);
    run_sql("INSERT INTO person VALUES ('abc1', 'id-abc1', 'Zoë', 'Physics', 'abc1@hermes.example.org', "
            "'abc1@example.net', NULL, 0, 0, 'none', '', '', NULL, NULL, 0, 42, 'nothing', 'address')");
    run_sql("INSERT INTO history VALUES ('abc1', 42, 0, 1700000000, 'sync', 'created', '', 'abc1', 'new')");
    run_sql("INSERT INTO suppression VALUES ('abc1', 'me@example.org', 200, 1)");
    run_sql("INSERT INTO reply_counter VALUES (3600, 'per_hour', '', 7)");
    const auto store = open();
    EXPECT_EQ(version(), "3\n");
    const auto person = store->find("abc1").value();
    ASSERT_TRUE(person);
    EXPECT_EQ(person->full_name, "Zoë");
    EXPECT_EQ(person->disclosure, config::Disclosure::nothing);
    EXPECT_EQ(history(*store, "abc1").size(), 1U);
    EXPECT_EQ(store->claim(claim_for("me@example.org", {"abc1"}, 100, 400)).value().states,
              std::vector{reply::ClaimState::pending});
    EXPECT_EQ(run_sql("SELECT replies FROM reply_counter"), "7\n");
    const std::vector<desk::BounceRecord> records{{"a@example.com", "5.1.1", "user-unknown", true, "", ""}};
    EXPECT_TRUE(store->record_bounces("support", records, at(100)).value());
    EXPECT_EQ(run_sql("SELECT address FROM bounce"), "a@example.com\n");
}

TEST_P(StoreSchema, OfVersionTwoIsMigratedOnce) {
    make_as_of_version(2);
    const auto first = open();
    const auto second = open();
    EXPECT_EQ(version(), "3\n");
    EXPECT_EQ(first->count_forward("support", "x", {1, 1}, at(1)).value(), "");
    EXPECT_EQ(second->count_forward("support", "x", {1, 1}, at(1)).value(), "destinations.x.per_hour");
}

TEST_P(StoreSchema, StaysAsItWasWhereAMigrationFails) {
    write(*open(), {full_person("abc1")});
    EXPECT_THROW(
        migrate_further("ALTER TABLE person ADD COLUMN colour TEXT; INSERT INTO nowhere VALUES (1);"),
        soci::soci_error);
    EXPECT_EQ(version(), std::to_string(store::schema_version) + "\n");
    EXPECT_EQ(open()->find("abc1").value()->id, "id-abc1");
    migrate_further("ALTER TABLE person ADD COLUMN colour TEXT;"); // it was not there yet
}

TEST_P(StoreSchema, OfANewerVersionIsLeftAlone) {
    write(*open(), {full_person("abc1")});
    migrate_further("ALTER TABLE person ADD COLUMN colour TEXT;");
    const std::string fault = open_fault();
    EXPECT_THAT(fault, HasSubstr(newer_version()));
    EXPECT_THAT(fault, HasSubstr(is_sqlite() ? path() : database()));
    EXPECT_EQ(version(), std::to_string(store::schema_version + 1) + "\n");
}

TEST_P(StoreSchema, OfAVersionThatIsNewerSinceItWasOpenedIsNotWrittenTo) {
    const auto store = open();
    write(*store, {full_person("abc1")});
    const auto person = *store->find("abc1").value();
    migrate_further("ALTER TABLE person ADD COLUMN colour TEXT;");
    const store::Write writes[] = {{&person, {}}};
    const auto written = store->write(writes, author());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::temporary);
    EXPECT_THAT(written.error().text, HasSubstr(newer_version()));
    EXPECT_EQ(run_sql("SELECT revision FROM person"), "1\n");
}

// The first of them closes the connection: each has a store of its own.
TEST_P(StoreSchema, OfANewerVersionTakesNoClaimsAndGivesNoneBack) {
    const auto claiming = open();
    const auto releasing = open();
    const auto forgetting = open();
    const auto renaming = open();
    const auto counting = open();
    const auto recording = open();
    write(*renaming, {full_person("abc1")});
    const auto mine = claim_for("me@example.org", {"abc1"}, 1, 2);
    ASSERT_EQ(claiming->claim(mine).value().states.at(0), reply::ClaimState::granted);
    auto renamed = *renaming->find("abc1").value();
    renamed.username = "xyz9";
    migrate_further("ALTER TABLE person ADD COLUMN colour TEXT;");
    EXPECT_FALSE(claiming->claim(claim_for("you@example.org", {"abc1"}, 1, 2)));
    EXPECT_FALSE(releasing->settle(mine, reply::Settlement::release));
    EXPECT_FALSE(forgetting->forget_expired(at(9), 9));
    EXPECT_FALSE(renaming->rename("abc1", renamed, {}, author()));
    EXPECT_FALSE(counting->count_forward("support", "x", {1, 1}, at(1)));
    const std::vector<desk::BounceRecord> records{{"a@example.com", "5.1.1", "user-unknown", true, "", ""}};
    EXPECT_FALSE(recording->record_bounces("support", records, at(1)));
    EXPECT_FALSE(recording->forget_bounces(at(9), 9));
    EXPECT_EQ(run_sql("SELECT sender FROM suppression"), "me@example.org\n");
    EXPECT_EQ(run_sql("SELECT username FROM person"), "abc1\n");
}

TEST_P(StoreSchema, OfNoVersionIsDamaged) {
    EXPECT_EQ(open_fault(), "");
    for (const char* value : {"''", "'zero'", "'0'", "'-1'", "'1x'"}) {
        run_sql(std::string("UPDATE store_property SET value = ") + value);
        EXPECT_THAT(open_fault(), HasSubstr("damaged"));
    }
    run_sql("DELETE FROM store_property");
    EXPECT_THAT(open_fault(), HasSubstr("damaged"));
}

TEST_P(StoreSchema, IsMadeOnceWhereSeveralProgramsOpenAFreshStore) {
    std::vector<std::string> faults(6);
    std::vector<std::thread> threads;
    for (std::string& fault : faults)
        threads.emplace_back([&] { fault = open_fault({}); });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(faults, Each(""));
    EXPECT_EQ(version(), std::to_string(store::schema_version) + "\n");
}

} // namespace

} // namespace columbarium::e2e
