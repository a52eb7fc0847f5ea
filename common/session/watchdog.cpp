// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/watchdog.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace columbarium::session {

namespace {

void watch(int socket, int released, int stop_descriptor,
           std::chrono::steady_clock::time_point end) noexcept {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        std::array<pollfd, 2> watched = {{{released, POLLIN, 0}, {stop_descriptor, POLLIN, 0}}};
        const int ready = ::poll(watched.data(), watched.size(), left > 0 ? static_cast<int>(left) : 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready > 0 && watched[0].revents != 0)
            return;
        ::shutdown(socket, SHUT_RDWR);
        return;
    }
}

} // namespace

Watchdog::Watchdog(int socket, std::chrono::milliseconds time, int stop_descriptor)
    : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)), released_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (socket_ < 0 || released_ < 0)
        return;
    try {
        thread_ =
            std::thread(watch, socket_, released_, stop_descriptor, std::chrono::steady_clock::now() + time);
    } catch (const std::system_error&) {
        return; // no thread left: is_watching() tells
    }
}

Watchdog::~Watchdog() {
    if (thread_.joinable()) {
        const std::uint64_t one = 1;
        static_cast<void>(::write(released_, &one, sizeof one));
        thread_.join();
    }
    if (socket_ >= 0)
        ::close(socket_);
    if (released_ >= 0)
        ::close(released_);
}

} // namespace columbarium::session
