// SPDX-License-Identifier: LGPL-2.1-or-later
// The Auto-Submitted field (RFC 3834 section 5, RFC 5436 section 2.7.1).
#pragma once

#include <string>
#include <string_view>

namespace columbarium::triage {

// The keyword of a field body in lower case ("no", "auto-replied", "x-anything"), with comments and
// parameters left out; "" where no keyword is there.
[[nodiscard]] std::string auto_submitted_keyword(std::string_view raw);

} // namespace columbarium::triage
