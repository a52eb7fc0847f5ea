// SPDX-License-Identifier: LGPL-2.1-or-later
// A bound on what a parser that builds an object for every header field can be made to build.
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

} // namespace columbarium::mail
