// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store_owner.hpp"

#include <array>
#include <cerrno>
#include <cstddef>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/regular_file.hpp"

namespace columbarium::tools {

namespace {

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;
};

tl::unexpected<Error> failure(const std::string& path, std::string_view what) {
    return temporary_failure(system_text("store " + path, what, errno));
}

// A user's group and groups; those of the folder for one who has no entry.
Expected<Owner> owner_of(const std::string& path, const struct stat& folder) {
    Owner owner{folder.st_uid, folder.st_gid, {folder.st_gid}};
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    errno = ::getpwuid_r(owner.user, &entry, buffer.data(), buffer.size(), &found);
    if (errno != 0)
        return failure(path, "the owner of its folder cannot be looked up");
    if (found == nullptr)
        return owner;
    owner.group = found->pw_gid;
    int count = 64;
    do
        owner.groups.resize(static_cast<std::size_t>(count));
    while (::getgrouplist(found->pw_name, found->pw_gid, owner.groups.data(), &count) < 0);
    owner.groups.resize(static_cast<std::size_t>(count));
    return owner;
}

// Whom root has to become; nothing where he stays who he is, as everybody else does.
Expected<std::optional<Owner>> whom_to_become(const config::StorePlace& place) {
    if (::geteuid() != 0 || place.kind != config::StorePlace::Kind::sqlite)
        return std::nullopt;
    struct stat folder {};
    if (::stat(folder_of(place.path).c_str(), &folder) < 0)
        return failure(place.path, "its folder cannot be looked at");
    if (folder.st_uid != 0)
        return owner_of(place.path, folder);
    if ((folder.st_mode & 0022) != 0)
        return permanent_failure(
            fmt::format("store {}: its folder belongs to root and others may write to it: "
                        "give it to the user of the service, with mode 0700",
                        place.path));
    return std::nullopt;
}

} // namespace

Expected<void> become_store_owner(const config::StorePlace& place) {
    const auto owner = whom_to_become(place);
    if (!owner)
        return tl::make_unexpected(owner.error());
    if (!*owner)
        return {};
    const auto& [user, group, groups] = **owner;
    if (::setgroups(groups.size(), groups.data()) < 0 || ::setresgid(group, group, group) < 0 ||
        ::setresuid(user, user, user) < 0)
        return failure(place.path, "cannot become the owner of its folder");
    return {};
}

Expected<void> AsStoreOwner::enter(const config::StorePlace& place) {
    const auto owner = whom_to_become(place);
    if (!owner)
        return tl::make_unexpected(owner.error());
    if (!*owner)
        return {};
    const int count = ::getgroups(0, nullptr);
    groups_.resize(static_cast<std::size_t>(count < 0 ? 0 : count));
    group_ = ::getegid();
    if (count < 0 || ::getgroups(count, groups_.data()) != count)
        return failure(place.path, "the groups of this process cannot be read");
    has_entered_ = true;
    const auto& [user, group, groups] = **owner;
    if (::setgroups(groups.size(), groups.data()) < 0 || ::setegid(group) < 0 || ::seteuid(user) < 0)
        return failure(place.path, "cannot become the owner of its folder");
    return {};
}

Expected<void> AsStoreOwner::leave() {
    if (!has_entered_)
        return {};
    has_entered_ = false;
    if (::seteuid(0) < 0 || ::setegid(group_) < 0 || ::setgroups(groups_.size(), groups_.data()) < 0)
        return temporary_failure(system_text("this process", "cannot be root again", errno));
    return {};
}

} // namespace columbarium::tools
