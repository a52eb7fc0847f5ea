// SPDX-License-Identifier: LGPL-2.1-or-later
// Claims for several people at once, what becomes of them, and the caps that they count towards.
#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using reply::Claim;
using reply::ClaimOutcome;
using reply::Settlement;
using ::testing::Each;
using enum reply::ClaimState;

constexpr long long hour = 3'600;
constexpr long long day_length = 86'400;
constexpr long long week = 7 * day_length;
constexpr long long start = 20'000 * day_length; // midnight

class StoreClaims : public StoreTest {
  protected:
    void SetUp() override { store_ = open(); }

    [[nodiscard]] ClaimOutcome claim(const Claim& claim) const {
        const auto outcome = store_->claim(claim);
        if (!outcome)
            throw std::runtime_error(outcome.error().text);
        return *outcome;
    }
    [[nodiscard]] ClaimOutcome claim(const std::string& sender, std::vector<std::string> people,
                                     long long now = start) const {
        return claim(claim_for(sender, std::move(people), now, now + week));
    }
    void settle(const std::string& sender, std::vector<std::string> people, Settlement settlement,
                long long now = start) const {
        const auto settled =
            store_->settle(claim_for(sender, std::move(people), now, now + week), settlement);
        EXPECT_TRUE(settled) << settled.error().text;
    }

    // With these caps.
    [[nodiscard]] static Claim capped(const std::string& sender, std::vector<std::string> people,
                                      std::size_t per_hour, std::size_t per_domain_hour,
                                      std::size_t per_sender_day, long long now = start) {
        Claim claim = claim_for(sender, std::move(people), now, now + week);
        claim.per_hour = per_hour;
        claim.per_domain_hour = per_domain_hour;
        claim.per_sender_day = per_sender_day;
        return claim;
    }

    std::unique_ptr<store::Store> store_;
};
COLUMBARIUM_FOR_EACH_STORE(StoreClaims);

const ClaimOutcome granted_one{{granted}, ""};

TEST_P(StoreClaims, AreAnsweredForEachPersonInTheirOrder) {
    ASSERT_EQ(claim("me@example.org", {"b", "z"}), (ClaimOutcome{{granted, granted}, ""}));
    settle("me@example.org", {"z"}, Settlement::confirm);
    EXPECT_EQ(claim("me@example.org", {"z", "c", "b", "a"}),
              (ClaimOutcome{{told, granted, pending, granted}, ""}));
    EXPECT_EQ(claim("you@example.org", {"z", "c"}), (ClaimOutcome{{granted, granted}, ""}));
}

TEST_P(StoreClaims, ArePendingUntilTheyAreSettledOrTheirTimeIsOver) {
    ASSERT_EQ(claim("me@example.org", {"abc1"}), granted_one);
    EXPECT_EQ(claim("me@example.org", {"abc1"}, start + week - 1), (ClaimOutcome{{pending}, ""}));
    ASSERT_EQ(claim("me@example.org", {"abc1"}, start + week), granted_one) << "nobody has settled it";
    settle("me@example.org", {"abc1"}, Settlement::confirm, start + week);
    EXPECT_EQ(claim("me@example.org", {"abc1"}, start + 2 * week - 1), (ClaimOutcome{{told}, ""}));
    EXPECT_EQ(claim("me@example.org", {"abc1"}, start + 2 * week), granted_one);
    EXPECT_EQ(claim("me@example.org", {"abc1"}, start + 2 * week), (ClaimOutcome{{pending}, ""}))
        << "to have been told the time before is over";
}

TEST_P(StoreClaims, AreFreeAgainWhenTheyWereReleased) {
    ASSERT_EQ(claim("me@example.org", {"a", "b", "c"}), (ClaimOutcome{{granted, granted, granted}, ""}));
    settle("me@example.org", {"a", "b"}, Settlement::release);
    EXPECT_EQ(claim("me@example.org", {"c", "b", "a"}), (ClaimOutcome{{pending, granted, granted}, ""}));
}

