// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/reconnect_pause.hpp"

#include <set>

#include <gtest/gtest.h>

namespace columbarium::session {

namespace {

[[nodiscard]] config::XmppAccount account(std::size_t first, std::size_t limit) {
    config::XmppAccount made;
    made.reconnect_seconds = first;
    made.reconnect_limit_seconds = limit;
    return made;
}

TEST(ReconnectPause, XP_3_DoublesUpToTheLimit) {
    for (unsigned seed = 1; seed < 100; ++seed) {
        ReconnectPause pause(account(5, 60), seed);
        for (const int longest : {5'000, 10'000, 20'000, 40'000, 60'000, 60'000}) {
            const Milliseconds time = pause.after(std::nullopt, false);
            EXPECT_LE(time.count(), longest);
            EXPECT_GE(time.count(), longest / 2);
        }
    }
}

TEST(ReconnectPause, XP_3_HasARandomPart) {
    std::set<Milliseconds::rep> seen;
    for (unsigned seed = 1; seed <= 50; ++seed)
        seen.insert(ReconnectPause(account(60, 60), seed).after(std::nullopt, false).count());
    EXPECT_GT(seen.size(), 40U);
}

TEST(ReconnectPause, ASessionThatLivedStartsAnew) {
    ReconnectPause pause(account(5, 300), 1);
    Milliseconds last{0};
    for (int count = 0; count < 5; ++count)
        last = pause.after(std::nullopt, false);
    EXPECT_GT(last, Milliseconds(30'000));
    EXPECT_GT(pause.after(last - Milliseconds(1), false), last); // too short a life
    EXPECT_LE(pause.after(Milliseconds(300'000), false), Milliseconds(5'000));
}

TEST(ReconnectPause, WhoIsRefusedWaitsTheLongest) {
    ReconnectPause pause(account(5, 300), 1);
    EXPECT_EQ(pause.after(std::nullopt, true), Milliseconds(300'000));
    EXPECT_EQ(pause.after(std::nullopt, true), Milliseconds(300'000));
    EXPECT_LE(pause.after(Milliseconds(300'000), false), Milliseconds(5'000));
}

TEST(ReconnectPause, ALimitBelowTheFirstPauseIsTheFirstPause) {
    ReconnectPause pause(account(10, 1), 1);
    for (int count = 0; count < 3; ++count) {
        const Milliseconds time = pause.after(std::nullopt, false);
        EXPECT_GE(time, Milliseconds(5'000));
        EXPECT_LE(time, Milliseconds(10'000));
    }
}

} // namespace

} // namespace columbarium::session
