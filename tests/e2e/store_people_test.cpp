// SPDX-License-Identifier: LGPL-2.1-or-later
// People in the store: all of this holds for both databases.
#include <algorithm>
#include <span>

#include <gmock/gmock.h>

#include "store/statements.hpp"
#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tombstone::ChangeKind;

class StorePeople : public StoreTest {};
COLUMBARIUM_FOR_EACH_STORE(StorePeople);

TEST_P(StorePeople, AreKeptWithAllThatIsKnownOfThem) {
    tombstone::Person person = full_person("abc1");
    {
        const auto store = open();
        EXPECT_THAT(write(*store, {person}), IsEmpty());
    }
    const auto found = open()->find("abc1");
    ASSERT_TRUE(found) << found.error().text;
    ASSERT_TRUE(*found);
    person.revision = 1;
    EXPECT_EQ(**found, person);
}

TEST_P(StorePeople, MayHaveNothingButAName) {
    const auto store = open();
    tombstone::Person person = plain_person("abc1");
    write(*store, {person});
    person.revision = 1;
    EXPECT_EQ(store->find("abc1").value(), person);
}

TEST_P(StorePeople, MayBeHeldInEachWay) {
    const auto store = open();
    using tombstone::Hold;
    for (const Hold hold : {Hold::none, Hold::cancelled, Hold::present, Hold::leaving}) {
        auto person = store->find("abc1").value().value_or(plain_person("abc1"));
        person.hold = hold;
        write(*store, {person});
        EXPECT_EQ(store->find("abc1").value()->hold, hold);
    }
}

TEST_P(StorePeople, WhoAreNotThereAreNotFound) {
    const auto store = open();
    write(*store, {plain_person("abc1")});
    for (const std::string& name :
         {std::string("abc2"), std::string("abc"), std::string("abc1 "), std::string("ABC1"), std::string(),
          std::string("a\0c", 3), std::string("\xff\xfe"), std::string("' OR 1=1 --"), std::string("%")})
        EXPECT_EQ(store->find(name).value(), std::nullopt) << name;
}

TEST_P(StorePeople, AreFoundOneAfterTheOtherByOneStatement) {
    const auto store = open();
    write(*store, {full_person("abc1"), plain_person("abc2")});
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(store->find("abc1").value()->hold, tombstone::Hold::present);
        EXPECT_EQ(store->find("abc2").value()->cancelled, std::nullopt);
        EXPECT_EQ(store->find("abc3").value(), std::nullopt);
    }
}

TEST_P(StorePeople, AreSeenAsAnotherProgramHasLeftThem) {
    const auto reader = open();
    const auto writer = open();
    write(*writer, {plain_person("abc1")});
    auto person = *reader->find("abc1").value();
    person.full_name = "New";
    write(*writer, {person});
    EXPECT_EQ(reader->find("abc1").value()->full_name, "New");
}

TEST_P(StorePeople, AreChangedByWhoKnowsTheirLastRevisionOnly) {
    const auto store = open();
    write(*store, {plain_person("abc1"), plain_person("abc2")});
    auto mine = *store->find("abc1").value();
    auto theirs = mine;
    theirs.full_name = "Theirs";
    EXPECT_THAT(write(*store, {theirs}), IsEmpty());
    mine.full_name = "Mine";
    auto other = *store->find("abc2").value();
    other.full_name = "Other";
    auto unknown = plain_person("abc3");
    unknown.revision = 7;
    EXPECT_THAT(write(*store, {mine, other, plain_person("abc1"), unknown}),
                ElementsAre("abc1", "abc1", "abc3"));
    EXPECT_EQ(store->find("abc1").value()->full_name, "Theirs");
    EXPECT_EQ(store->find("abc1").value()->revision, 2);
    EXPECT_EQ(store->find("abc2").value()->full_name, "Other");
    EXPECT_EQ(store->find("abc3").value(), std::nullopt);
    EXPECT_EQ(history(*store, "abc1").size(), 2U) << "an outdated change left a line in the history";
}

TEST_P(StorePeople, AreGivenInTheOrderOfOctets) {
    const auto store = open();
    // Locales of databases would put "_" and "-" elsewhere, or ignore them.
    write(*store, {plain_person("b"), plain_person("a_b"), plain_person("a-b"), plain_person("ab"),
                   plain_person("a.b"), plain_person("a1"), plain_person("~"), plain_person("!")});
    EXPECT_THAT(usernames(*store), ElementsAre("!", "a-b", "a.b", "a1", "a_b", "ab", "b", "~"));
}

