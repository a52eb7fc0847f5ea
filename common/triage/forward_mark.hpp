// SPDX-License-Identifier: LGPL-2.1-or-later
// The field that forwards of desks carry, X-Columbarium-Forward: by it a desk knows its own forwards again,
// when they come round in a circle or bounce.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"
#include "mail/header_fields.hpp"

namespace columbarium::triage {

inline constexpr const char* forward_field = "X-Columbarium-Forward";

// "support@example.org; channel=disputes". Whoever writes a message can write any of them.
struct ForwardMark {
    std::string desk;    // the desk's address, folded (mail::fold_address())
    std::string channel; // the destination's name, one line; "" where it is not told
    friend bool operator==(const ForwardMark&, const ForwardMark&) = default;
};

// The field's body, ASCII, at most 400 octets: other characters of a name are percent-encoded.
[[nodiscard]] std::string to_field(const ForwardMark& mark);

// The marks of a header, the newest first, at most 50; what cannot be read counts as one of nobody.
[[nodiscard]] COLUMBARIUM_API std::vector<ForwardMark> forward_marks(const mail::HeaderFields& header);

} // namespace columbarium::triage
