// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "milter/store_pool.hpp"
#include "rig/eventually.hpp"
#include "scratch_folder.hpp"
#include "store/backend.hpp"

namespace columbarium::milter {
namespace {

using ::testing::HasSubstr;

class MilterStorePool : public testing::Test {
  protected:
    [[nodiscard]] config::StorePlace place() const {
        config::StorePlace place;
        place.path = folder_ / "store/store.sqlite";
        return place;
    }
    void make_folder() const { std::filesystem::create_directory(folder_ / "store"); }

    static reply::Claim claim() {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return reply::claim_of("writer@example.com", {"departed"}, now, {});
    }

    static Expected<bool> knows_nobody(store::Store& store) {
        const auto person = store.find("nobody");
        if (!person)
            return tl::make_unexpected(person.error());
        return !person->has_value();
    }

  private:
    test::ScratchFolder folder_;
};

TEST_F(MilterStorePool, ServesMoreThreadsThanItHasConnections) {
    make_folder();
    StorePool pool(place(), "", 3);
    std::atomic<int> answered = 0;
    std::atomic<int> at_once = 0;
    std::atomic<int> most_at_once = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 12; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 50; ++j) {
                const auto answer = pool.ask([&](store::Store& store) {
                    const int now = ++at_once;
                    int most = most_at_once;
                    while (now > most && !most_at_once.compare_exchange_weak(most, now)) {
                    }
                    auto known = knows_nobody(store);
                    --at_once;
                    return known;
                });
                answered += answer && *answer ? 1 : 0;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(answered, 600);
    EXPECT_LE(most_at_once, 3);
}

TEST_F(MilterStorePool, CA_11_FailsWhileTheStoreIsAwayAndServesAgainWhenItIsBack) {
    StorePool pool(place(), "", 3);
    const auto failed = pool.ask(knows_nobody);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::temporary);
    make_folder();
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return pool.ask(knows_nobody).has_value(); }));
}

TEST_F(MilterStorePool, DoesNotAskAgainAtOnceAfterAFailure) {
    make_folder();
    StorePool pool(place(), "", 1);
    int asked = 0;
    const auto fails = [&](store::Store&) -> Expected<bool> {
        ++asked;
        return temporary_failure("no answer");
    };
    EXPECT_FALSE(pool.ask(fails));
    const auto second = pool.ask(fails);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().text, HasSubstr("no answer"));
    EXPECT_EQ(asked, 1);
}

TEST_F(MilterStorePool, FindsPeopleWhileSomebodyElseHoldsTheLockForWriting) {
    make_folder();
    StorePool pool(place(), "", 2);
    ASSERT_TRUE(pool.ask(knows_nobody)); // and the store has been made
    const auto backend = store::make_sqlite(place().path, store::Waiting());
    soci::session other;
    backend->connect(other);
    other << "BEGIN IMMEDIATE";
    std::atomic<int> writing = 3; // more than may write at once
    std::atomic<int> written = 0;
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i)
        writers.emplace_back([&] {
            const auto claimed = pool.change([](store::Store& store) { return store.claim(claim()); });
            written += claimed ? 1 : 0;
            --writing;
        });
    int failed = 0;
    std::chrono::steady_clock::duration longest{};
    while (writing > 0) {
        const auto begun = std::chrono::steady_clock::now();
        failed += pool.ask(knows_nobody) ? 0 : 1;
        longest = std::max(longest, std::chrono::steady_clock::now() - begun);
    }
    for (std::thread& writer : writers)
        writer.join();
    EXPECT_EQ(written, 0);
    EXPECT_TRUE(pool.ask(knows_nobody)) << "behind their failures, too";
    EXPECT_EQ(failed, 0);
    EXPECT_LT(longest, std::chrono::seconds(3));
    other << "ROLLBACK";
    EXPECT_TRUE(pool.change([](store::Store& store) { return store.claim(claim()); }));
}

TEST_F(MilterStorePool, TellsThoseWhoWaitThatTheStoreIsAway) {
    make_folder();
    StorePool pool(place(), "", 1);
    std::atomic<bool> has_begun = false;
    std::atomic<bool> may_fail = false;
    std::thread first([&] {
        static_cast<void>(pool.ask([&](store::Store&) -> Expected<bool> {
            has_begun = true;
            while (!may_fail)
                std::this_thread::yield();
            // Long enough that the pause which follows is seen.
            EXPECT_FALSE(rig::eventually(std::chrono::milliseconds(500), [] { return false; }));
            return temporary_failure("no answer");
        }));
    });
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] { return has_begun.load(); }));
    may_fail = true;
    bool asked = false;
    const auto second = pool.ask([&](store::Store&) -> Expected<bool> { return asked = true; });
    first.join();
    EXPECT_FALSE(asked);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().text, HasSubstr("no answer"));
}

TEST_F(MilterStorePool, KeepsTheConnectionAfterAPermanentFailure) {
    make_folder();
    StorePool pool(place(), "", 1);
    EXPECT_FALSE(
        pool.ask([](store::Store&) -> Expected<bool> { return permanent_failure("wrong question"); }));
    EXPECT_TRUE(pool.ask(knows_nobody));
}

TEST_F(MilterStorePool, HasTheConnectionBackWhateverIsThrown) {
    make_folder();
    StorePool pool(place(), "", 1);
    EXPECT_THROW(static_cast<void>(
                     pool.ask([](store::Store&) -> Expected<bool> { throw std::runtime_error("a bug"); })),
                 std::runtime_error);
    EXPECT_TRUE(pool.ask(knows_nobody));
}

} // namespace
} // namespace columbarium::milter
