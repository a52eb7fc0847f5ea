// SPDX-License-Identifier: LGPL-2.1-or-later
// The warnings of one synchronisation: a server that lies about everything shall not fill a log.
#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "carddav/synchronise.hpp"

namespace columbarium::carddav {

inline constexpr std::size_t warning_limit = 50; // of one synchronisation

// Lets warning_limit warnings through, and counts the others.
class Warnings {
  public:
    explicit Warnings(const Warn& warn) : warn_(warn) {}

    void operator()(const std::string& text) {
        if (++count_ <= warning_limit && warn_)
            warn_(text);
    }

    // Says how many were kept back. `name`: the account's URL.
    void finish(const std::string& name) const {
        if (count_ > warning_limit && warn_)
            warn_(fmt::format("{}: {} more warnings of this synchronisation are not shown", name,
                              count_ - warning_limit));
    }

  private:
    const Warn& warn_;
    std::size_t count_ = 0;
};

} // namespace columbarium::carddav
