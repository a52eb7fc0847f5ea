// SPDX-License-Identifier: LGPL-2.1-or-later
// The socketmap protocol as Postfix speaks it (socketmap_table(5)): a request is the netstring "MAP KEY", a
// reply the netstring "OK VALUE", "NOTFOUND ", "TEMP REASON", "TIMEOUT REASON" or "PERM REASON".
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::wire {

struct Request {
    std::string map; // without blanks, not empty
    std::string key; // any octets; may be empty and may hold blanks
};

enum class ReplyStatus { ok, not_found, temporary, timeout, permanent };

struct Reply {
    ReplyStatus status = ReplyStatus::temporary;
    std::string text; // the value of ok, a reason of failures, "" of not_found
};

// The whole frame, netstring included.
[[nodiscard]] COLUMBARIUM_API std::string encode(const Request& request);
[[nodiscard]] COLUMBARIUM_API std::string encode(const Reply& reply);

// Reads the content of a netstring. A permanent failure says what is wrong with it.
[[nodiscard]] COLUMBARIUM_API Expected<Request> decode_request(std::string_view content);
[[nodiscard]] COLUMBARIUM_API Expected<Reply> decode_reply(std::string_view content);

} // namespace columbarium::wire
