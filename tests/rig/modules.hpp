// SPDX-License-Identifier: LGPL-2.1-or-later
// The module directory of a private Dovecot: the system's modules plus the freshly built ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "directory.hpp"

namespace columbarium::rig {

// Where the build tree puts modules. Empty when the environment has COLUMBARIUM_RIG_INSTALLED=1: then the
// installed modules are tested and none of the build tree.
[[nodiscard]] std::vector<std::filesystem::path> built_module_directories();

// The text of service.conf as the package ships it: of the source tree, or with COLUMBARIUM_RIG_INSTALLED=1
// the installed one. Throws std::runtime_error where it cannot be read.
[[nodiscard]] std::string shipped_service_conf();

// What a server needs to load our modules.
struct Modules {
    // For mail_plugin_dir; sieve/ in it is for sieve_plugin_dir.
    std::filesystem::path directory;
    // "NAME=value": where the shared libraries of the build tree are, and the sanitizer's runtime, which has
    // to be loaded first into a program that was not built with it.
    std::vector<std::string> environment;
    // The same for doveadm, which has to be shown the way to its modules.
    std::vector<std::string> doveadm_environment;
    // The service's program, for `executable` of its block: a copy of the built one, or the installed one's
    // name, which Dovecot looks for among its own.
    std::string service = "columbarium";
};

// Fills modules/ and lib/ of the temporary directory. The system's modules are linked. Those found in or
// below `built` (lib*_plugin.so) are copied, because the unprivileged user may not be able to reach a build
// tree that lies in somebody's home: *_sieve_columbarium* to sieve/, *_doveadm_* to doveadm/, others to the
// top. A built module hides an installed one of the same file name. The service's program
// (libexec/columbarium) is copied to libexec/. Directories that do not exist hold nothing.
[[nodiscard]] Modules gather_modules(const TemporaryDirectory& target,
                                     const std::vector<std::filesystem::path>& built);

} // namespace columbarium::rig
