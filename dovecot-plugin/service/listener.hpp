// SPDX-License-Identifier: LGPL-2.1-or-later
// Who asks: which of the service's sockets he has come by, and who he is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace columbarium::service {

// Decides which maps are answered. An administrator may put any of them elsewhere, under the same name.
enum class Listener {
    mail,     // "columbarium": delivery processes. And all names that are none of these
    people,   // "columbarium-people": MTAs
    delivery, // "columbarium-delivery": those who decide about mail for everybody
    settings, // "columbarium-settings": the mail processes of users; open to everybody on the host
};

// The listener of this name: a path, or the end of it.
[[nodiscard]] Listener listener_of(std::string_view path);

// One client.
struct Peer {
    Listener listener = Listener::mail;
    std::optional<std::uint32_t> uid; // when he connected; nothing where the system does not tell
    pid_t process = 0;
};

} // namespace columbarium::service