TEST_P(StoreClaims, ThatWereConfirmedAreNotTakenBack) {
    ASSERT_EQ(claim("me@example.org", {"abc1"}), granted_one);
    settle("me@example.org", {"abc1"}, Settlement::confirm);
    settle("me@example.org", {"abc1"}, Settlement::release);
    EXPECT_EQ(claim("me@example.org", {"abc1"}), (ClaimOutcome{{told}, ""}));
}

TEST_P(StoreClaims, OfOthersAreNotSettled) {
    ASSERT_EQ(claim("me@example.org", {"abc1"}), granted_one);
    settle("me@example.org", {"abc1"}, Settlement::confirm, start + 1); // it ends at another time
    settle("me@example.org", {"abc1"}, Settlement::release, start + 1);
    settle("you@example.org", {"abc1"}, Settlement::confirm);
    settle("me@example.org", {"xyz9"}, Settlement::release);
    EXPECT_EQ(claim("me@example.org", {"abc1"}), (ClaimOutcome{{pending}, ""}));
}

TEST_P(StoreClaims, OfNobodyAndOfTheSamePersonTwiceAreNone) {
    for (const Claim& wrong : {claim_for("me@example.org", {}, 1, 2),
                               claim_for("me@example.org", {"abc1", "xyz9", "abc1"}, 1, 2)}) {
        const auto claimed = store_->claim(wrong);
        ASSERT_FALSE(claimed);
        EXPECT_EQ(claimed.error().kind, ErrorKind::permanent);
    }
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), "0\n");
}

TEST_P(StoreClaims, AreTakenForAThousandPeopleAtOnce) {
    std::vector<std::string> people;
    for (std::size_t i = 0; i < 1'000; ++i)
        people.push_back(numbered(999 - i));
    EXPECT_THAT(claim("me@example.org", people).states, Each(granted));
    settle("me@example.org", people, Settlement::confirm);
    EXPECT_THAT(claim("me@example.org", people).states, Each(told));
}

TEST_P(StoreClaims, AR_31_AreCountedByTheHourForTheWholeSite) {
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 2, 9, 9)), granted_one);
    EXPECT_EQ(claim(capped("b@two.example", {"x"}, 2, 9, 9)), granted_one);
    EXPECT_EQ(claim(capped("c@three.example", {"x"}, 2, 9, 9)), (ClaimOutcome{{pending}, "per_hour"}));
    EXPECT_EQ(claim(capped("c@three.example", {"x"}, 2, 9, 9, start + hour - 1)).cap, "per_hour");
    EXPECT_EQ(claim(capped("c@three.example", {"x"}, 2, 9, 9, start + hour)), granted_one);
}

TEST_P(StoreClaims, AR_31_AreCountedByTheHourForADomain) {
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 9, 1, 9)), granted_one);
    EXPECT_EQ(claim(capped("b@one.example", {"x"}, 9, 1, 9)), (ClaimOutcome{{pending}, "per_domain_hour"}));
    EXPECT_EQ(claim(capped("b@sub.one.example", {"x"}, 9, 1, 9)), granted_one);
    EXPECT_EQ(claim(capped("b@one.example", {"x"}, 9, 1, 9, start + hour)), granted_one);
}

TEST_P(StoreClaims, AR_31_AreCountedByTheDayForASender) {
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 9, 9, 1)), granted_one);
    EXPECT_EQ(claim(capped("a@one.example", {"y"}, 9, 9, 1, start + day_length - 1)),
              (ClaimOutcome{{pending}, "per_sender_day"}));
    EXPECT_EQ(claim(capped("b@one.example", {"y"}, 9, 9, 1)), granted_one);
    EXPECT_EQ(claim(capped("a@one.example", {"y"}, 9, 9, 1, start + day_length)), granted_one);
}

