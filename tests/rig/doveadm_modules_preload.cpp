// SPDX-License-Identifier: LGPL-2.1-or-later
// Loaded into doveadm by the rig (LD_PRELOAD). doveadm looks for its modules in a directory that is compiled
// into it; this turns its look to the directory that COLUMBARIUM_RIG_DOVEADM_MODULES names, where the rig has
// put the freshly built module beside those of the system.
#include <cstdlib>
#include <string>
#include <string_view>

#include <dirent.h>
#include <dlfcn.h>

namespace {

constexpr std::string_view compiled_in = COLUMBARIUM_DOVECOT_MODULE_DIR "/doveadm";

// The path, or the one that stands for it.
[[nodiscard]] std::string redirected(const char* path) {
    const char* directory = std::getenv("COLUMBARIUM_RIG_DOVEADM_MODULES");
    const std::string_view asked = path;
    if (directory == nullptr || !asked.starts_with(compiled_in)) {
        return path;
    }
    return directory + std::string(asked.substr(compiled_in.size()));
}

template <class Function>
[[nodiscard]] Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) DIR* opendir(const char* path) {
    return next<DIR* (*)(const char*)>("opendir")(redirected(path).c_str());
}

__attribute__((visibility("default"))) void* dlopen(const char* path, int flags) noexcept {
    const auto open = next<void* (*)(const char*, int)>("dlopen");
    return path == nullptr ? open(path, flags) : open(redirected(path).c_str(), flags);
}
}
