// SPDX-License-Identifier: LGPL-2.1-or-later
// The differences between host versions, and nothing else. CMake probes the headers (see CMakeLists.txt) and
// defines:
//   COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION  sieve_extension_register() returns the extension; where it
//       is not defined it has an out parameter, and the load functions of modules return int
//   COLUMBARIUM_SIEVE_SETTING_GET  plugin {} settings are read by name with sieve_setting_get()
// Include this last: see host_headers.hpp.
#pragma once

#include <type_traits>

#include "host_headers.hpp"

namespace columbarium::host {

#ifdef COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION
// What NAME_plugin_load() returns. The host finds it by dlsym, so no compiler sees a wrong one.
using ModuleLoadResult = void;
#else
using ModuleLoadResult = int;
#endif

// What the load callback of an extension returns, bool or int, and its value for success.
using ExtensionLoadResult =
    std::invoke_result_t<decltype(sieve_extension_def::load), const sieve_extension*, void**>;
inline constexpr ExtensionLoadResult extension_loaded = [] {
    if constexpr (std::is_same_v<ExtensionLoadResult, bool>)
        return true;
    else
        return 0;
}();
inline constexpr ExtensionLoadResult extension_not_loaded = [] {
    if constexpr (std::is_same_v<ExtensionLoadResult, bool>)
        return false;
    else
        return -1;
}();

// Registers an extension with this Sieve instance; nullptr where the host refuses it. The site's setting
// sieve_extensions decides who may use it.
const sieve_extension* register_extension(sieve_instance* svinst, const sieve_extension_def* definition);

// Ends a registration; `extension` may be nullptr.
void unregister_extension(const sieve_extension* extension);

// The value of a setting of plugin {}, or nullptr where it is not set. Lives as long as the instance.
const char* plugin_setting(sieve_instance* svinst, const char* name);

} // namespace columbarium::host
