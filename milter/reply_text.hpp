// SPDX-License-Identifier: LGPL-2.1-or-later
// SMTP replies as smfi_setreply() wants them.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::milter {

struct ReplyText {
    std::string code;     // "550"
    std::string enhanced; // "5.1.6"; "" for none
    std::string text;     // one line, each "%" twice: MTAs take one for the beginning of a format
};

// Of "550 5.1.6 text" with a 4xx or 5xx code; of all else "451 4.3.0" and no text.
[[nodiscard]] ReplyText reply_text(std::string_view reply);

} // namespace columbarium::milter
