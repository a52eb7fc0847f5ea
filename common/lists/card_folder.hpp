// SPDX-License-Identifier: LGPL-2.1-or-later
// The files of a folder of vCards.
#pragma once

#include <string>
#include <vector>

#include <sys/stat.h>

#include "base/expected.hpp"
#include "lists/regular_file.hpp"

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

// The regular files of a folder whose names end in ".vcf" and do not start with a dot.
[[nodiscard]] Expected<CardFolder> list_cards(const std::string& path);

// What tells one state of the files from another, whatever their order; other numbers for the same files
// after an update of the standard library do no harm.
[[nodiscard]] std::string digest_of(const std::vector<CardFile>& files);

} // namespace columbarium::lists
