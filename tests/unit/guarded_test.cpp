// SPDX-License-Identifier: LGPL-2.1-or-later
#include "guarded.hpp"

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::host {

namespace {
std::vector<std::string> logged;
}

// Stands for the host's log.
void log_exception(const char* where, const char* what) noexcept {
    logged.push_back(std::string(where) + ": " + what);
}

namespace {

class Guarded : public ::testing::Test {
  protected:
    void SetUp() override { logged.clear(); }
};

constexpr int temporary_failure_status = -1;

TEST_F(Guarded, ReturnsWhatTheBodyReturns) {
    EXPECT_EQ(guarded("test", temporary_failure_status, [] { return 7; }), 7);
    EXPECT_TRUE(logged.empty());
}

TEST_F(Guarded, TurnsAnExceptionIntoTheFallbackAndOneLine) {
    const int status = guarded("route action", temporary_failure_status,
                               []() -> int { throw std::runtime_error("no luck"); });
    EXPECT_EQ(status, temporary_failure_status);
    EXPECT_EQ(logged, std::vector<std::string>{"route action: no luck"});
}

TEST_F(Guarded, StopsExhaustedMemory) {
    EXPECT_FALSE(guarded("validate", false, []() -> bool { throw std::bad_alloc(); }));
    EXPECT_EQ(logged.size(), 1U);
}

TEST_F(Guarded, StopsWhatIsNoException) {
    EXPECT_EQ(guarded("test", temporary_failure_status, []() -> int { throw 42; }), temporary_failure_status);
    EXPECT_EQ(logged, std::vector<std::string>{"test: unknown exception"});
}

TEST_F(Guarded, StopsExceptionsOfCallbacksThatAnswerNothing) {
    bool ran = false;
    guarded("unload", [&] { ran = true; });
    EXPECT_TRUE(ran);
    guarded("unload", [] { throw std::runtime_error("late"); });
    EXPECT_EQ(logged, std::vector<std::string>{"unload: late"});
}

} // namespace
} // namespace columbarium::host
