// SPDX-License-Identifier: LGPL-2.1-or-later
// The files of a folder of vCards.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "base/expected.hpp"
#include "base/regular_file.hpp"

namespace columbarium::lists {

struct CardFile {
    std::string name;
    struct stat status {};
};

struct CardFolder {
    Descriptor descriptor;
    struct stat status {};       // from before the files were listed
    std::vector<CardFile> files; // in no order
};

// The regular files of a folder whose names end in ".vcf" and do not start with a dot. A temporary failure
// where the folder or one of them cannot be looked at.
[[nodiscard]] Expected<CardFolder> list_cards(const std::string& path);

// Names and states of some files, for file_stamps_hold().
[[nodiscard]] std::string write_file_stamps(std::span<const CardFile> files);

// Whether the files of a folder are still in the states that write_file_stamps() wrote down. False where that
// cannot be told.
[[nodiscard]] bool file_stamps_hold(const std::string& path, std::string_view text);

} // namespace columbarium::lists
