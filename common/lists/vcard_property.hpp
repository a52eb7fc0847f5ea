// SPDX-License-Identifier: LGPL-2.1-or-later
// One content line of a vCard, RFC 6350 section 3.3, unfolded: "item1.EMAIL;TYPE=work:fred@example.org".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::lists {

struct VcardParameter {
    std::string name;  // upper case; "TYPE" for the bare words of vCard 2.1 that are types
    std::string value; // without quotes, RFC 6868 decoded
};

struct VcardProperty {
    std::string name;                       // upper case, without the group before it
    std::vector<VcardParameter> parameters; // one for each value: "TYPE=a,b" are two
    std::string_view value;                 // as it stands in the line

    // The first value of a parameter, or "".
    [[nodiscard]] std::string_view parameter(std::string_view wanted) const;

    // Whether TYPE has this value. ASCII case is ignored.
    [[nodiscard]] bool has_type(std::string_view type) const;
};

// The name of the property in a line, upper case, without its group; "" where the line is none. Cheaper than
// the whole: most properties interest nobody.
[[nodiscard]] std::string vcard_property_name(std::string_view line);

// Splits a line at the first colon outside of quotes; nothing where there is no colon. Parameters with names
// of more than 64 octets are left out. The property's value points into the line.
[[nodiscard]] std::optional<VcardProperty> parse_vcard_property(std::string_view line);

// Whether the parameters of a line say that its value is quoted-printable. The line may end at the colon.
[[nodiscard]] bool is_quoted_printable(std::string_view line);

} // namespace columbarium::lists
