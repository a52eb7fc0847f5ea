// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/index_lock.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/new_file.hpp"

namespace columbarium::carddav {

namespace {

std::string system_reason() {
    return std::generic_category().message(errno);
}

} // namespace

Expected<IndexLock> IndexLock::take(const std::string& index_path) {
    const std::string path = index_path + ".lock";
    if (const Expected<void> made = make_folders(folder_of(path)); !made)
        return tl::make_unexpected(made.error());
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0)
        return temporary_failure("cannot open " + path + ": " + system_reason());
    IndexLock lock(file);
    if (::flock(file, LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno == EWOULDBLOCK)
        return temporary_failure(index_path + " is being synchronised already; try again later");
    return temporary_failure("cannot lock " + path + ": " + system_reason());
}

IndexLock::IndexLock(IndexLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

IndexLock& IndexLock::operator=(IndexLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

IndexLock::~IndexLock() {
    if (file_ >= 0)
        ::close(file_);
}

} // namespace columbarium::carddav
