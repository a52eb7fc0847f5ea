// SPDX-License-Identifier: LGPL-2.1-or-later
// The one temporary directory that everything of a private server lives in, and files in it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "account.hpp"

namespace columbarium::rig {

// A fresh directory right below /tmp, owned by an account and removed with all it holds. It ignores TMPDIR:
// the path of a Unix socket has to fit into 107 bytes.
class TemporaryDirectory {
  public:
    // Throws std::runtime_error.
    explicit TemporaryDirectory(Account owner);
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    // Creates a subdirectory (and those above it), owned by the account. Returns its full path.
    std::filesystem::path make_directory(const std::filesystem::path& name) const;

    // Writes a file, owned by the account, replacing what was there. Returns its full path.
    std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const;

    // Leaves the directory in place when this object goes.
    void keep() { kept_ = true; }

    // Removes it now. What cannot be removed stays.
    void remove();

  private:
    Account owner_;
    std::filesystem::path path_;
    bool kept_ = false;
};

// The content of a file. Throws std::runtime_error when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

} // namespace columbarium::rig