TEST_P(StorePeople, AreGivenEachOnceAtAnyNumber) {
    const auto store = open();
    std::vector<std::string> expected;
    EXPECT_THAT(usernames(*store), IsEmpty());
    // Around one and two pages of people.
    for (const std::size_t number : {999U, 1'000U, 1'001U, 2'000U, 2'500U}) {
        std::vector<tombstone::Person> people;
        for (std::size_t i = expected.size(); i < number; ++i) {
            people.push_back(plain_person(numbered(i)));
            expected.push_back(numbered(i));
        }
        write(*store, people);
        EXPECT_EQ(usernames(*store), expected);
    }
}

TEST_P(StorePeople, AreGivenOutOfOneSnapshotWhileOthersWrite) {
    const auto store = open();
    const auto writer = open();
    std::vector<tombstone::Person> people;
    for (std::size_t i = 0; i < 1'500; ++i)
        people.push_back(plain_person(numbered(i)));
    write(*store, people);
    std::size_t count = 0;
    bool has_changed = false;
    const auto done = store->each([&](const tombstone::Person& person) {
        if (count++ == 0) {
            auto last = *writer->find(numbered(1'499)).value();
            last.full_name = "changed";
            EXPECT_THAT(write(*writer, {last, plain_person("zzz")}), IsEmpty());
        }
        has_changed = has_changed || person.full_name == "changed";
        return true;
    });
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(count, 1'500U);
    EXPECT_FALSE(has_changed);
    EXPECT_EQ(usernames(*store).size(), 1'501U) << "the snapshot did not end";
}

TEST_P(StorePeople, AreGivenUntilTheTakerHasEnough) {
    const auto store = open();
    write(*store, {plain_person("a"), plain_person("b"), plain_person("c")});
    int count = 0;
    EXPECT_TRUE(store->each([&](const tombstone::Person&) { return ++count < 2; }));
    EXPECT_EQ(count, 2);
    EXPECT_THAT(write(*store, {plain_person("d")}), IsEmpty()) << "the snapshot did not end";
    EXPECT_EQ(usernames(*store).size(), 4U);
}

TEST_P(StorePeople, AreWrittenAllOrNoneWhereTheWriterFails) {
    const auto store = open();
    const tombstone::Person good = plain_person("abc1");
    tombstone::Person bad = plain_person("abc2");
    bad.full_name = "\xff";
    const store::Write writes[] = {{&good, {}}, {&bad, {}}};
    const auto written = store->write(writes, author(), day("2026-11-22"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::permanent);
    EXPECT_THAT(written.error().text, HasSubstr("abc2"));
    EXPECT_THAT(usernames(*store), IsEmpty());
    EXPECT_EQ(store->last_run().value(), std::nullopt);
}

TEST_P(StorePeople, AreNotWrittenWhereTheProgressThrows) {
    const auto store = open();
    std::vector<tombstone::Person> people;
    std::vector<store::Write> writes;
    for (std::size_t i = 0; i < 2'500; ++i)
        people.push_back(plain_person(numbered(i)));
    for (const auto& person : people)
        writes.push_back({&person, {}});
    EXPECT_THROW(static_cast<void>(store->write(writes, author(), {},
                                                [](std::size_t) { throw std::runtime_error("enough"); })),
                 std::runtime_error);
    EXPECT_THAT(usernames(*store), IsEmpty());
    std::vector<std::size_t> seen;
    ASSERT_TRUE(store->write(writes, author(), {}, [&](std::size_t done) { seen.push_back(done); }));
    EXPECT_THAT(seen, ElementsAre(1'000U, 2'000U));
    EXPECT_EQ(usernames(*store).size(), 2'500U);
}

TEST_P(StorePeople, RememberTheDayOfTheLastRunWithWhatItWrote) {
    const auto store = open();
    EXPECT_EQ(store->last_run().value(), std::nullopt);
    const tombstone::Person person = plain_person("abc1");
    const store::Write writes[] = {{&person, {}}};
    ASSERT_TRUE(store->write(writes, author(), day("2026-11-21")));
    EXPECT_EQ(store->last_run().value(), day("2026-11-21"));
    ASSERT_TRUE(store->write({}, author(), day("2026-11-22")));
    EXPECT_EQ(store->last_run().value(), day("2026-11-22"));
    ASSERT_TRUE(store->write({}, author()));
    EXPECT_EQ(open()->last_run().value(), day("2026-11-22"));
}

TEST_P(StorePeople, AreDueToBeWrittenBackWhereTheFeedSaidSomethingElse) {
    const auto store = open();
    auto same = plain_person("a");
    same.forwarding_address = same.listed_forwarding_address = "a@example.org";
    same.tombstone_address = same.listed_tombstone_address = "b@example.org";
    auto forwarding = same;
    forwarding.username = "b";
    forwarding.forwarding_address = "new@example.org";
    auto tombstone = same;
    tombstone.username = "c";
    tombstone.tombstone_address = "";
    auto mail = same;
    mail.username = "d";
    mail.is_mail_attribute_due = true;
    write(*store, {same, forwarding, tombstone, mail});
    const auto names = [&](std::string_view after, std::size_t most) {
        std::vector<std::string> result;
        const auto due = store->due_to_be_written_back(after, most);
        EXPECT_TRUE(due) << due.error().text;
        for (const auto& person : *due)
            result.push_back(person.username);
        return result;
    };
    EXPECT_THAT(names("", 10), ElementsAre("b", "c", "d"));
    EXPECT_THAT(names("", 2), ElementsAre("b", "c"));
    EXPECT_THAT(names("c", 2), ElementsAre("d"));
    EXPECT_THAT(names("d", 2), IsEmpty());
    EXPECT_THAT(names("", 0), IsEmpty());
}

TEST_P(StorePeople, FindWhoIsDueByAnIndex) {
    const auto store = open();
    std::string query = store::PeoplePage::query(store::PeoplePage::is_due);
    for (const auto& [parameter, value] : {std::pair{":after", "'a'"}, {":page", "10"}}) {
        const std::size_t at = query.find(parameter);
        ASSERT_NE(at, std::string::npos) << query;
        query.replace(at, std::string_view(parameter).size(), value);
    }
    const std::string plan = is_sqlite() ? run_sql("EXPLAIN QUERY PLAN " + query)
                                         : run_sql("SET enable_seqscan = off; EXPLAIN " + query);
    EXPECT_THAT(plan, HasSubstr("person_due"));
}

TEST_P(StorePeople, KeepTheHistoryOfTheirChangesTheNewestFirst) {
    const auto store = open();
    const std::vector<tombstone::Change> changes = {
        {ChangeKind::created, "", "", "in the feed for the first time"},
        {ChangeKind::set_up, "", "abc1@hermes.example.org", "has an \"account\"; it's new"}};
    const auto person = plain_person("abc1");
    const store::Write writes[] = {{&person, changes}};
    ASSERT_TRUE(store->write(writes, {"sync", at(1'000)}));
    auto known = *store->find("abc1").value();
    known.full_name = "Anne";
    write(*store, {known, plain_person("abc2")}, ChangeKind::details, {"hélène", at(900)});

    const auto entries = history(*store, "abc1");
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].change.kind, ChangeKind::details) << "by the clock, not by the order of changes";
    EXPECT_EQ(entries[0].who, "hélène");
    EXPECT_EQ(entries[0].when, at(900));
    EXPECT_EQ(entries[1].change, changes[1]);
    EXPECT_EQ(entries[2].change, changes[0]);
    EXPECT_EQ(entries[2].username, "abc1");
    EXPECT_EQ(entries[2].when, at(1'000));
    EXPECT_EQ(history(*store, "abc2").size(), 1U);
    EXPECT_THAT(history(*store, "abc3"), IsEmpty());
}

TEST_P(StorePeople, HaveALongHistoryThatIsGivenWholeOrInPart) {
    const auto store = open();
    std::vector<tombstone::Change> changes;
    for (int i = 0; i < 1'201; ++i)
        changes.push_back({ChangeKind::forwarding, "", std::to_string(i), ""});
    for (int round = 0; round < 2; ++round) {
        auto person = store->find("abc1").value().value_or(plain_person("abc1"));
        const store::Write writes[] = {{&person, changes}};
        ASSERT_TRUE(store->write(writes, author()));
    }
    const auto entries = history(*store, "abc1");
    ASSERT_EQ(entries.size(), 2'402U);
    for (std::size_t i = 0; i < entries.size(); ++i)
        ASSERT_EQ(entries[i].change.after, std::to_string(1'200 - i % 1'201));
    for (const std::size_t most : {0U, 1U, 500U, 501U, 1'000U}) {
        std::size_t count = 0;
        ASSERT_TRUE(store->history("abc1", most, [&](const store::HistoryEntry&) { ++count; }));
        EXPECT_EQ(count, most);
    }
}

TEST_P(StorePeople, AreRenamedWithTheirHistory) {
    const auto store = open();
    const auto person = full_person("abc1");
    write(*store, {person, plain_person("abc2")});
    auto expected = person;
    expected.username = "xyz9";
    expected.forwarding_address = "";
    expected.revision = 1;
    const std::vector<tombstone::Change> changes = {{ChangeKind::forwarding, "a@b.example", "", "his own"},
                                                    {ChangeKind::renamed, "abc1", "xyz9", "renamed"}};
    const auto renamed = store->rename("abc1", expected, changes, {"help desk", at(5)});
    ASSERT_TRUE(renamed) << renamed.error().text;
    EXPECT_TRUE(*renamed);
    expected.revision = 2;
    EXPECT_EQ(store->find("xyz9").value(), expected);
    EXPECT_EQ(store->find("abc1").value(), std::nullopt);
    EXPECT_THAT(history(*store, "abc1"), IsEmpty());
    const auto entries = history(*store, "xyz9");
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].change, changes[1]);
    EXPECT_EQ(entries[0].who, "help desk");
    EXPECT_EQ(entries[1].change, changes[0]);
    EXPECT_EQ(entries[2].change.kind, ChangeKind::created);
}

TEST_P(StorePeople, AreNotRenamedOverEachOther) {
    const auto store = open();
    write(*store, {plain_person("abc1"), plain_person("abc2")});
    for (const auto& [from, to] : {std::pair{"abc1", "abc2"}, {"abc3", "abc4"}, {"abc1", "abc1"}}) {
        auto person = plain_person(to);
        person.revision = 1;
        const auto renamed = store->rename(from, person, {}, author());
        ASSERT_FALSE(renamed);
        EXPECT_EQ(renamed.error().kind, ErrorKind::permanent) << renamed.error().text;
    }
    EXPECT_THAT(usernames(*store), ElementsAre("abc1", "abc2"));
    EXPECT_EQ(history(*store, "abc1").size(), 1U);
}

TEST_P(StorePeople, AreNotRenamedByWhoDoesNotKnowTheirLastRevision) {
    const auto store = open();
    write(*store, {plain_person("abc1")});
    auto outdated = *store->find("abc1").value();
    write(*store, {outdated}, ChangeKind::details);
    outdated.username = "xyz9";
    const auto renamed = store->rename("abc1", outdated, {}, author());
    ASSERT_TRUE(renamed) << renamed.error().text;
    EXPECT_FALSE(*renamed);
    EXPECT_THAT(usernames(*store), ElementsAre("abc1"));
    EXPECT_EQ(history(*store, "abc1").size(), 2U);
}

TEST_P(StorePeople, KeepTheClaimsForThemWhenTheyAreRenamed) {
    const auto store = open();
    write(*store, {plain_person("abc1")});
    const auto claim = [&](const char* sender, const char* person, long long now, long long until) {
        return store->claim(claim_for(sender, {person}, now, until)).value().states.at(0);
    };
    ASSERT_EQ(reply::ClaimState::granted, claim("a@example.org", "abc1", 1, 100));
    ASSERT_EQ(reply::ClaimState::granted,
              claim("b@example.org", "abc1", 1, 100)); // who bore the new name before has later ones
    ASSERT_EQ(reply::ClaimState::granted, claim("b@example.org", "xyz9", 1, 200));
    ASSERT_EQ(reply::ClaimState::granted, claim("c@example.org", "abc1", 1, 200)); // and earlier ones
    ASSERT_EQ(reply::ClaimState::granted, claim("c@example.org", "xyz9", 1, 100));
    const auto told = claim_for("c@example.org", {"abc1"}, 1, 200);
    ASSERT_TRUE(store->settle(told, reply::Settlement::confirm));
    auto person = *store->find("abc1").value();
    person.username = "xyz9";
    ASSERT_TRUE(store->rename("abc1", person, {}, author()).value());
    EXPECT_EQ(reply::ClaimState::pending, claim("a@example.org", "xyz9", 99, 300));
    EXPECT_EQ(reply::ClaimState::pending, claim("b@example.org", "xyz9", 199, 300));
    EXPECT_EQ(reply::ClaimState::told, claim("c@example.org", "xyz9", 199, 300));
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), "3\n");
}

} // namespace

} // namespace columbarium::e2e
