// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/watchdog.hpp"

#include <array>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace columbarium::session {
namespace {

class WatchdogTest : public ::testing::Test {
  protected:
    WatchdogTest() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, watched.data()), 0);
        EXPECT_EQ(::pipe(stop.data()), 0);
    }
    ~WatchdogTest() override {
        for (const int descriptor : {watched[0], watched[1], stop[0], stop[1]})
            ::close(descriptor);
    }

    // Whether the watched one was shut down by then.
    [[nodiscard]] bool is_shut_down(int milliseconds) const {
        pollfd end{watched[0], POLLIN, 0};
        return ::poll(&end, 1, milliseconds) > 0;
    }

    std::array<int, 2> watched{};
    std::array<int, 2> stop{};
};

TEST_F(WatchdogTest, EndsWhatTakesTooLong) {
    const Watchdog watchdog(watched[0], std::chrono::milliseconds(20), stop[0]);
    EXPECT_TRUE(watchdog.is_watching());
    EXPECT_TRUE(is_shut_down(10'000));
}

TEST_F(WatchdogTest, EndsItAtOnceWhereTheOwnerStops) {
    const Watchdog watchdog(watched[0], std::chrono::hours(1), stop[0]);
    ASSERT_EQ(::write(stop[1], "x", 1), 1);
    EXPECT_TRUE(is_shut_down(10'000));
}

TEST_F(WatchdogTest, DoesNothingMoreWhenItIsGone) {
    { const Watchdog watchdog(watched[0], std::chrono::hours(1), stop[0]); }
    ASSERT_EQ(::write(stop[1], "x", 1), 1);
    EXPECT_FALSE(is_shut_down(0));
}

TEST_F(WatchdogTest, TellsThatItWatchesNothing) {
    const Watchdog watchdog(-1, std::chrono::hours(1), stop[0]);
    EXPECT_FALSE(watchdog.is_watching());
}

} // namespace
} // namespace columbarium::session
