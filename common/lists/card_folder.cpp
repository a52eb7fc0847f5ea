// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/card_folder.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace columbarium::lists {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};

} // namespace

Expected<CardFolder> list_cards(const std::string& path) {
    CardFolder folder;
    folder.descriptor = Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
    if (folder.descriptor.number() < 0 || fstat(folder.descriptor.number(), &folder.status) < 0)
        return temporary_failure(system_text(path, "cannot open the folder", errno));
    const int copy = fcntl(folder.descriptor.number(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, CloseFolder> stream(fdopendir(copy));
    if (!stream) {
        const Descriptor closed(copy);
        return temporary_failure(system_text(path, "cannot read the folder", errno));
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
        if (fstatat(folder.descriptor.number(), entry->d_name, &file.status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(file.status.st_mode))
            folder.files.push_back(std::move(file));
    }
    if (errno != 0)
        return temporary_failure(system_text(path, "cannot read the folder", errno));
    return folder;
}

std::string digest_of(const std::vector<CardFile>& files) {
    std::size_t digest = files.size();
    std::string octets;
    const auto mix = [&octets](auto number) {
        octets.append(reinterpret_cast<const char*>(&number), sizeof(number)); // NOLINT: octets are hashed
    };
    for (const CardFile& file : files) {
        octets = file.name;
        mix(file.status.st_ino);
        mix(file.status.st_size);
        mix(file.status.st_mtim.tv_sec);
        mix(file.status.st_mtim.tv_nsec);
        mix(file.status.st_ctim.tv_sec);
        mix(file.status.st_ctim.tv_nsec);
        digest += std::hash<std::string>()(octets);
    }
    return fmt::format("{:x}", digest);
}

} // namespace columbarium::lists
