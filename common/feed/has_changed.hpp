// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that somebody still writes. Private to common/feed.
#pragma once

#include <sys/stat.h>

#include "base/regular_file.hpp"

namespace columbarium::feed {

// Whether somebody has written into the file since it was opened: half of what he writes may have been read.
// (A file that another one has replaced has another change time, and is whole.)
[[nodiscard]] inline bool has_changed(const OpenedFile& file) {
    struct stat now {};
    const struct stat& before = file.status;
    return ::fstat(file.descriptor.number(), &now) != 0 || now.st_size != before.st_size ||
           now.st_mtim.tv_sec != before.st_mtim.tv_sec || now.st_mtim.tv_nsec != before.st_mtim.tv_nsec;
}

} // namespace columbarium::feed
