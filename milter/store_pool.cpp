// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/store_pool.hpp"

#include <algorithm>

#include "milter/log.hpp"

namespace columbarium::milter {

namespace {

// After a failure nobody asks for as long as the failure took, within these bounds.
constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{5'000};

} // namespace

StorePool::StorePool(config::StorePlace place, std::string password, std::size_t most)
    : place_(std::move(place)), password_(std::move(password)), most_(most) {}

bool StorePool::is_free(Purpose purpose) const {
    const std::size_t most_writers = std::max<std::size_t>(most_ / 2, 1);
    return lent_ < most_ && (purpose == Purpose::reading || lent_to_writers_ < most_writers);
}

Expected<std::unique_ptr<store::Store>> StorePool::borrow(Purpose purpose) {
    {
        std::unique_lock lock(mutex_);
        // Who waits is told at once when somebody else has found that the store is away.
        if (!changed_.wait_for(lock, longest_wait, [&] { return is_paused() || is_free(purpose); }))
            return temporary_failure("all connections to the store are busy: [milter] connections is too "
                                     "small, or the store is slow");
        if (is_paused())
            return temporary_failure(failure_);
        ++lent_;
        lent_to_writers_ += purpose == Purpose::writing ? 1 : 0;
        if (!idle_.empty()) {
            // The one that was used last: the others are there for times when there is more to do.
            auto store = std::move(idle_.back());
            idle_.pop_back();
            return store;
        }
    }
    return open(purpose);
}

Expected<std::unique_ptr<store::Store>> StorePool::open(Purpose purpose) {
    const auto begun = Clock::now();
    auto store = store::Store::open(place_, password_, {longest_wait});
    if (!store) {
        failed(store.error(), begun);
        give_back(nullptr, purpose);
        return temporary_failure(store.error().text); // whatever it is, it is no fault of the mail
    }
    return store;
}

void StorePool::give_back(std::unique_ptr<store::Store> store, Purpose purpose) {
    {
        const std::lock_guard lock(mutex_);
        --lent_;
        lent_to_writers_ -= purpose == Purpose::writing ? 1 : 0;
        if (store != nullptr)
            idle_.push_back(std::move(store));
    }
    changed_.notify_all(); // one alone could be a writer who may not go on yet
}

void StorePool::failed(const Error& error, Clock::time_point begun) {
    const auto now = Clock::now();
    {
        const std::lock_guard lock(mutex_);
        if (failure_ != error.text)
            log_error("the store does not answer: " + error.text);
        failure_ = error.text;
        pause_ = now + std::clamp<Clock::duration>(now - begun, shortest_pause, longest_pause);
    }
    changed_.notify_all();
}

void StorePool::succeeded() {
    const std::lock_guard lock(mutex_);
    if (!failure_.empty())
        log_info("the store answers again");
    failure_.clear();
    pause_ = {};
}

} // namespace columbarium::milter
