// SPDX-License-Identifier: LGPL-2.1-or-later
#include "progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace columbarium::tools {

namespace {

constexpr std::chrono::seconds quiet_start{2};
constexpr std::chrono::milliseconds interval{200};

} // namespace

Progress::Progress() {
    if (::isatty(STDERR_FILENO) == 1)
        thread_ = std::thread([this] { draw(); });
}

Progress::~Progress() {
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Progress::tell(const std::string& what, std::size_t done, const std::string& unit) {
    const std::lock_guard lock(mutex_);
    what_ = what;
    done_ = done;
    unit_ = unit;
}

void Progress::hide() {
    const std::lock_guard lock(mutex_);
    clear();
    what_.clear();
}

void Progress::draw() {
    std::unique_lock lock(mutex_);
    auto next = begin_ + quiet_start;
    while (!wake_.wait_until(lock, next, [this] { return ends_; })) {
        const auto now = std::chrono::steady_clock::now();
        next = now + interval;
        if (what_.empty())
            continue;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count();
        const std::string amount = done_ == 0 ? "" : fmt::format("{} {}, ", done_, unit_);
        fmt::print(stderr, "\r{:78}", fmt::format("{}: {}{} s", what_, amount, seconds));
        is_drawn_ = true;
    }
    clear();
}

// The mutex is held.
void Progress::clear() {
    if (is_drawn_)
        fmt::print(stderr, "\r{:78}\r", "");
    is_drawn_ = false;
}

} // namespace columbarium::tools
