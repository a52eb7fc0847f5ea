// SPDX-License-Identifier: LGPL-2.1-or-later
// The prepared statements of claims, see Store::claim() and Store::settle(). All run in a transaction of the
// caller's. Private to common/store.
#pragma once

#include <string>

#include "reply/claim.hpp"
#include "store/soci.hpp"
#include "store/store.hpp"

namespace columbarium::store {

class ClaimStatements {
  public:
    explicit ClaimStatements(soci::session& session);
    ClaimStatements(const ClaimStatements&) = delete; // the statements refer to it
    ClaimStatements& operator=(const ClaimStatements&) = delete;

    // Says whose claims the next calls are about, and of what time.
    void start(const reply::Claim& claim, Claimant claimant);

    // Takes the claim for a person where it is free; else says what it is.
    [[nodiscard]] reply::ClaimState take(const std::string& person);
    // Counts one reply more; returns the name of a cap that is reached, "" for none.
    [[nodiscard]] std::string count();

    void confirm(const std::string& person);
    // Whether there was one to release.
    [[nodiscard]] bool release(const std::string& person);
    // Counts one reply less.
    void count_back();

  private:
    // Selects the counter of each cap in turn, while `take` returns true.
    template <class Take>
    void each_counter(Take&& take);

    const reply::Claim* claim_ = nullptr;
    Claimant claimant_ = Claimant::site;
    std::string sender_, person_;
    long long now_ = 0;
    long long until_ = 0;
    long long latest_ = 0;
    int is_pending_ = 0;
    std::string scope_, name_;
    long long ends_ = 0;
    long long cap_ = 0;
    soci::statement take_;
    soci::statement look_;
    soci::statement confirm_;
    soci::statement release_;
    soci::statement count_;
    soci::statement count_back_;
};

} // namespace columbarium::store
