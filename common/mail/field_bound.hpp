// SPDX-License-Identifier: LGPL-2.1-or-later
// Bounds on what a parser that builds an object for every header field can be made to build.
#pragma once

#include <cstddef>
#include <string>

namespace columbarium::mail {

// Fields that a message may hold in the headers of all its parts together. GMime takes about 600 octets of
// memory for each; real mail has some hundred.
inline constexpr std::size_t field_limit = 100'000;

// Takes out of a message what follows the field_limit-th line that may be a field of a part's header. Lines
// that may be boundaries stay, and so do the first Content- fields of each block: the structure is the same.
// A long text with lines like fields loses some of them.
void drop_fields_beyond_limit(std::string& octets);

// Colons that a field of addresses may hold. GMime reads a group inside a group by calling itself, so a field
// of nothing but colons would exhaust the stack; no field that a person or a program means has that many
// groups.
inline constexpr std::ptrdiff_t colon_limit = 1000;

// Makes blanks of the colons beyond colon_limit in lines that may be a field of addresses, with the lines
// that continue them.
void cut_nested_groups(std::string& octets);

} // namespace columbarium::mail
