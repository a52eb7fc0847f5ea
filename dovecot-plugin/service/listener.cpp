// SPDX-License-Identifier: LGPL-2.1-or-later
#include "listener.hpp"

namespace columbarium::service {

Listener listener_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (name == "columbarium-people")
        return Listener::people;
    if (name == "columbarium-delivery")
        return Listener::delivery;
    if (name == "columbarium-settings")
        return Listener::settings;
    return Listener::mail;
}

} // namespace columbarium::service
