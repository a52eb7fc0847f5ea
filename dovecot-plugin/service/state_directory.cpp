// SPDX-License-Identifier: LGPL-2.1-or-later
#include "state_directory.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace columbarium::service {

namespace {

// The longest queue fits, with room.
constexpr std::size_t longest_file = std::size_t{512} * 1024 * 1024;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete; // owns the descriptor
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }

    [[nodiscard]] int get() const { return number_; }

  private:
    int number_;
};

tl::unexpected<Error> failure(const char* what, const std::string& path) {
    return temporary_failure(
        fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(errno)));
}

} // namespace

Expected<void> prepare_state_directory(const std::string& directory) {
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
        return failure("make", directory);
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) < 0)
        return failure("write to", directory);
    return {};
}

Expected<std::string> take_state(const std::string& directory, const std::string& name) {
    const std::string path = directory + "/" + name;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.get() < 0 && (errno == ENOENT || errno == ENOTDIR))
        return std::string();
    if (file.get() < 0)
        return failure("open", path);
    std::string content;
    std::array<char, 65'536> chunk{};
    while (content.size() < longest_file) {
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure("read", path);
        if (got == 0)
            break;
        content.append(chunk.data(), static_cast<std::size_t>(got));
    }
    // Where it stayed, notifications in it would be sent again.
    if (::unlink(path.c_str()) < 0)
        return failure("remove", path);
    return content;
}

Expected<void> leave_state(const std::string& directory, const std::string& name, std::string_view content) {
    if (content.empty())
        return {};
    const std::string path = directory + "/" + name;
    const std::string unfinished = path + ".new";
    if (::unlink(unfinished.c_str()) < 0 && errno != ENOENT)
        return failure("replace", unfinished);
    {
        const Descriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (file.get() < 0)
            return failure("create", unfinished);
        while (!content.empty()) {
            const ssize_t put = ::write(file.get(), content.data(), content.size());
            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                return failure("write", unfinished);
            content.remove_prefix(static_cast<std::size_t>(put));
        }
        if (::fsync(file.get()) < 0)
            return failure("write", unfinished);
    }
    if (::rename(unfinished.c_str(), path.c_str()) < 0)
        return failure("create", path);
    return {};
}

} // namespace columbarium::service
