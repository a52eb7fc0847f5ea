// SPDX-License-Identifier: LGPL-2.1-or-later
// What a server reads from one client: requests out of octets that come in any pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::wire {

// Ask next() until it has nothing before more is fed: then it holds at most one longest netstring and what
// came with it. After a failure the connection has to be closed; asked again, next() fails again.
class RequestParser {
  public:
    // Takes what was read from the client.
    COLUMBARIUM_API void feed(std::string_view octets);

    // The next whole request; nothing while it is incomplete; a permanent failure where it is no socketmap.
    [[nodiscard]] COLUMBARIUM_API Expected<std::optional<Request>> next();

  private:
    std::string buffer_;
    std::size_t consumed_ = 0;
};

} // namespace columbarium::wire
