// SPDX-License-Identifier: LGPL-2.1-or-later
// One synchronisation of an index at a time.
#pragma once

#include <string>

#include "base/expected.hpp"

namespace columbarium::carddav {

// Holds a lock on "INDEX.lock" as long as it lives. The file stays: who removed it could not know who waits.
class IndexLock {
  public:
    // Makes the index's folder (mode 0700) where it is missing. A temporary failure where somebody else holds
    // the lock; it does not wait.
    [[nodiscard]] static Expected<IndexLock> take(const std::string& index_path);

    IndexLock(IndexLock&& other) noexcept;
    IndexLock& operator=(IndexLock&& other) noexcept;
    ~IndexLock();

  private:
    explicit IndexLock(int file) : file_(file) {}
    int file_ = -1;
};

} // namespace columbarium::carddav