TEST_P(StoreClaims, AR_31_AreOneReplyForSeveralPeople) {
    EXPECT_EQ(claim(capped("a@one.example", {"x", "y", "z"}, 9, 9, 1)).states,
              (std::vector{granted, granted, granted}));
    EXPECT_EQ(claim(capped("a@one.example", {"w"}, 9, 9, 1)).cap, "per_sender_day");
}

TEST_P(StoreClaims, AR_31_AreNotTakenAndCountedNowhereWhereACapIsReached) {
    ASSERT_EQ(claim(capped("a@one.example", {"x"}, 2, 9, 9)), granted_one);
    settle("a@one.example", {"x"}, Settlement::confirm);
    ASSERT_EQ(claim(capped("b@one.example", {"x"}, 2, 9, 9)), granted_one);
    EXPECT_EQ(claim(capped("a@one.example", {"y", "x"}, 2, 9, 9)),
              (ClaimOutcome{{pending, told}, "per_hour"}));
    EXPECT_EQ(run_sql("SELECT sender FROM suppression WHERE person = 'y'"), "");
    EXPECT_EQ(run_sql("SELECT replies FROM reply_counter WHERE name = 'one.example'"), "2\n");
    EXPECT_EQ(claim(capped("a@one.example", {"y", "x"}, 3, 9, 9)), (ClaimOutcome{{granted, told}, ""}));
}

TEST_P(StoreClaims, AR_31_DoNotCountWhereNobodyIsToBeTold) {
    ASSERT_EQ(claim(capped("a@one.example", {"x"}, 2, 9, 9)), granted_one);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(claim(capped("a@one.example", {"x"}, 2, 9, 9)), (ClaimOutcome{{pending}, ""}));
    EXPECT_EQ(claim(capped("b@one.example", {"x"}, 2, 9, 9)), granted_one);
}

TEST_P(StoreClaims, AR_31_AreNeverGrantedWhereACapIsNought) {
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 0, 9, 9)), (ClaimOutcome{{pending}, "per_hour"}));
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 9, 0, 9)).cap, "per_domain_hour");
    EXPECT_EQ(claim(capped("a@one.example", {"x"}, 9, 9, 0)).cap, "per_sender_day");
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), "0\n");
    EXPECT_EQ(run_sql("SELECT count(*) FROM reply_counter"), "0\n");
}

TEST_P(StoreClaims, AR_31_ThatAreReleasedCountNoMore) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(claim(capped("a@one.example", {"x", "y"}, 1, 1, 1)).cap, "") << i;
        settle("a@one.example", {"x", "y"}, Settlement::release);
        settle("a@one.example", {"x", "y"}, Settlement::release); // as often as somebody likes
    }
    EXPECT_EQ(run_sql("SELECT DISTINCT replies FROM reply_counter"), "0\n");
    ASSERT_EQ(claim(capped("a@one.example", {"x"}, 1, 1, 1)), granted_one);
    settle("a@one.example", {"x"}, Settlement::confirm);
    EXPECT_NE(claim(capped("a@one.example", {"y"}, 1, 1, 1)).cap, "");
}

TEST_P(StoreClaims, AR_31_OfAUserForHimselfHaveACapOfTheirOwn) {
    const auto own = [&](std::size_t i, const char* person, long long now = start) {
        return claim_for(numbered(i) + "@example.org", {person}, now, now + week);
    };
    using enum store::Claimant;
    for (std::size_t i = 0; i < store::user_claims_per_hour; ++i)
        ASSERT_EQ(store_->claim(own(i, "x"), user).value(), granted_one) << i;
    const ClaimOutcome reached{{pending}, "per_user_hour"};
    EXPECT_EQ(store_->claim(own(99, "x"), user).value(), reached);
    EXPECT_EQ(store_->claim(own(99, "x")).value(), granted_one) << "the site's are not his";
    EXPECT_EQ(store_->claim(own(99, "y"), user).value(), granted_one) << "nor are those of others";
    ASSERT_TRUE(store_->settle(own(99, "x"), Settlement::release));
    EXPECT_EQ(store_->claim(own(99, "x"), user).value(), reached);
    ASSERT_TRUE(store_->settle(own(0, "x"), Settlement::release, user));
    EXPECT_EQ(store_->claim(own(99, "x"), user).value(), granted_one);
    EXPECT_EQ(store_->claim(own(98, "x", start + hour), user).value(), granted_one);
}

