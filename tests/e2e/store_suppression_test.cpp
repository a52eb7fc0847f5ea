// SPDX-License-Identifier: LGPL-2.1-or-later
// Who was answered when: one table for everybody, and one right to answer.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "rig/eventually.hpp"
#include "store/backend.hpp"
#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using reply::ClaimOutcome;
using reply::ClaimState;
using reply::Settlement;
using ::testing::Each;

constexpr std::size_t racers = 4;
constexpr std::size_t pairs = 150;

class StoreSuppression : public StoreTest {
  protected:
    // Whether it was granted.
    [[nodiscard]] static bool claim(store::Store& store, const std::string& sender, long long now,
                                    long long until, const std::string& person = "abc1") {
        const auto claimed = store.claim(claim_for(sender, {person}, now, until));
        if (!claimed)
            throw std::runtime_error(claimed.error().text);
        return *claimed == ClaimOutcome{{ClaimState::granted}, ""};
    }

    // What one racer does: claims each pair, in an order of his own. "1" for each that he got.
    [[nodiscard]] static std::string race(store::Store& store, std::size_t racer, long long now,
                                          long long until) {
        std::string got(pairs, '0');
        for (std::size_t i = 0; i < pairs; ++i) {
            const std::size_t pair = (i + racer * pairs / racers) % pairs;
            if (claim(store, numbered(pair), now, until))
                got[pair] = '1';
        }
        return got;
    }

    // How many racers got each pair.
    [[nodiscard]] static std::vector<std::size_t> winners(const std::vector<std::string>& results) {
        std::vector<std::size_t> count(pairs);
        for (const std::string& got : results) {
            EXPECT_EQ(got.size(), pairs) << got;
            for (std::size_t i = 0; i < std::min(got.size(), pairs); ++i)
                count[i] += got[i] == '1' ? 1U : 0U;
        }
        return count;
    }
};
COLUMBARIUM_FOR_EACH_STORE(StoreSuppression);

TEST_P(StoreSuppression, GivesTheRightToAnswerOnceUntilItsTimeIsOver) {
    const auto store = open();
    EXPECT_TRUE(claim(*store, "me@example.org", 100, 200));
    EXPECT_FALSE(claim(*store, "me@example.org", 100, 300));
    EXPECT_FALSE(claim(*store, "me@example.org", 199, 300));
    EXPECT_TRUE(claim(*store, "me@example.org", 200, 300));
    EXPECT_FALSE(claim(*store, "me@example.org", 299, 400));
    EXPECT_FALSE(claim(*open(), "me@example.org", 299, 400)) << "another program";
}

TEST_P(StoreSuppression, KnowsEachSenderAndEachPersonByAllOctets) {
    const auto store = open();
    EXPECT_TRUE(claim(*store, "me@example.org", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "me@example.org", 100, 200, "abc2"));
    EXPECT_TRUE(claim(*store, "you@example.org", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "ME@example.org", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "me@example.org ", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "zoë@example.org", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "zoe\u0308@example.org", 100, 200, "abc1"));
    EXPECT_TRUE(claim(*store, "", 100, 200, ""));
    EXPECT_FALSE(claim(*store, "", 100, 200, ""));
}

TEST_P(StoreSuppression, TakesBackTheClaimThatIsMeantOnly) {
    const auto store = open();
    const auto release = [&](const char* sender, long long until) {
        return store->settle(claim_for(sender, {"abc1"}, 100, until), Settlement::release).has_value();
    };
    ASSERT_TRUE(claim(*store, "me@example.org", 100, 200));
    ASSERT_TRUE(claim(*store, "you@example.org", 100, 200));
    ASSERT_TRUE(release("me@example.org", 201));
    EXPECT_FALSE(claim(*store, "me@example.org", 100, 200)) << "of another time";
    ASSERT_TRUE(release("me@example.org", 200));
    EXPECT_FALSE(claim(*store, "you@example.org", 100, 200)) << "of another sender";
    EXPECT_TRUE(claim(*store, "me@example.org", 100, 200));
    EXPECT_TRUE(release("nobody@example.org", 200));
}

TEST_P(StoreSuppression, LC_33_HoldsAClaimOfAClockThatWasWrongForNoLongerThanALeapYear) {
    const auto store = open();
    constexpr long long longest = 366 * 86'400;
    EXPECT_TRUE(claim(*store, "me@example.org", 1'000, 1'000 + longest));
    EXPECT_FALSE(claim(*store, "me@example.org", 1'000, 2'000));
    EXPECT_TRUE(claim(*store, "me@example.org", 999, 2'000)) << "made by a clock that was fast";
    EXPECT_FALSE(claim(*store, "me@example.org", 1'999, 3'000));
    const auto later = store->claim(claim_for("you@example.org", {"abc1"}, 1'000, 1'001 + longest));
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().kind, ErrorKind::permanent);
    EXPECT_TRUE(claim(*store, "you@example.org", 1'000, 2'000)) << "it was claimed all the same";
}

TEST_P(StoreSuppression, ForgetsWhatIsOverAndNoMoreThanItIsAskedTo) {
    const auto store = open();
    for (std::size_t i = 0; i < 25; ++i)
        ASSERT_TRUE(claim(*store, numbered(i), 100, i < 22 ? 200 : 201));
    EXPECT_EQ(store->forget_expired(at(199), 10).value(), 0U);
    EXPECT_EQ(store->forget_expired(at(200), 10).value(), 10U);
    EXPECT_EQ(store->forget_expired(at(200), 10).value(), 10U);
    EXPECT_EQ(store->forget_expired(at(200), 10).value(), 2U);
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), "3\n");
    EXPECT_FALSE(claim(*store, numbered(24), 200, 300));
}

