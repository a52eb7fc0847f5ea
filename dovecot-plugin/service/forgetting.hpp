// SPDX-License-Identifier: LGPL-2.1-or-later
// Forgets, little by little, which senders were told something so long ago that they may be told again, and
// bounces that are older than they are kept. The service answers nobody meanwhile, see store/expiry_pace.hpp.
#pragma once

#include <chrono>

#include "people.hpp"
#include "store/expiry_pace.hpp"

struct timeout;

namespace columbarium::service {

class Forgetting {
  public:
    // Nothing happens while nobody has asked for anything that is in the store.
    explicit Forgetting(People& people);
    Forgetting(const Forgetting&) = delete; // the ioloop holds its address
    Forgetting& operator=(const Forgetting&) = delete;
    ~Forgetting();

  private:
    static void on_turn(void* context); // called by the ioloop
    [[nodiscard]] std::chrono::milliseconds turn();
    void wait(std::chrono::milliseconds pause);

    People& people_;
    store::ExpiryPace pace_;
    timeout* next_ = nullptr;
};

} // namespace columbarium::service
