// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/password_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t password_limit = 1024;

class OpenFile {
  public:
    // Does not wait for the writer of a FIFO.
    explicit OpenFile(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    OpenFile(const OpenFile&) = delete; // owns the descriptor
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

tl::unexpected<Error> failure(const std::string& path, std::string_view what) {
    return permanent_failure(fmt::format("password file {}: {}", path, what));
}

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

} // namespace

Expected<std::string> read_password_file(const std::string& path) {
    const OpenFile file(path);
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) < 0)
        return failure(path, reason_of(errno));
    if (!S_ISREG(status.st_mode))
        return failure(path, "no regular file");
    const mode_t closed = status.st_uid == 0 ? 0027 : 0077;
    if ((status.st_mode & closed) != 0)
        return failure(path, fmt::format("open to others (mode {:04o}); chmod 600 it",
                                         static_cast<unsigned>(status.st_mode & 07777)));
    std::array<char, password_limit + 2> buffer{};
    std::size_t length = 0;
    while (length < buffer.size()) {
        const ssize_t got = ::read(file.get(), buffer.data() + length, buffer.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(path, reason_of(errno));
        if (got == 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    std::string_view text(buffer.data(), length);
    const std::string password(take_line(text));
    if (password.empty())
        return failure(path, "its first line is empty");
    if (password.size() > password_limit)
        return failure(path, fmt::format("its first line has more than {} octets", password_limit));
    if (password.find('\0') != std::string::npos)
        return failure(path, "its first line holds a NUL");
    return password;
}

} // namespace columbarium::config
