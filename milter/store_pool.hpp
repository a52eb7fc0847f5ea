// SPDX-License-Identifier: LGPL-2.1-or-later
// Connections to the store for many threads: a store serves one at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "config/store_place.hpp"
#include "store/store.hpp"

namespace columbarium::milter {

class StorePool {
  public:
    // Opens nothing yet. `most`: connections at once.
    StorePool(config::StorePlace place, std::string password, std::size_t most);
    StorePool(const StorePool&) = delete; // threads wait on it
    StorePool& operator=(const StorePool&) = delete;

    // Reads with a store that nobody else has meanwhile: question(store::Store&) returns an Expected. A
    // temporary failure also where no connection is free within longest_wait, or the store could not be
    // opened or read a moment ago: who asks then need not wait for the same again.
    template <class Question>
    auto ask(Question&& question) -> decltype(question(std::declval<store::Store&>())) {
        auto store = borrow(Purpose::reading);
        if (!store)
            return tl::make_unexpected(store.error());
        Loan loan(*this, *std::move(store), Purpose::reading); // whatever is thrown
        const auto begun = Clock::now();
        auto answer = std::forward<Question>(question)(*loan.store);
        if (!answer && answer.error().kind == ErrorKind::temporary) {
            loan.store.reset(); // the next one is opened anew
            failed(answer.error(), begun);
        } else {
            succeeded();
        }
        return answer;
    }

    // The same for what writes: a failure is that of this question alone. Somebody else may hold the lock,
    // and people can be found meanwhile; so writers have half of the connections at most.
    template <class Question>
    auto change(Question&& question) -> decltype(question(std::declval<store::Store&>())) {
        auto store = borrow(Purpose::writing);
        if (!store)
            return tl::make_unexpected(store.error());
        const Loan loan(*this, *std::move(store), Purpose::writing);
        return std::forward<Question>(question)(*loan.store);
    }

    static constexpr std::chrono::seconds longest_wait{5}; // for a free connection, and for locks of others

  private:
    using Clock = std::chrono::steady_clock;
    enum class Purpose { reading, writing };

    struct Loan {
        Loan(StorePool& from, std::unique_ptr<store::Store> lent, Purpose what_for)
            : pool(from), store(std::move(lent)), purpose(what_for) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() { pool.give_back(std::move(store), purpose); }
        StorePool& pool;
        std::unique_ptr<store::Store> store;
        Purpose purpose;
    };

    [[nodiscard]] Expected<std::unique_ptr<store::Store>> borrow(Purpose purpose);
    [[nodiscard]] Expected<std::unique_ptr<store::Store>> open(Purpose purpose);
    void give_back(std::unique_ptr<store::Store> store, Purpose purpose);
    void failed(const Error& error, Clock::time_point begun);
    void succeeded();
    [[nodiscard]] bool is_paused() const { return Clock::now() < pause_; }
    [[nodiscard]] bool is_free(Purpose purpose) const;

    const config::StorePlace place_;
    const std::string password_;
    const std::size_t most_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<store::Store>> idle_;
    std::size_t lent_ = 0;
    std::size_t lent_to_writers_ = 0;
    std::string failure_; // the last one, while it lasts
    Clock::time_point pause_;
};

} // namespace columbarium::milter