TEST_P(StoreClaims, AreForgottenWithTheCountersOfHoursAndDaysThatAreOver) {
    ASSERT_EQ(claim("a@one.example", {"x", "y"}), (ClaimOutcome{{granted, granted}, ""}));
    // A clock that is ahead of the others by less than a day takes no counters from them.
    EXPECT_EQ(store_->forget_expired(at(start + day_length + hour - 1), 10).value(), 0U);
    EXPECT_EQ(store_->forget_expired(at(start + day_length + hour), 10).value(), 2U)
        << "of the site and the domain";
    EXPECT_EQ(run_sql("SELECT scope FROM reply_counter"), "per_sender_day\n");
    ASSERT_EQ(claim("b@one.example", {"x"}, start + week - 1), granted_one);
    EXPECT_EQ(store_->forget_expired(at(start + week), 2).value(), 2U) << "both claims first";
    EXPECT_EQ(run_sql("SELECT sender FROM suppression"), "b@one.example\n");
    EXPECT_EQ(store_->forget_expired(at(start + week), 9).value(), 1U) << "of the first day";
    EXPECT_EQ(store_->forget_expired(at(start + week + day_length), 2).value(), 2U);
    EXPECT_EQ(store_->forget_expired(at(start + week + day_length), 9).value(), 1U);
    EXPECT_EQ(run_sql("SELECT count(*) FROM reply_counter"), "0\n");
}

// Each racer claims for overlapping people in an order of its own: none may wait for one who waits for it,
// and a cap that all share is reached exactly.
TEST_P(StoreClaims, AR_31_OfSeveralProcessesReachACapExactly) {
    constexpr std::size_t racers = 4;
    constexpr std::size_t rounds = 40;
    constexpr std::size_t cap = 50;
    std::vector<std::unique_ptr<Child>> children;
    for (std::size_t racer = 0; racer < racers; ++racer)
        children.push_back(std::make_unique<Child>([&, racer] {
            const auto own = open({std::chrono::seconds(30)});
            std::string got;
            for (std::size_t i = 0; i < rounds; ++i) {
                std::vector<std::string> people = {"a", "b", "c"};
                std::rotate(people.begin(), people.begin() + static_cast<std::ptrdiff_t>(racer % 3),
                            people.end());
                const auto sender = numbered(i % 2 == 0 ? i : 1'000 * racer + i) + "@one.example";
                const auto outcome = own->claim(capped(sender, people, cap, 1'000, 1'000));
                if (!outcome)
                    return outcome.error().text;
                got += outcome->states == std::vector{granted, granted, granted} ? '1' : '0';
            }
            return got;
        }));
    std::size_t sum = 0;
    for (const auto& child : children) {
        const std::string got = child->result();
        EXPECT_EQ(got.size(), rounds) << got;
        sum += static_cast<std::size_t>(std::ranges::count(got, '1'));
    }
    EXPECT_EQ(sum, cap);
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), std::to_string(3 * cap) + "\n");
    EXPECT_EQ(run_sql("SELECT replies FROM reply_counter WHERE scope = 'per_hour'"),
              std::to_string(cap) + "\n");
}

