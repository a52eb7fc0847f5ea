// SPDX-License-Identifier: LGPL-2.1-or-later
// What desks of triage keep in the store: how many forwards they have sent, and what bounces told them.
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using desk::BounceRecord;
using desk::KeptBounce;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr long long hour = 3'600;
constexpr long long day = 24 * hour;

BounceRecord unknown_user(const std::string& address, const std::string& message_id = "1@desk.example.org") {
    return {address, "5.1.1", "user-unknown", true, "550 5.1.1 no such user", message_id};
}

class StoreDesk : public StoreTest {
  protected:
    // The limit that is reached, "" for none.
    static std::string count(store::Store& store, long long now, store::ForwardLimits limits,
                             const char* channel = "disputes", const char* user = "support") {
        const auto limit = store.count_forward(user, channel, limits, at(now));
        return limit ? *limit : limit.error().text;
    }

    static bool record(store::Store& store, const std::vector<BounceRecord>& records, long long now,
                       const char* user = "support") {
        const auto recorded = store.record_bounces(user, records, at(now));
        EXPECT_TRUE(recorded) << recorded.error().text;
        return recorded.value_or(false);
    }

    static std::vector<KeptBounce> bounces(store::Store& store, std::string_view domain = {}) {
        std::vector<KeptBounce> all;
        const auto read = store.for_each_bounce(domain, [&](const KeptBounce& bounce) {
            all.push_back(bounce);
            return true;
        });
        EXPECT_TRUE(read) << read.error().text;
        return all;
    }

    static std::vector<std::string> addresses(store::Store& store, std::string_view domain = {}) {
        std::vector<std::string> all;
        for (const KeptBounce& bounce : bounces(store, domain))
            all.push_back(bounce.record.address);
        return all;
    }
};
COLUMBARIUM_FOR_EACH_STORE(StoreDesk);

TEST_P(StoreDesk, CountsForwardsOfAUserThroughAChannelByTheHour) {
    const auto store = open();
    const store::ForwardLimits limits{2, 100};
    EXPECT_EQ(count(*store, 10 * hour, limits), "");
    EXPECT_EQ(count(*store, 10 * hour + 1, limits), "");
    EXPECT_EQ(count(*store, 11 * hour - 1, limits), "destinations.disputes.per_hour");
    EXPECT_EQ(count(*store, 11 * hour - 1, limits, "Disputes"), "destinations.Disputes.per_hour");
    EXPECT_EQ(count(*store, 11 * hour - 1, limits, "help"), "");
    EXPECT_EQ(count(*store, 11 * hour - 1, limits, "disputes", "sales"), "");
    EXPECT_EQ(count(*store, 11 * hour, limits), "");
    EXPECT_EQ(count(*open(), 11 * hour, limits), "") << "another program";
    EXPECT_EQ(count(*open(), 11 * hour, limits), "destinations.disputes.per_hour");
}

TEST_P(StoreDesk, CountsForwardsOfAUserThroughAllChannels) {
    const auto store = open();
    const store::ForwardLimits limits{2, 3};
    EXPECT_EQ(count(*store, 1, limits, "a"), "");
    EXPECT_EQ(count(*store, 1, limits, "b"), "");
    EXPECT_EQ(count(*store, 1, limits, "a"), "");
    EXPECT_EQ(count(*store, 1, limits, "b"), "desk.forwards_per_hour");
    EXPECT_EQ(count(*store, 1, {2, 4}, "b"), "") << "what was refused was counted";
    EXPECT_EQ(count(*store, 1, {2, 5}, "b"), "destinations.b.per_hour");
}

TEST_P(StoreDesk, LetsNoForwardOutWhereTheLimitIsNone) {
    const auto store = open();
    EXPECT_EQ(count(*store, 1, {0, 3}), "destinations.disputes.per_hour");
    EXPECT_EQ(count(*store, 1, {3, 0}), "desk.forwards_per_hour");
    EXPECT_EQ(run_sql("SELECT count(*) FROM reply_counter"), "0\n");
}

TEST_P(StoreDesk, TakesBackWhatHasNotGoneOut) {
    const auto store = open();
    const store::ForwardLimits limits{1, 1};
    ASSERT_EQ(count(*store, 1, limits), "");
    ASSERT_EQ(count(*store, 1, limits), "destinations.disputes.per_hour");
    ASSERT_TRUE(store->give_back_forward("sales", "disputes", at(1)));
    ASSERT_TRUE(store->give_back_forward("support", "disputes", at(hour)));
    EXPECT_EQ(count(*store, 1, limits), "destinations.disputes.per_hour") << "another's, of another hour";
    ASSERT_TRUE(store->give_back_forward("support", "Disputes", at(hour - 1)));
    EXPECT_EQ(count(*store, 1, limits), "");
}

