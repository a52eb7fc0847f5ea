// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/request_parser.hpp"

#include <fmt/format.h>

#include "wire/netstring.hpp"

namespace columbarium::wire {

void RequestParser::feed(std::string_view octets) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
    buffer_ += octets;
}

Expected<std::optional<Request>> RequestParser::next() {
    const NetstringRead read = read_netstring(std::string_view(buffer_).substr(consumed_));
    switch (read.state) {
    case NetstringState::incomplete:
        return std::nullopt;
    case NetstringState::malformed:
        return permanent_failure(
            fmt::format("what came is no netstring of at most {} octets", longest_netstring));
    case NetstringState::complete:
        break;
    }
    Expected<Request> request = decode_request(read.content);
    // What is wrong stays where it is: whoever asks again gets the same failure.
    if (!request)
        return tl::make_unexpected(std::move(request.error()));
    consumed_ += read.consumed;
    return std::optional<Request>(std::move(*request));
}

} // namespace columbarium::wire
