// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward.hpp"

namespace columbarium::desk {

Expected<Forward> compose_forward(const ForwardRequest&, mail::Message&) {
    return Forward();
}

Expected<std::vector<std::string>> forward_objections(const config::DeskPolicy&, const std::string&,
                                                      mail::Message&) {
    return std::vector<std::string>();
}

} // namespace columbarium::desk