TEST_P(StoreDesk, TakesBackNoMoreThanWasCounted) {
    const auto store = open();
    const store::ForwardLimits limits{2, 2};
    ASSERT_EQ(count(*store, 1, limits), "");
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(store->give_back_forward("support", "disputes", at(1)));
    EXPECT_EQ(run_sql("SELECT max(replies) FROM reply_counter"), "0\n");
    EXPECT_EQ(run_sql("SELECT min(replies) FROM reply_counter"), "0\n");
}

TEST_P(StoreDesk, RefusesNamesThatCannotBeKept) {
    const auto store = open();
    for (const std::string& bad :
         {std::string(), std::string(1'001, 'a'), std::string("\xff"), std::string("a\0b", 3)}) {
        const auto by_user = store->count_forward(bad, "disputes", {9, 9}, at(1));
        const auto by_channel = store->count_forward("support", bad, {9, 9}, at(1));
        const auto recorded = store->record_bounces(bad, std::vector{unknown_user("a@example.com")}, at(1));
        const auto given_back = store->give_back_forward("support", bad, at(1));
        ASSERT_FALSE(by_user || by_channel || recorded || given_back);
        EXPECT_EQ(given_back.error().kind, ErrorKind::permanent);
        EXPECT_EQ(by_user.error().kind, ErrorKind::permanent);
        EXPECT_EQ(by_channel.error().kind, ErrorKind::permanent);
        EXPECT_EQ(recorded.error().kind, ErrorKind::permanent);
    }
}

TEST_P(StoreDesk, GivesNoMoreForwardsThanTheLimitToSeveralThreads) {
    constexpr std::size_t limit = 25;
    const auto first = open();
    std::vector<std::size_t> got(4);
    std::vector<std::string> faults(got.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < got.size(); ++i)
        threads.emplace_back([&, i] {
            try {
                const auto own = open();
                for (int tries = 0; tries < 15; ++tries)
                    if (const auto counted = own->count_forward("support", "x", {limit, 1'000}, at(1));
                        !counted)
                        faults[i] = counted.error().text;
                    else
                        got[i] += counted->empty() ? 1U : 0U;
            } catch (const std::exception& error) {
                faults[i] = error.what();
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(faults, std::vector<std::string>(got.size()));
    EXPECT_EQ(got[0] + got[1] + got[2] + got[3], limit);
}

TEST_P(StoreDesk, ForgetsItsCountersWithThoseOfReplies) {
    const auto store = open();
    ASSERT_EQ(count(*store, 1, {9, 9}), "");
    ASSERT_TRUE(record(*store, {unknown_user("a@example.com")}, 1));
    EXPECT_EQ(run_sql("SELECT count(*) FROM reply_counter"), "5\n");
    EXPECT_EQ(store->forget_expired(at(hour + day - 1), 10).value(), 0U);
    EXPECT_EQ(store->forget_expired(at(2 * day), 10).value(), 5U);
}

TEST_P(StoreDesk, KeepsAllThatABounceSays) {
    const auto store = open();
    const BounceRecord record{"zoë@example.com",     "4.2.2", "mailbox-full", false, "452 „voll“ 'x\"; --",
                              "abc@desk.example.org"};
    ASSERT_TRUE(StoreDesk::record(*store, {record}, 100));
    EXPECT_THAT(bounces(*open()), ElementsAre(KeptBounce{"support", record, at(100), at(100)}));
    EXPECT_EQ(run_sql("SELECT domain FROM bounce"), "example.com\n");
}

TEST_P(StoreDesk, KeepsOneRecordForEachUserAddressMailAndStatus) {
    const auto store = open();
    BounceRecord mine = unknown_user("a@example.com");
    ASSERT_TRUE(record(*store, {mine}, 100));
    mine.reason = "host-unknown";
    mine.is_permanent = false;
    mine.diagnostic = "another";
    ASSERT_TRUE(record(*store, {mine}, 200));
    EXPECT_THAT(bounces(*store), ElementsAre(KeptBounce{"support", mine, at(100), at(200)}));
    ASSERT_TRUE(record(*store, {mine}, 150)); // by a clock that is behind
    EXPECT_EQ(bounces(*store).at(0).last, at(200));

    BounceRecord other_status = mine;
    other_status.status = "5.1.2";
    BounceRecord other_mail = mine;
    other_mail.message_id = "";
    BounceRecord other_address = mine;
    other_address.address = "b@example.com";
    ASSERT_TRUE(record(*store, {other_address, other_status, other_mail, other_status}, 300));
    ASSERT_TRUE(record(*store, {mine}, 300, "sales"));
    EXPECT_THAT(addresses(*store), ElementsAre("a@example.com", "a@example.com", "a@example.com",
                                               "a@example.com", "b@example.com"));
    EXPECT_TRUE(record(*store, {}, 300));
}

TEST_P(StoreDesk, LetsNoOlderReportSpeakForANewerOne) {
    const auto store = open();
    const BounceRecord newer = unknown_user("a@example.com");
    BounceRecord older = newer;
    older.reason = "mailbox-full";
    older.is_permanent = false;
    older.diagnostic = "full";
    ASSERT_TRUE(record(*store, {newer}, 200));
    ASSERT_TRUE(record(*store, {older}, 150)); // by a clock that is behind
    EXPECT_THAT(bounces(*store), ElementsAre(KeptBounce{"support", newer, at(200), at(200)}));
}

TEST_P(StoreDesk, ReplacesWhatAClockHasWrittenThatWasFarAhead) {
    const auto store = open();
    BounceRecord now = unknown_user("a@example.com");
    BounceRecord ahead = now;
    ahead.reason = "mailbox-full";
    ASSERT_TRUE(record(*store, {ahead}, 100 + day));
    ASSERT_TRUE(record(*store, {now}, 100));
    EXPECT_EQ(bounces(*store).at(0).last, at(100 + day)) << "hosts may be a day apart";
    ASSERT_TRUE(record(*store, {now}, 99));
    EXPECT_THAT(bounces(*store), ElementsAre(KeptBounce{"support", now, at(99), at(99)}));
}

TEST_P(StoreDesk, CountsNoBounceTwiceThatIsReportedAgain) {
    const auto store = open();
    std::vector<BounceRecord> records;
    for (std::size_t i = 0; i < store::bounces_per_hour; ++i)
        records.push_back(unknown_user(numbered(i) + "@example.com"));
    ASSERT_TRUE(record(*store, records, 100));
    EXPECT_TRUE(record(*store, records, 200)) << "its mail was delivered again";
    EXPECT_EQ(bounces(*store).at(0).last, at(200));
    records.push_back(unknown_user("one.more@example.com"));
    EXPECT_FALSE(record(*store, records, 300));
    EXPECT_EQ(bounces(*store).at(0).last, at(200)) << "all or nothing";
}

TEST_P(StoreDesk, KeepsNoMoreBouncesOfAllDesksThanAnHourMayHave) {
    const auto store = open();
    ASSERT_TRUE(record(*store, {unknown_user("a@example.com")}, 100));
    run_sql("UPDATE reply_counter SET replies = " + std::to_string(store::site_bounces_per_hour - 1) +
            " WHERE scope = 'site_bounces_per_hour'");
    EXPECT_FALSE(
        record(*store, {unknown_user("b@example.com"), unknown_user("c@example.com")}, 100, "sales"));
    EXPECT_TRUE(record(*store, {unknown_user("b@example.com")}, 100, "sales"));
    EXPECT_FALSE(record(*store, {unknown_user("c@example.com")}, 100, "support"));
    EXPECT_TRUE(record(*store, {unknown_user("c@example.com")}, hour, "support"));
}

TEST_P(StoreDesk, GivesTheBouncesThatAreAskedForByAddress) {
    const auto store = open();
    ASSERT_TRUE(record(*store, {unknown_user("b@example.com"), unknown_user("B@example.net")}, 100));
    ASSERT_TRUE(record(*store, {unknown_user("a@example.com")}, 200, "sales"));
    EXPECT_THAT(addresses(*store), ElementsAre("B@example.net", "a@example.com", "b@example.com"))
        << "octets, not letters";
    EXPECT_THAT(addresses(*store, "example.com"), ElementsAre("a@example.com", "b@example.com"));
    EXPECT_THAT(addresses(*store, "example.co"), IsEmpty());
    EXPECT_THAT(addresses(*store, "\xff"), IsEmpty());
}

TEST_P(StoreDesk, GivesManyBouncesAPageAtATimeAndStopsWhereItIsTold) {
    const auto store = open();
    constexpr std::size_t all = 2'000; // two whole pages
    std::vector<BounceRecord> records;
    for (std::size_t i = 0; i < all; ++i)
        records.push_back(unknown_user(numbered(i / 2) + "@example.com", std::to_string(i)));
    ASSERT_TRUE(record(*store, records, 100));
    std::set<std::pair<std::string, std::string>> seen;
    for (const KeptBounce& bounce : bounces(*store))
        seen.emplace(bounce.record.address, bounce.record.message_id);
    EXPECT_EQ(seen.size(), all);
    EXPECT_EQ(bounces(*store).size(), all);
    std::size_t given = 0;
    ASSERT_TRUE(store->for_each_bounce({}, [&](const KeptBounce&) { return ++given < 1'500; }));
    EXPECT_EQ(given, 1'500U);
    EXPECT_TRUE(record(*store, {}, 100)) << "the reading is over";
}

TEST_P(StoreDesk, KeepsNoMoreBouncesOfAUserThanAnHourAndADayMayHave) {
    const auto store = open();
    const auto some = [](std::size_t from, std::size_t number) {
        std::vector<BounceRecord> records;
        for (std::size_t i = from; i < from + number; ++i)
            records.push_back(unknown_user(numbered(i) + "@example.com"));
        return records;
    };
    ASSERT_TRUE(record(*store, some(0, store::bounces_per_hour - 1), 100));
    EXPECT_FALSE(record(*store, some(5'000, 2), 100)) << "all or nothing";
    EXPECT_TRUE(record(*store, some(5'000, 1), 100));
    EXPECT_FALSE(record(*store, some(5'001, 1), 100));
    EXPECT_FALSE(record(*store, some(10'000, store::bounces_per_hour + 1), 10 * hour));
    EXPECT_TRUE(record(*store, some(5'001, 1), 100, "sales"));
    EXPECT_EQ(run_sql("SELECT count(*) FROM bounce"), std::to_string(store::bounces_per_hour + 1) + "\n");

    run_sql("UPDATE reply_counter SET replies = " + std::to_string(store::bounces_per_day) +
            " WHERE scope = 'bounces_per_day' AND name = 'support'");
    EXPECT_FALSE(record(*store, some(6'000, 1), 2 * hour));
    EXPECT_TRUE(record(*store, some(6'000, 1), day));
}

TEST_P(StoreDesk, RefusesBouncesThatCannotBeKeptAndKeepsNothingOfTheirReport) {
    const auto store = open();
    const BounceRecord good = unknown_user("a@example.com");
    for (const std::string& bad : {std::string(2'001, 'a'), std::string("\xff"), std::string("a\0b", 3)})
        for (std::string BounceRecord::*const member :
             {&BounceRecord::address, &BounceRecord::status, &BounceRecord::reason, &BounceRecord::diagnostic,
              &BounceRecord::message_id}) {
            BounceRecord wrong = good;
            wrong.*member = bad;
            const auto recorded = store->record_bounces("support", std::vector{good, wrong}, at(1));
            ASSERT_FALSE(recorded);
            EXPECT_EQ(recorded.error().kind, ErrorKind::permanent);
        }
    BounceRecord nobody = good;
    nobody.address.clear();
    EXPECT_FALSE(store->record_bounces("support", std::vector{nobody}, at(1)));
    EXPECT_THAT(bounces(*store), IsEmpty());
    // The longest that a service takes.
    const BounceRecord longest{std::string(320, 'a'), std::string(20, '5'), std::string(40, 'r'), true,
                               std::string(200, 'd'), std::string(250, 'm')};
    EXPECT_TRUE(store->record_bounces(std::string(1'000, 'u'), std::vector{longest}, at(1)).value());
}

TEST_P(StoreDesk, ForgetsBouncesThatAreOlderThanTheyAreKept) {
    const auto store = open();
    std::vector<BounceRecord> records;
    for (std::size_t i = 0; i < 25; ++i)
        records.push_back(unknown_user(numbered(i) + "@example.com"));
    ASSERT_TRUE(record(*store, records, 100));
    ASSERT_TRUE(record(*store, {records[3]}, 200)); // again
    EXPECT_EQ(store->forget_bounces(at(100), 10).value(), 0U);
    EXPECT_EQ(store->forget_bounces(at(101), 10).value(), 10U);
    EXPECT_EQ(store->forget_bounces(at(101), 10).value(), 10U);
    EXPECT_EQ(store->forget_bounces(at(101), 10).value(), 4U);
    EXPECT_THAT(addresses(*store), ElementsAre(records[3].address));
}

TEST_P(StoreDesk, SaysWhichStoreFails) {
    const auto store = open();
    run_sql("DROP TABLE bounce");
    const auto recorded = store->record_bounces("support", std::vector{unknown_user("a@example.com")}, at(1));
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().kind, ErrorKind::temporary);
    EXPECT_THAT(recorded.error().text, HasSubstr("cannot record a bounce"));
    EXPECT_FALSE(store->for_each_bounce({}, [](const KeptBounce&) { return true; }));
    EXPECT_FALSE(store->forget_bounces(at(1), 1));
    EXPECT_EQ(count(*store, 1, {9, 9}), "") << "all else goes on";
}

} // namespace

} // namespace columbarium::e2e
