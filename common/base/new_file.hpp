// SPDX-License-Identifier: LGPL-2.1-or-later
// A file that is written beside the one it replaces, and takes its place at once.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "base/regular_file.hpp"

namespace columbarium {

// Makes a folder and those above it where they are missing, mode 0700.
[[nodiscard]] COLUMBARIUM_API Expected<void> make_folders(const std::string& path);

// Removes new files for `path` that are an hour old: their writers were killed.
void remove_leftovers(const std::string& path);

// The same for all new files in a folder whose names are to end so.
void remove_all_leftovers(const std::string& folder, std::string_view ending);

class NewFile {
  public:
    // Makes an empty file with mode 0600 in the folder of `path`; its name starts with a dot.
    [[nodiscard]] static Expected<NewFile> create(const std::string& path);

    NewFile(NewFile&&) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile(); // where it was not put in place: removes it

    [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }

    // Waits until the octets are on disk, sets the time, and renames the file to `path`.
    [[nodiscard]] Expected<void> put_in_place(std::chrono::system_clock::time_point time);

    // Renames the file to `path`, no more: for many files, before one syncfs().
    [[nodiscard]] Expected<void> put_in_place();

  private:
    NewFile(std::string path, std::string written, Descriptor descriptor);
    std::string path_;
    std::string written_; // "" where there is nothing to remove
    Descriptor descriptor_;
};

// Sets a file's modification time. False where that fails.
bool set_time(const Descriptor& descriptor, std::chrono::system_clock::time_point time);

} // namespace columbarium
