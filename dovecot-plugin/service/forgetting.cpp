// SPDX-License-Identifier: LGPL-2.1-or-later
#include "forgetting.hpp"

#include "guarded.hpp"

#include "service_headers.hpp"

namespace columbarium::service {

namespace {

// Those who have started the service are waiting.
constexpr std::chrono::seconds first_pause{5};

} // namespace

Forgetting::Forgetting(People& people) : people_(people) {
    wait(first_pause);
}

Forgetting::~Forgetting() {
    timeout_remove(&next_);
}

void Forgetting::wait(std::chrono::milliseconds pause) {
    timeout_remove(&next_);
    next_ = host::call_each(static_cast<unsigned>(pause.count()), &Forgetting::on_turn, this);
}

void Forgetting::on_turn(void* context) {
    auto* forgetting = static_cast<Forgetting*>(context);
    forgetting->wait(host::guarded("expiry of claims", store::ExpiryPace::idle_pause,
                                   [forgetting] { return forgetting->turn(); }));
}

std::chrono::milliseconds Forgetting::turn() {
    const auto begun = std::chrono::steady_clock::now();
    const auto forgotten = people_.forget_expired(pace_.most());
    if (!forgotten) // it is in the log
        return store::ExpiryPace::idle_pause;
    return pace_.pause_after(*forgotten, std::chrono::steady_clock::now() - begun);
}

} // namespace columbarium::service
