// SPDX-License-Identifier: LGPL-2.1-or-later
#include "modules.hpp"

#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>

namespace columbarium::rig {

namespace {

namespace fs = std::filesystem;

[[nodiscard]] bool test_what_is_installed() {
    const char* installed = std::getenv("COLUMBARIUM_RIG_INSTALLED");
    return installed != nullptr && std::string_view(installed) == "1";
}

// The entries of a colon-separated list of paths.
[[nodiscard]] std::vector<fs::path> paths_of(const std::string& list) {
    std::vector<fs::path> paths;
    std::istringstream stream(list);
    for (std::string entry; std::getline(stream, entry, ':');) {
        if (!entry.empty()) {
            paths.emplace_back(entry);
        }
    }
    return paths;
}

void link_system_modules(const TemporaryDirectory& target) {
    const fs::path system = COLUMBARIUM_DOVECOT_MODULE_DIR;
    for (const auto& entry : fs::directory_iterator(system)) {
        const fs::path name = "modules" / entry.path().filename();
        if (!entry.is_directory()) {
            fs::create_symlink(entry.path(), target.path() / name);
            continue;
        }
        const fs::path subdirectory = target.make_directory(name);
        for (const auto& module : fs::directory_iterator(entry)) {
            fs::create_symlink(module.path(), subdirectory / module.path().filename());
        }
    }
}

[[nodiscard]] fs::path place_of_module(const std::string& name) {
    if (name.find("_sieve_columbarium") != std::string::npos) {
        return "sieve";
    }
    return name.find("_doveadm_") != std::string::npos ? "doveadm" : "";
}

void install_copy(const fs::path& source, const fs::path& target) {
    fs::remove(target);
    fs::copy_file(source, target);
    fs::permissions(target, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
}

void copy_built_modules(const TemporaryDirectory& target, const fs::path& built) {
    for (const auto& entry : fs::recursive_directory_iterator(built)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && name.starts_with("lib") && name.ends_with("_plugin.so")) {
            install_copy(entry.path(), target.make_directory("modules" / place_of_module(name)) / name);
        }
    }
}

// The service's program is a file "columbarium" in a directory "libexec": its path here, or "".
[[nodiscard]] std::string copy_built_service(const TemporaryDirectory& target, const fs::path& built) {
    for (const auto& entry : fs::recursive_directory_iterator(built)) {
        if (entry.is_regular_file() && entry.path().filename() == "columbarium" &&
            entry.path().parent_path().filename() == "libexec") {
            const fs::path copy = target.make_directory("libexec") / "columbarium";
            install_copy(entry.path(), copy);
            return copy.string();
        }
    }
    return "";
}

// The shared libraries of ours that the modules are linked to, under each of their names.
void copy_built_libraries(const fs::path& target) {
    for (const auto& directory : paths_of(COLUMBARIUM_LIBRARY_DIRS)) {
        if (!fs::is_directory(directory)) {
            continue;
        }
        for (const auto& entry : fs::directory_iterator(directory)) {
            const std::string name = entry.path().filename().string();
            if (entry.is_regular_file() && name.starts_with("libcolumbarium") &&
                name.find(".so") != std::string::npos) {
                install_copy(entry.path(), target / name);
            }
        }
    }
}

// doveadm finds modules/doveadm by a library that is loaded first, see doveadm_modules_preload.cpp.
[[nodiscard]] std::vector<std::string> doveadm_environment(const Modules& modules,
                                                           const fs::path& libraries) {
    const fs::path preload = libraries / "doveadm_modules_preload.so";
    install_copy(COLUMBARIUM_RIG_DOVEADM_PRELOAD, preload);
    std::vector<std::string> environment = modules.environment;
    std::string preloads = preload.string();
    std::erase_if(environment, [&preloads](const std::string& variable) {
        constexpr std::string_view name = "LD_PRELOAD=";
        if (!variable.starts_with(name)) {
            return false;
        }
        preloads = variable.substr(name.size()) + ":" + preloads; // a sanitizer's runtime comes first
        return true;
    });
    environment.push_back("LD_PRELOAD=" + preloads);
    environment.push_back("COLUMBARIUM_RIG_DOVEADM_MODULES=" + (modules.directory / "doveadm").string());
    return environment;
}

} // namespace

std::vector<fs::path> built_module_directories() {
    return test_what_is_installed() ? std::vector<fs::path>{} : paths_of(COLUMBARIUM_MODULE_DIRS);
}

std::string shipped_service_conf() {
    const fs::path directory =
        test_what_is_installed() ? "/usr/share/dovecot-columbarium" : COLUMBARIUM_CONF_DIR;
    return read_file(directory / "service.conf");
}

Modules gather_modules(const TemporaryDirectory& target, const std::vector<fs::path>& built) {
    Modules modules;
    modules.directory = target.make_directory("modules");
    target.make_directory("modules/sieve");
    link_system_modules(target);
    for (const auto& directory : built) {
        if (fs::is_directory(directory)) {
            copy_built_modules(target, directory);
            if (std::string service = copy_built_service(target, directory); !service.empty()) {
                modules.service = std::move(service);
            }
        }
    }
    if (!built.empty()) {
        const fs::path libraries = target.make_directory("lib");
        copy_built_libraries(libraries);
        modules.environment.push_back("LD_LIBRARY_PATH=" + libraries.string());
        const std::string sanitizer_runtime = COLUMBARIUM_RIG_PRELOAD;
        if (!sanitizer_runtime.empty()) {
            modules.environment.push_back("LD_PRELOAD=" + sanitizer_runtime);
            // Dovecot frees little of what it allocates for the life of a process.
            const char* chosen = std::getenv("ASAN_OPTIONS");
            modules.environment.push_back(std::string("ASAN_OPTIONS=detect_leaks=0") +
                                          (chosen != nullptr ? std::string(":") + chosen : ""));
            modules.environment.emplace_back("UBSAN_OPTIONS=print_stacktrace=1");
        }
        modules.doveadm_environment = doveadm_environment(modules, libraries);
    }
    return modules;
}

} // namespace columbarium::rig
