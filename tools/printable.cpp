// SPDX-License-Identifier: LGPL-2.1-or-later
#include "printable.hpp"

#include <re2/re2.h>

#include "mail/utf8.hpp"

namespace columbarium::tools {

std::string printable(std::string_view text) {
    static const RE2* const control =
        new RE2(R"([\p{Cc}\x{061C}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2066}-\x{2069}])");
    std::string result = mail::valid_utf8(text);
    RE2::GlobalReplace(&result, *control, " ");
    return result;
}

} // namespace columbarium::tools
