// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/socket_file.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace columbarium::milter {

namespace {

std::string_view path_of(std::string_view socket) {
    for (const std::string_view kind : {"unix:", "local:"})
        if (socket.starts_with(kind))
            return socket.substr(kind.size());
    return {};
}

// The errno of a connection to it, 0 where it succeeds.
int error_of_connection(const sockaddr_un& address) {
    // With SOCK_NONBLOCK, so that a full queue is an error too, EAGAIN.
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return errno;
    const auto* const general = reinterpret_cast<const sockaddr*>(&address); // NOLINT: as sockets want it
    const int error = ::connect(descriptor, general, sizeof(address)) == 0 ? 0 : errno;
    ::close(descriptor);
    return error;
}

} // namespace

Expected<void> nobody_listens_at(const std::string& socket) {
    const std::string_view path = path_of(socket);
    if (path.empty())
        return {};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return permanent_failure(
            fmt::format("[milter] socket = \"{}\": the path is longer than the {} octets "
                        "that a socket's may have",
                        socket, sizeof(address.sun_path) - 1));
    std::memcpy(address.sun_path, path.data(), path.size());
    switch (const int error = error_of_connection(address)) {
    case 0:
    case EAGAIN:
        return permanent_failure(fmt::format(
            "[milter] socket = \"{}\": another process listens there; is this milter running already?",
            socket));
    case ENOENT:
    case ECONNREFUSED: // left there by a process that was killed
        return {};
    default:
        return permanent_failure(fmt::format("[milter] socket = \"{}\": {}; whether somebody listens there "
                                             "cannot be told",
                                             socket, std::generic_category().message(error)));
    }
}

} // namespace columbarium::milter
