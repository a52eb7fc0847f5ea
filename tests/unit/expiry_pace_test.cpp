// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/expiry_pace.hpp"

#include <gtest/gtest.h>

namespace columbarium::store {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(ExpiryPace, TakesMoreAtATimeWhileATurnIsShort) {
    ExpiryPace pace;
    const std::size_t first = pace.most();
    EXPECT_LT(pace.pause_after(first, microseconds(100)), milliseconds(100));
    EXPECT_GT(pace.most(), first);
    for (int i = 0; i < 100; ++i)
        EXPECT_LT(pace.pause_after(pace.most(), microseconds(1)), milliseconds(100));
    EXPECT_LE(pace.most(), 1'000U);
}

TEST(ExpiryPace, GrowsToWhatATurnHasTimeFor) {
    ExpiryPace pace;
    const std::size_t first = pace.most();
    for (int i = 0; i < 100; ++i)
        static_cast<void>(pace.pause_after(pace.most(), microseconds(2'500))); // mostly the way to a server
    EXPECT_GT(pace.most(), first);
}

// The way there and back takes that long, whatever is forgotten.
TEST(ExpiryPace, IsNotStarvedByAServerThatIsFarAway) {
    ExpiryPace pace;
    milliseconds pauses{0};
    std::size_t forgotten = 0;
    for (int i = 0; i < 100; ++i) {
        forgotten += pace.most();
        pauses += pace.pause_after(pace.most(), milliseconds(10));
    }
    EXPECT_GE(forgotten, 6'400U);
    EXPECT_LE(pauses, std::chrono::seconds(25));
}

TEST(ExpiryPace, TakesLessAtATimeWhileATurnIsLongAndNeverNearlyNothing) {
    ExpiryPace pace;
    for (int i = 0; i < 100; ++i)
        static_cast<void>(pace.pause_after(pace.most(), microseconds(1)));
    const std::size_t first = pace.most();
    EXPECT_GE(pace.pause_after(first, milliseconds(40)), milliseconds(400)) << "a small part of the time";
    EXPECT_LT(pace.most(), first);
    for (int i = 0; i < 100; ++i)
        static_cast<void>(pace.pause_after(pace.most(), milliseconds(40)));
    EXPECT_EQ(pace.most(), 64U);
}

TEST(ExpiryPace, RestsWhereNothingIsOver) {
    ExpiryPace pace;
    const std::size_t first = pace.most();
    EXPECT_EQ(pace.pause_after(first - 1, microseconds(1)), ExpiryPace::idle_pause);
    EXPECT_EQ(pace.pause_after(0, microseconds(1)), ExpiryPace::idle_pause);
    EXPECT_EQ(pace.most(), first) << "a turn that had nothing to do tells nothing";
    EXPECT_LE(pace.pause_after(first, std::chrono::hours(1)), ExpiryPace::idle_pause);
}

} // namespace
} // namespace columbarium::store
