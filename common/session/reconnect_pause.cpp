// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/reconnect_pause.hpp"

#include <algorithm>

namespace columbarium::session {

ReconnectPause::ReconnectPause(const config::XmppAccount& account, unsigned seed)
    : first_(std::chrono::seconds(account.reconnect_seconds)),
      limit_(std::chrono::seconds(std::max(account.reconnect_seconds, account.reconnect_limit_seconds))),
      next_(first_), random_(seed) {}

Milliseconds ReconnectPause::after(std::optional<Milliseconds> lived, bool refused) {
    if (refused) {
        last_ = limit_;
        next_ = limit_;
        return limit_;
    }
    if (lived && *lived >= last_)
        next_ = first_;
    std::uniform_int_distribution<Milliseconds::rep> off(0, next_.count() / 2);
    last_ = next_ - Milliseconds(off(random_));
    next_ = std::min(next_ * 2, limit_);
    return last_;
}

} // namespace columbarium::session
