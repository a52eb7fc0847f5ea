// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/subject.hpp"

namespace columbarium::desk {

std::string real_subject(std::string_view decoded) {
    return std::string(decoded);
}

} // namespace columbarium::desk
