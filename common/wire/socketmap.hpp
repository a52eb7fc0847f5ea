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
    std::string map; // printable ASCII without blanks, not empty
    std::string key; // any octets; may be empty and may hold blanks
};

enum class ReplyStatus { ok, not_found, temporary, timeout, permanent };

struct Reply {
    ReplyStatus status = ReplyStatus::temporary;
    std::string text; // the value of ok, a reason of failures, "" of not_found
};

// Whether a map can be called so: printable ASCII without blanks, not empty.
[[nodiscard]] COLUMBARIUM_API bool is_map_name(std::string_view name);

// The whole frame, netstring included. Nobody reads a frame whose content is longer than longest_netstring:
// whoever encodes a value that others chose has to look at its length.
[[nodiscard]] COLUMBARIUM_API std::string encode(const Request& request);
[[nodiscard]] COLUMBARIUM_API std::string encode(const Reply& reply);

// Reads the content of a netstring. A permanent failure says what is wrong with it. Of replies, only OK must
// have a blank behind its word; others may come without one and without a reason.
[[nodiscard]] COLUMBARIUM_API Expected<Request> decode_request(std::string_view content);
[[nodiscard]] COLUMBARIUM_API Expected<Reply> decode_reply(std::string_view content);

} // namespace columbarium::wire
