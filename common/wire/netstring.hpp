// SPDX-License-Identifier: LGPL-2.1-or-later
// Netstrings (D. J. Bernstein, 1997), the frames of socketmap: "5:hello,". Lengths are decimal, without
// leading zeros.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::wire {

// Octets of the longest netstring that anybody here reads; Postfix's limit for socketmap is the same.
inline constexpr std::size_t longest_netstring = 100'000;

// Appends `content` as a netstring.
COLUMBARIUM_API void append_netstring(std::string& to, std::string_view content);

enum class NetstringState {
    complete,   // `content` is there
    incomplete, // what is there is a beginning; more has to come
    malformed,  // it can never become a netstring of at most `longest` octets
};

struct NetstringRead {
    NetstringState state = NetstringState::incomplete;
    std::string_view content; // into the input
    std::size_t consumed = 0; // octets of the input that the netstring took; 0 unless complete
};

// Reads the netstring that `input` begins with.
[[nodiscard]] COLUMBARIUM_API NetstringRead read_netstring(std::string_view input,
                                                           std::size_t longest = longest_netstring);

} // namespace columbarium::wire