// Each claim is there at the end, under one name or the other: also those for both names, which take them in
// their order and may not wait for somebody who waits for them.
TEST_P(StoreClaims, AreNotLostWhileTheirPersonIsRenamed) {
    write(*store_, {plain_person("abc1")});
    std::atomic<bool> is_over = false;
    std::vector<std::string> faults(3);
    std::vector<std::size_t> granted_here(faults.size());
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < faults.size(); ++number)
        threads.emplace_back([&, number] {
            const auto own = open({std::chrono::seconds(30)});
            for (std::size_t i = 0; !is_over && faults[number].empty(); ++i) {
                const auto people = number == 0 ? std::vector<std::string>{"abc1", "xyz9"}
                                                : std::vector<std::string>{number == 1 ? "abc1" : "xyz9"};
                const std::string sender = std::to_string(number) + numbered(i) + "@example.org";
                const auto outcome = own->claim(claim_for(sender, people, start, start + week));
                if (!outcome)
                    faults[number] = outcome.error().text;
                else
                    ++granted_here[number];
            }
        });
    const auto renaming = open({std::chrono::seconds(30)});
    std::string from = "abc1";
    std::string to = "xyz9";
    for (int i = 0; i < 30; ++i) {
        auto person = *renaming->find(from).value();
        person.username = to;
        const auto renamed = renaming->rename(from, person, {}, author());
        EXPECT_TRUE(renamed && *renamed) << i << (renamed ? "" : renamed.error().text);
        std::swap(from, to);
    }
    is_over = true;
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(faults, Each(""));
    EXPECT_EQ(run_sql("SELECT count(DISTINCT sender) FROM suppression"),
              std::to_string(std::reduce(granted_here.begin(), granted_here.end())) + "\n");
}

TEST_P(StoreClaims, AndTheirSettlementsAndExpiryDoNotWaitForEachOtherForEver) {
    std::vector<std::string> faults(4);
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < faults.size(); ++number)
        threads.emplace_back([&, number] {
            const auto own = open({std::chrono::seconds(30)});
            for (long long i = 0; i < 60 && faults[number].empty(); ++i) {
                const long long now = start + i * 10;
                auto mine = claim_for("me@example.org", {"a", "b", "c", "d"}, now, now + 7);
                std::rotate(mine.people.begin(), mine.people.begin() + static_cast<std::ptrdiff_t>(number),
                            mine.people.end());
                const auto outcome = own->claim(mine);
                const auto settled =
                    own->settle(mine, i % 2 == 0 ? Settlement::confirm : Settlement::release);
                const auto forgotten = own->forget_expired(at(now), 3);
                for (const auto* error :
                     {outcome ? nullptr : &outcome.error(), settled ? nullptr : &settled.error(),
                      forgotten ? nullptr : &forgotten.error()})
                    if (error != nullptr)
                        faults[number] = error->text;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(faults, Each(""));
}

// The claim is there for all people or for none, and is counted where it is there.
TEST_P(StoreClaims, AreWholeWhenTheirProgramIsKilled) {
    for (int round = 0; round < 5; ++round) {
        const auto sender = [round](std::size_t i) {
            return std::to_string(round) + numbered(i) + "@" + std::to_string(round) + ".example";
        };
        const auto wanted = static_cast<std::size_t>(20 + 37 * round);
        Child child([&] {
            const auto own = open();
            for (std::size_t i = 0; own->claim(claim_for(sender(i), {"a", "b"}, start, start + week)); ++i)
                Child::say(".");
            return std::string("failed");
        });
        child.wait_for_output(wanted);
        child.kill();
        for (std::size_t i = 0; i < wanted; ++i)
            ASSERT_THAT(claim(sender(i), {"a", "b"}).states, Each(pending)) << i;
    }
    EXPECT_EQ(run_sql("SELECT sender FROM suppression GROUP BY sender HAVING count(*) <> 2"), "");
    EXPECT_EQ(run_sql("SELECT count(*) / 2 FROM suppression"),
              run_sql("SELECT replies FROM reply_counter WHERE scope = 'per_hour'"));
}

} // namespace

} // namespace columbarium::e2e
