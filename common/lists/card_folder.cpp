// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/card_folder.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace columbarium::lists {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};

// Sixteen digits that tell one state of a file from another. Other ones for the same file after an update of
// the standard library do no harm.
std::string short_stamp(const struct stat& status) {
    const std::array<std::int64_t, 6> numbers = {static_cast<std::int64_t>(status.st_ino),
                                                 status.st_size,
                                                 status.st_mtim.tv_sec,
                                                 status.st_mtim.tv_nsec,
                                                 status.st_ctim.tv_sec,
                                                 status.st_ctim.tv_nsec};
    const std::string_view octets(reinterpret_cast<const char*>(numbers.data()), // NOLINT: octets are hashed
                                  sizeof(numbers));
    return fmt::format("{:016x}", std::hash<std::string_view>()(octets));
}

// What stands before the next NUL.
std::string_view take_text(std::string_view& text) {
    const std::size_t end = text.find('\0');
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

} // namespace

Expected<CardFolder> list_cards(const std::string& path) {
    CardFolder folder;
    folder.descriptor = Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
    if (folder.descriptor.number() < 0 || fstat(folder.descriptor.number(), &folder.status) < 0)
        return temporary_failure(system_text(path, "cannot open the folder", errno));
    const int copy = fcntl(folder.descriptor.number(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return temporary_failure(system_text(path, "cannot read the folder", errno));
    const std::unique_ptr<DIR, CloseFolder> stream(fdopendir(copy));
    if (!stream) {
        const int error_number = errno;
        const Descriptor closed(copy);
        return temporary_failure(system_text(path, "cannot read the folder", error_number));
    }
    for (;;) {
        errno = 0;
        const dirent* entry = readdir(stream.get());
        if (entry == nullptr)
            break;
        const std::string_view name = entry->d_name;
        if (!name.ends_with(".vcf") || name.starts_with('.') ||
            (entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN))
            continue;
        CardFile file{std::string(name), {}};
        if (fstatat(folder.descriptor.number(), entry->d_name, &file.status, AT_SYMLINK_NOFOLLOW) < 0) {
            if (errno == ENOENT)
                continue; // it went just now
            return temporary_failure(system_text(path + "/" + file.name, "cannot look at the file", errno));
        }
        if (S_ISREG(file.status.st_mode))
            folder.files.push_back(std::move(file));
    }
    if (errno != 0)
        return temporary_failure(system_text(path, "cannot read the folder", errno));
    return folder;
}

std::string write_file_stamps(std::span<const CardFile> files) {
    std::string text;
    for (const CardFile& file : files)
        text.append(file.name).append(1, '\0').append(short_stamp(file.status)).append(1, '\0');
    return text;
}

bool file_stamps_hold(const std::string& path, std::string_view text) {
    const Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
    if (folder.number() < 0 || text.empty())
        return false;
    while (!text.empty()) {
        const std::string name(take_text(text));
        const std::string_view stamp = take_text(text);
        struct stat status {};
        if (fstatat(folder.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0 ||
            short_stamp(status) != stamp)
            return false;
    }
    return true;
}

} // namespace columbarium::lists