TEST_P(StoreSuppression, RefusesKeysThatAreTooLongOrNoTexts) {
    const auto store = open();
    const std::string longest(1'000, 'a');
    EXPECT_TRUE(claim(*store, longest, 1, 2, longest));
    EXPECT_FALSE(claim(*store, longest, 1, 2, longest));
    for (const std::string& bad : {longest + "a", std::string("\xff"), std::string("a\0b", 3)}) {
        for (const auto& wrong : {claim_for(bad, {"a"}, 1, 2), claim_for("a", {"b", bad}, 1, 2)}) {
            const auto claimed = store->claim(wrong);
            ASSERT_FALSE(claimed);
            EXPECT_EQ(claimed.error().kind, ErrorKind::permanent);
            EXPECT_FALSE(store->settle(wrong, Settlement::release));
        }
    }
    EXPECT_TRUE(claim(*store, "a", 1, 2, "b")) << "it was claimed all the same";
}

TEST_P(StoreSuppression, GivesTheRightToOneOfSeveralThreads) {
    const auto first = open();
    for (const long long now : {100, 200}) { // free, and over
        std::vector<std::string> results(racers);
        std::vector<std::thread> threads;
        for (std::size_t racer = 0; racer < racers; ++racer)
            threads.emplace_back([&, racer] {
                try {
                    const auto store = open();
                    results[racer] = race(*store, racer, now, now + 100);
                } catch (const std::exception& error) {
                    results[racer] = error.what();
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        EXPECT_THAT(winners(results), Each(1U)) << "at " << now;
    }
}

TEST_P(StoreSuppression, GivesTheRightToOneOfSeveralProcesses) {
    const auto prepared = open_fault();
    ASSERT_EQ(prepared, "");
    for (const long long now : {100, 200}) {
        std::vector<std::unique_ptr<Child>> children;
        for (std::size_t racer = 0; racer < racers; ++racer)
            children.push_back(
                std::make_unique<Child>([&, racer] { return race(*open(), racer, now, now + 100); }));
        std::vector<std::string> results;
        for (const auto& child : children)
            results.push_back(child->result());
        EXPECT_THAT(winners(results), Each(1U)) << "at " << now;
    }
}

TEST_P(StoreSuppression, ForgetsNoClaimThatIsTakenAnewMeanwhile) {
    const auto store = open();
    for (std::size_t pair = 0; pair < pairs; ++pair)
        ASSERT_TRUE(claim(*store, numbered(pair), 0, 100));
    // A turn of forgetting for each claim at most: SQLite's locks are not fair, and who never rests starves
    // others.
    std::atomic<std::size_t> taken = 0;
    std::string fault;
    std::thread forgetting([&] {
        try {
            const auto own = open();
            for (std::size_t seen = 0; seen < pairs && fault.empty();) {
                if (const auto forgotten = own->forget_expired(at(100), 7); !forgotten)
                    fault = forgotten.error().text;
                taken.wait(seen);
                seen = taken;
            }
        } catch (const std::exception& error) {
            fault = error.what();
        }
    });
    std::string got;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        try {
            got += claim(*store, numbered(pair), 100, 200) ? '1' : '0';
        } catch (const std::exception& error) {
            got += error.what();
        }
        ++taken;
        taken.notify_one();
    }
    forgetting.join();
    EXPECT_EQ(fault, "");
    EXPECT_EQ(got, std::string(pairs, '1'));
    EXPECT_EQ(race(*store, 0, 150, 250), std::string(pairs, '0'));
}

TEST_P(StoreSuppression, KeepsEachClaimThatWasGivenWhenItsProgramIsKilled) {
    const auto store = open();
    for (int round = 0; round < 5; ++round) {
        const auto sender = [round](std::size_t i) { return std::to_string(round) + numbered(i); };
        const auto wanted = static_cast<std::size_t>(20 + 37 * round);
        Child child([&] {
            const auto own = open();
            for (std::size_t i = 0; claim(*own, sender(i), 100, 200); ++i)
                Child::say(".");
            return std::string("not given");
        });
        child.wait_for_output(wanted);
        child.kill();
        for (std::size_t i = 0; i < wanted; ++i)
            ASSERT_FALSE(claim(*store, sender(i), 100, 200)) << i;
    }
}

// The moment that the test above has to find by chance; SQLite has none such: it writes one after the other.
class StoreWithSeveralWriters : public StoreSuppression {};
INSTANTIATE_TEST_SUITE_P(On, StoreWithSeveralWriters, ::testing::Values(Kind::postgresql), name_of);

TEST_P(StoreWithSeveralWriters, ForgetsNoClaimThatIsBeingTakenAnewAndDoesNotWaitForIt) {
    const auto store = open();
    ASSERT_TRUE(claim(*store, "me@example.org", 0, 100));
    ASSERT_TRUE(claim(*store, "you@example.org", 0, 100));
    const auto backend = store::make_postgresql(place().connection, "", store::Waiting());
    soci::session other;
    backend->connect(other);
    other << "BEGIN";
    other << "UPDATE suppression SET expires = 200 WHERE sender = 'me@example.org'";
    const auto forgotten = store->forget_expired(at(100), 7);
    other << "COMMIT";
    ASSERT_TRUE(forgotten) << forgotten.error().text;
    EXPECT_EQ(*forgotten, 1U) << "the other one";
    EXPECT_FALSE(claim(*store, "me@example.org", 150, 250));
}

} // namespace

} // namespace columbarium::e2e
