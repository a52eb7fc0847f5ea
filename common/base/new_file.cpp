// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/new_file.hpp"

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace columbarium {

namespace {

constexpr std::chrono::hours leftover_age{1};
constexpr std::string_view new_mark = ".new.";
constexpr std::string_view open_places = "XXXXXX"; // that mkostemp fills in

// The name of new files for `path`, without the part that differs.
std::string new_name(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    return "." + path.substr(slash == std::string::npos ? 0 : slash + 1) + std::string(new_mark);
}

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};

template <class IsNew>
void remove_old_files(const std::string& path, const IsNew& is_new) {
    const std::unique_ptr<DIR, CloseFolder> folder(opendir(path.c_str()));
    if (!folder)
        return;
    const auto limit = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - leftover_age);
    while (const dirent* entry = readdir(folder.get())) {
        struct stat status {};
        if (is_new(std::string_view(entry->d_name)) &&
            fstatat(dirfd(folder.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && status.st_mtim.tv_sec < limit)
            unlinkat(dirfd(folder.get()), entry->d_name, 0);
    }
}

} // namespace

void remove_leftovers(const std::string& path) {
    const std::string start = new_name(path);
    remove_old_files(folder_of(path), [&](std::string_view name) { return name.starts_with(start); });
}

void remove_all_leftovers(const std::string& folder, std::string_view ending) {
    const std::string end = std::string(ending) + std::string(new_mark);
    remove_old_files(folder, [&](std::string_view name) {
        if (!name.starts_with('.') || name.size() <= end.size() + open_places.size())
            return false;
        return name.substr(0, name.size() - open_places.size()).ends_with(end);
    });
}

Expected<void> make_folders(const std::string& path) {
    if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)
        return {};
    if (errno != ENOENT || folder_of(path) == path)
        return temporary_failure(system_text(path, "cannot make the folder", errno));
    if (auto above = make_folders(folder_of(path)); !above)
        return above;
    if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)
        return {};
    return temporary_failure(system_text(path, "cannot make the folder", errno));
}

bool set_time(const Descriptor& descriptor, std::chrono::system_clock::time_point time) {
    const auto since = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    struct timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = seconds.count();
    times[1].tv_nsec = std::chrono::nanoseconds(since - seconds).count();
    return futimens(descriptor.number(), times) == 0;
}

NewFile::NewFile(std::string path, std::string written, Descriptor descriptor)
    : path_(std::move(path)), written_(std::move(written)), descriptor_(std::move(descriptor)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), written_(std::exchange(other.written_, "")),
      descriptor_(std::move(other.descriptor_)) {}

NewFile::~NewFile() {
    if (!written_.empty())
        unlink(written_.c_str());
}

Expected<NewFile> NewFile::create(const std::string& path) {
    std::string written = folder_of(path) + "/" + new_name(path) + std::string(open_places);
    Descriptor descriptor(mkostemp(written.data(), O_CLOEXEC)); // mode 0600
    if (descriptor.number() < 0)
        return temporary_failure(system_text(path, "cannot write", errno));
    return NewFile(path, std::move(written), std::move(descriptor));
}

Expected<void> NewFile::put_in_place(std::chrono::system_clock::time_point time) {
    // Behind a crash there is the old file or the new one, never an empty one.
    if (fdatasync(descriptor_.number()) < 0)
        return temporary_failure(system_text(path_, "cannot write", errno));
    if (!set_time(descriptor_, time))
        return temporary_failure(system_text(path_, "cannot set the time", errno));
    return put_in_place();
}

Expected<void> NewFile::put_in_place() {
    if (rename(written_.c_str(), path_.c_str()) < 0)
        return temporary_failure(system_text(path_, "cannot replace", errno));
    written_.clear();
    return {};
}

} // namespace columbarium
