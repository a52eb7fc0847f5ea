// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_count.hpp"

namespace columbarium::desk {

std::string to_key(const ForwardCount&) {
    return {};
}

Expected<ForwardCount> read_forward_count(std::string_view) {
    return ForwardCount();
}

std::string to_value(std::string_view) {
    return {};
}

Expected<std::string> read_limit(std::string_view) {
    return std::string();
}

} // namespace columbarium::desk
