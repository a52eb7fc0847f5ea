// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/regular_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace columbarium {

namespace {

constexpr std::size_t block_size = 64 * 1024;

} // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0)
        close(number_);
}

OpenedFile open_regular(int folder, const std::string& name, bool follow) {
    OpenedFile file;
    // O_NONBLOCK: opening a pipe would wait for somebody to write.
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
    file.descriptor = Descriptor(openat(folder, name.c_str(), flags));
    if (file.descriptor.number() < 0) {
        // A socket or a device without a driver.
        file.error_number = errno == ENXIO ? not_regular : errno;
        return file;
    }
    if (fstat(file.descriptor.number(), &file.status) < 0)
        file.error_number = errno;
    else if (!S_ISREG(file.status.st_mode))
        file.error_number = not_regular;
    if (file.error_number != 0)
        file.descriptor = Descriptor();
    return file;
}

std::string system_text(std::string_view path, std::string_view what, int error_number) {
    if (error_number == not_regular)
        return fmt::format("{}: {}: it is no regular file", path, what);
    if (error_number == ELOOP)
        return fmt::format("{}: {}: it is a symbolic link, which is not followed here", path, what);
    return fmt::format("{}: {}: {}", path, what, std::generic_category().message(error_number));
}

int read_blocks(const Descriptor& descriptor, std::size_t limit,
                const std::function<bool(std::string_view)>& take) {
    std::string block(block_size, '\0');
    for (std::size_t total = 0;;) {
        const ssize_t length = read(descriptor.number(), block.data(), block.size());
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return errno;
        if (length == 0)
            return 0;
        total += static_cast<std::size_t>(length);
        if (total > limit)
            return EFBIG;
        if (!take(std::string_view(block).substr(0, static_cast<std::size_t>(length))))
            return 0;
    }
}

int write_all(const Descriptor& descriptor, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t length = write(descriptor.number(), octets.data(), octets.size());
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return errno;
        octets.remove_prefix(static_cast<std::size_t>(length));
    }
    return 0;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string stamp_of(const struct stat& status) {
    return fmt::format("{:x}.{:x}.{:x}.{:x}.{:x}.{:x}.{:x}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec);
}

bool is_young(const struct stat& status, std::chrono::system_clock::time_point now) {
    using std::chrono::nanoseconds;
    using std::chrono::seconds;
    const auto changed = seconds(status.st_mtim.tv_sec) + nanoseconds(status.st_mtim.tv_nsec);
    const auto age = std::chrono::duration_cast<nanoseconds>(now.time_since_epoch()) - changed;
    return age < seconds(2) && age > -seconds(2);
}

} // namespace columbarium
