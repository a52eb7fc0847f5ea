// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs that are killed while they write.
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

constexpr std::size_t people_count = 3'000;
constexpr int kills = 12;

class StoreCrash : public StoreTest {};
COLUMBARIUM_FOR_EACH_STORE(StoreCrash);

// Gives all people another name, in one transaction, and marks the run. Says so at each step.
void write_round(store::Store& store, int round) {
    std::vector<tombstone::Person> people;
    const auto read = store.each([&](const tombstone::Person& person) {
        people.push_back(person);
        return true;
    });
    if (!read)
        throw std::runtime_error(read.error().text);
    if (people.empty())
        for (std::size_t i = 0; i < people_count; ++i)
            people.push_back(plain_person(numbered(i)));
    const std::string name = "round " + std::to_string(round);
    const std::vector<tombstone::Change> changes = {{tombstone::ChangeKind::details, "", name, ""}};
    std::vector<store::Write> writes;
    for (tombstone::Person& person : people) {
        person.full_name = name;
        writes.push_back({&person, changes});
    }
    const auto written = store.write(writes, author(), tombstone::Date(std::chrono::days(20'000 + round)),
                                     [](std::size_t) { Child::say("p"); });
    if (!written)
        throw std::runtime_error(written.error().text);
    if (!written->outdated.empty())
        throw std::runtime_error("outdated");
    Child::say("d");
}

// The one name that all people have; fails the test where they differ, or the rest does not fit.
std::string name_of_all(store::Store& store) {
    std::set<std::string> names;
    std::map<std::string, std::int64_t> revisions;
    const auto read = store.each([&](const tombstone::Person& person) {
        names.insert(person.full_name);
        revisions[person.username] = person.revision;
        return true;
    });
    EXPECT_TRUE(read) << read.error().text;
    EXPECT_LE(names.size(), 1U) << "half of a transaction";
    if (names.empty()) {
        EXPECT_EQ(store.last_run().value(), std::nullopt);
        return "";
    }
    EXPECT_EQ(revisions.size(), people_count);
    for (const std::size_t i : {std::size_t{0}, people_count / 2, people_count - 1}) {
        const auto entries = history(store, numbered(i));
        EXPECT_EQ(entries.size(), static_cast<std::size_t>(revisions[numbered(i)]));
        EXPECT_EQ(entries.front().change.after, *names.begin());
    }
    const auto run = store.last_run().value();
    EXPECT_TRUE(run && "round " + std::to_string(run->time_since_epoch().count() - 20'000) == *names.begin());
    return *names.begin();
}

TEST_P(StoreCrash, LeavesAllOfATransactionOrNothing) {
    std::mt19937 random(20'261'122);
    std::uniform_int_distribution<std::size_t> moment(1, 11); // four octets a round
    int round = 0;
    for (int kill = 0; kill < kills; ++kill) {
        Child child([&] {
            const auto store = open();
            while (true)
                write_round(*store, round++);
            return std::string();
        });
        child.wait_for_output(moment(random));
        child.kill();
        round += 10;
        const auto store = open();
        name_of_all(*store);
        if (HasFailure())
            break;
    }
    // And the next one can write.
    Child last([&] {
        write_round(*open(), 999);
        return std::string("!");
    });
    EXPECT_EQ(last.result(), "pppd!");
    EXPECT_EQ(name_of_all(*open()), "round 999");
}

TEST_P(StoreCrash, WhileTheSchemaIsMadeLeavesAStoreThatTheNextOneMakes) {
    for (int kill = 0; kill < kills; ++kill) {
        if (is_sqlite())
            for (const char* ending : {"", "-wal", "-shm"})
                std::filesystem::remove(path() + ending);
        else
            run_sql(
                "DROP TABLE IF EXISTS store_property, person, history, suppression, reply_counter, bounce");
        Child child([&] {
            Child::say(".");
            const auto store = open();
            Child::say(".");
            return std::string();
        });
        child.wait_for_output(1);
        child.kill();
        const auto store = open();
        EXPECT_THAT(write(*store, {plain_person("abc1")}), ::testing::IsEmpty());
    }
}

} // namespace

} // namespace columbarium::e2e
