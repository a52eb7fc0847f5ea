// SPDX-License-Identifier: LGPL-2.1-or-later
// A process that may open hardly any file.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace columbarium::lists {

// UBSan opens a pipe to look at an object's type, and takes it for broken where it gets none.
inline constexpr bool is_sanitized = COLUMBARIUM_SANITIZED != 0;
inline constexpr char needs_files[] = "a sanitizer needs files itself";

// Allows this process no more than so many files beyond those that are open.
class FewFiles {
  public:
    explicit FewFiles(rlim_t more) {
        getrlimit(RLIMIT_NOFILE, &before_);
        const int next = dup(0);
        close(next);
        const struct rlimit few { static_cast<rlim_t>(next) + more, before_.rlim_max };
        setrlimit(RLIMIT_NOFILE, &few);
    }
    FewFiles(const FewFiles&) = delete;
    FewFiles& operator=(const FewFiles&) = delete;
    ~FewFiles() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    struct rlimit before_ {};
};

} // namespace columbarium::lists
