// SPDX-License-Identifier: LGPL-2.1-or-later
// Which addresses and domains are dead.
#include "desk/bounce_summary.hpp"

#include <gmock/gmock.h>

namespace columbarium::desk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::chrono::sys_seconds at(long long seconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

KeptBounce bounce(const std::string& address, long long time, const std::string& reason,
                  bool permanent = true) {
    return {
        "support", {address, permanent ? "5.0.0" : "4.0.0", reason, permanent, "", ""}, at(time), at(time)};
}

// What is known of bounces that come address by address.
struct Known {
    explicit Known(const std::vector<KeptBounce>& bounces) {
        AddressSummaries summaries([this](const AddressSummary& address) {
            addresses.push_back(address);
            return true;
        });
        for (const KeptBounce& one : bounces)
            EXPECT_TRUE(summaries.add(one));
        summaries.finish();
        for (const AddressSummary& address : addresses)
            domains.add(address);
    }

    [[nodiscard]] std::vector<std::string_view> states() const {
        std::vector<std::string_view> names;
        for (const AddressSummary& address : addresses)
            names.push_back(name_of(state_of(address, domains)));
        return names;
    }

    // "gone.example: host-unknown"
    [[nodiscard]] std::vector<std::string> dead_domains() const {
        std::vector<std::string> dead;
        domains.each_dead([&](const std::string& domain, const DomainSummary& summary) {
            dead.push_back(domain + ": " + std::string(name_of(*summary.death)));
            EXPECT_TRUE(domains.is_dead(domain));
        });
        return dead;
    }

    std::vector<AddressSummary> addresses;
    DomainSummaries domains;
};

TEST(AddressSummaries, HaveOneForEachAddressWithItsFirstAndLastFailure) {
    KeptBounce again = bounce("a@x.example", 300, "mailbox-full", false);
    again.first = at(50);
    const Known known({bounce("a@x.example", 100, "user-unknown"), again, bounce("a@x.example", 200, "other"),
                       bounce("b@x.example", 100, "spam")});
    ASSERT_EQ(known.addresses.size(), 2U);
    EXPECT_EQ(known.addresses[0].last, again);
    EXPECT_EQ(known.addresses[0].first, at(50));
    EXPECT_EQ(known.addresses[0].failures, 3U);
    EXPECT_EQ(known.addresses[1].failures, 1U);
}

TEST(AddressSummaries, TakeTheFailureForGoodOfTwoInTheSameSecond) {
    for (const bool permanent_first : {true, false}) {
        const Known known({bounce("a@x.example", 100, "user-unknown", permanent_first),
                           bounce("a@x.example", 100, "user-unknown", !permanent_first)});
        EXPECT_TRUE(known.addresses.at(0).last.record.is_permanent);
    }
}

TEST(AddressSummaries, StopWhereNoMoreAreWanted) {
    std::size_t taken = 0;
    AddressSummaries summaries([&](const AddressSummary&) { return ++taken < 1; });
    EXPECT_TRUE(summaries.add(bounce("a@x.example", 1, "other")));
    EXPECT_FALSE(summaries.add(bounce("b@x.example", 1, "other")));
    EXPECT_EQ(taken, 1U);
    summaries.finish();
    EXPECT_EQ(taken, 1U);
}

TEST(AddressSummaries, OfNothingAreNone) {
    EXPECT_THAT(Known({}).addresses, IsEmpty());
}

TEST(AddressState, IsThatOfTheLastFailure) {
    const Known known(
        {bounce("a@x.example", 1, "user-unknown"), bounce("b@x.example", 1, "mailbox-disabled"),
         bounce("c@x.example", 1, "moved"), bounce("d@x.example", 1, "mailbox-full"),
         bounce("e@x.example", 1, "spam"), bounce("f@x.example", 1, "mailbox-full", false),
         bounce("g@x.example", 1, "user-unknown"), bounce("g@x.example", 2, "mailbox-full", false),
         bounce("h@x.example", 1, "network-error", false), bounce("h@x.example", 2, "user-unknown")});
    EXPECT_THAT(known.states(), ElementsAre("dead-address", "dead-address", "dead-address", "refused",
                                            "refused", "transient", "transient", "dead-address"));
    EXPECT_THAT(known.dead_domains(), IsEmpty());
}

TEST(DomainSummary, IsDeadWhereThereIsNoSuchHost) {
    const Known known({bounce("a@gone.example", 10, "host-unknown"),
                       bounce("a@dns.example", 10, "host-unknown", false),
                       bounce("b@gone.example", 5, "spam")});
    EXPECT_THAT(known.dead_domains(), ElementsAre("gone.example: host-unknown"));
    EXPECT_THAT(known.states(), ElementsAre("dead-address", "transient", "dead-address"));
    known.domains.each_dead([](const std::string&, const DomainSummary& summary) {
        EXPECT_EQ(summary.addresses, 2U);
        EXPECT_EQ(summary.failures, 2U);
        EXPECT_EQ(summary.first, at(5));
        EXPECT_EQ(summary.last, at(10));
    });
}

TEST(DomainSummary, IsAliveWhereAServerHasAnsweredSince) {
    const Known known(
        {bounce("a@back.example", 10, "host-unknown"), bounce("b@back.example", 11, "mailbox-full", false)});
    EXPECT_THAT(known.dead_domains(), IsEmpty());
    EXPECT_THAT(known.states(), ElementsAre("dead-address", "transient"));
    const Known later(
        {bounce("a@gone.example", 10, "host-unknown"), bounce("b@gone.example", 11, "network-error", false)});
    EXPECT_THAT(later.dead_domains(), ElementsAre("gone.example: host-unknown"))
        << "that nobody answers is no sign of life";
}

TEST(DomainSummary, IsDeadWhereNobodyOfItIsReachedForGoodAndNoServerKnowsItsMailboxes) {
    EXPECT_THAT(Known({bounce("a@x.example", 1, "relay-denied"), bounce("b@x.example", 2, "relay-denied")})
                    .dead_domains(),
                ElementsAre("x.example: all-recipients"));
    EXPECT_THAT(Known({bounce("a@x.example", 1, "relay-denied")}).dead_domains(), IsEmpty())
        << "one is not all";
    EXPECT_THAT(Known({bounce("a@x.example", 1, "relay-denied"), bounce("b@x.example", 2, "expired", false)})
                    .dead_domains(),
                IsEmpty());
    // A great provider of which two users have left.
    EXPECT_THAT(
        Known({bounce("a@mail.example", 1, "user-unknown"), bounce("b@mail.example", 2, "user-unknown")})
            .dead_domains(),
        IsEmpty());
}

// An address's last failure may be ours; what a server said before is evidence all the same.
TEST(DomainSummary, IsDecidedByAllRecordsOfEachAddress) {
    const Known lives({bounce("a@x.example", 1, "user-unknown"), bounce("a@x.example", 2, "relay-denied"),
                       bounce("b@x.example", 2, "relay-denied")});
    EXPECT_THAT(lives.dead_domains(), IsEmpty());
    EXPECT_THAT(lives.states(), ElementsAre("refused", "refused"));
    const Known gone({bounce("a@x.example", 1, "host-unknown"), bounce("a@x.example", 2, "expired")});
    EXPECT_THAT(gone.dead_domains(), ElementsAre("x.example: host-unknown"));
    const Known back({bounce("a@x.example", 3, "user-unknown"), bounce("b@x.example", 2, "host-unknown"),
                      bounce("b@x.example", 4, "expired")});
    EXPECT_THAT(back.dead_domains(), IsEmpty());
    const Known gone_again({bounce("a@x.example", 1, "user-unknown"), bounce("a@x.example", 5, "expired"),
                            bounce("b@x.example", 2, "host-unknown")});
    EXPECT_THAT(gone_again.dead_domains(), ElementsAre("x.example: host-unknown"));
}

TEST(DomainSummary, IsAskedForWhereOneOfItsAddressesIs) {
    for (const bool first_is : {true, false})
        for (const bool second_is : {true, false}) {
            const Known known(
                {bounce("a@gone.example", 1, "host-unknown"), bounce("b@gone.example", 2, "host-unknown")});
            DomainSummaries domains;
            domains.add(known.addresses.at(0), first_is);
            domains.add(known.addresses.at(1), second_is);
            domains.each_dead([&](const std::string&, const DomainSummary& summary) {
                EXPECT_EQ(summary.is_asked_for, first_is || second_is);
                EXPECT_EQ(summary.addresses, 2U);
            });
            EXPECT_TRUE(domains.is_dead("gone.example"));
        }
}

TEST(DomainSummary, HasNoneOfWhatIsNoAddress) {
    const Known known({bounce("postmaster", 1, "host-unknown")});
    EXPECT_THAT(known.dead_domains(), IsEmpty());
    EXPECT_THAT(known.states(), ElementsAre("dead-address"));
    EXPECT_FALSE(known.domains.is_dead(""));
}

} // namespace
} // namespace columbarium::desk
