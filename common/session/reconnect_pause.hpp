// SPDX-License-Identifier: LGPL-2.1-or-later
// How long to wait before the next try (RFC 6120, 3.3).
#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "config/xmpp_account.hpp"

namespace columbarium::session {

using Milliseconds = std::chrono::milliseconds;

// The pause doubles with each failure, up to the site's limit, and a random part of up to a half is taken off
// it, so that not everybody comes back at the same moment. A session that lived at least as long as the
// pause before it starts anew with the first pause.
class ReconnectPause {
  public:
    ReconnectPause(const config::XmppAccount& account, unsigned seed);

    // After a try that ended: how long its session lived, nothing where there was none. `refused`: the
    // server knows neither this name nor this password, which no short pause mends: the longest pause.
    [[nodiscard]] Milliseconds after(std::optional<Milliseconds> lived, bool refused);

  private:
    Milliseconds first_;
    Milliseconds limit_;
    Milliseconds next_;
    Milliseconds last_{0};
    std::mt19937 random_;
};

} // namespace columbarium::session
