// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that users own: only regular ones are opened, never a pipe, a device or what a link leads to.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium {

// An open file descriptor, closed at the end.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    COLUMBARIUM_API ~Descriptor();

    [[nodiscard]] int number() const { return number_; } // -1: none

  private:
    int number_ = -1;
};

struct OpenedFile {
    Descriptor descriptor; // none where it could not be opened
    struct stat status {};
    int error_number = 0; // why not; not_regular for what is no regular file
};

inline constexpr int not_regular = -1;

// Opens a file for reading. `folder`: a descriptor, or AT_FDCWD. Does not follow a link in the last part of
// the name, unless `follow`.
[[nodiscard]] COLUMBARIUM_API OpenedFile open_regular(int folder, const std::string& name,
                                                      bool follow = false);

// One line for a person: "PATH: WHAT: No such file or directory".
[[nodiscard]] COLUMBARIUM_API std::string system_text(std::string_view path, std::string_view what,
                                                      int error_number);

// Gives the file's octets in blocks to `take`, at most `limit` of them and to the end; stops where it returns
// false. Returns an error number, or 0; EFBIG where the file is longer than `limit`.
[[nodiscard]] COLUMBARIUM_API int read_blocks(const Descriptor& descriptor, std::size_t limit,
                                              const std::function<bool(std::string_view)>& take);

// Writes all octets. Returns an error number, or 0.
[[nodiscard]] COLUMBARIUM_API int write_all(const Descriptor& descriptor, std::string_view octets);

// The folder part of a path: "." where it has none.
[[nodiscard]] COLUMBARIUM_API std::string folder_of(const std::string& path);

// What tells one state of a file from another, as text: device, inode, size and times. The change time is in
// it because nobody can set that one back.
[[nodiscard]] COLUMBARIUM_API std::string stamp_of(const struct stat& status);

// Whether a second change could hide behind the same stamp: the file was changed less than 2 s before `now`
// (or after it, where clocks differ).
[[nodiscard]] COLUMBARIUM_API bool is_young(const struct stat& status,
                                            std::chrono::system_clock::time_point now);

} // namespace columbarium
