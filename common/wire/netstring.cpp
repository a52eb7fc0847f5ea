// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/netstring.hpp"

#include "base/ascii.hpp"

namespace columbarium::wire {

void append_netstring(std::string& to, std::string_view content) {
    to += std::to_string(content.size());
    to += ':';
    to += content;
    to += ',';
}

NetstringRead read_netstring(std::string_view input, std::size_t longest) {
    constexpr NetstringRead incomplete{NetstringState::incomplete, {}, 0};
    constexpr NetstringRead malformed{NetstringState::malformed, {}, 0};
    std::size_t length = 0;
    std::size_t at = 0;
    for (; at < input.size() && is_digit(input[at]); ++at) {
        if (at == 1 && input[0] == '0')
            return malformed;
        const auto digit = static_cast<std::size_t>(input[at] - '0');
        // Said before the number can overflow, and before anybody waits for the octets.
        if (digit > longest || length > (longest - digit) / 10)
            return malformed;
        length = length * 10 + digit;
    }
    if (at == input.size())
        return incomplete;
    if (at == 0 || input[at] != ':')
        return malformed;
    const std::string_view rest = input.substr(at + 1);
    if (rest.size() <= length)
        return incomplete;
    if (rest[length] != ',')
        return malformed;
    return {NetstringState::complete, rest.substr(0, length), at + 1 + length + 1};
}

} // namespace columbarium::wire
