// SPDX-License-Identifier: LGPL-2.1-or-later
// The differences between host versions, and nothing else. CMake probes the headers (see CMakeLists.txt) and
// defines:
//   COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION  sieve_extension_register() returns the extension; where it
//       is not defined it has an out parameter, and the load functions of modules return int
//   COLUMBARIUM_SIEVE_SETTING_GET  plugin {} settings are read by name with sieve_setting_get()
//   COLUMBARIUM_DICT_INIT_BY_URI  dict_init() opens a dict by its URI
//   COLUMBARIUM_USER_SETTING_GET  plugin {} settings of a user are read with mail_user_plugin_getenv()
//   COLUMBARIUM_ENOTIFY_REGISTER_RETURNS_METHOD  sieve_enotify_method_register() returns the method; where it
//   is
//       not defined it has an out parameter
// Include this last: see host_headers.hpp.
#pragma once

#include <type_traits>

#include "dict_headers.hpp"

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

// What the load callback of a notify method returns, bool or int, and its value for success.
using NotifyLoadResult =
    std::invoke_result_t<decltype(sieve_enotify_method_def::load), const sieve_enotify_method*, void**>;
inline constexpr NotifyLoadResult notify_method_loaded = [] {
    if constexpr (std::is_same_v<NotifyLoadResult, bool>)
        return true;
    else
        return 0;
}();
inline constexpr NotifyLoadResult notify_method_not_loaded = [] {
    if constexpr (std::is_same_v<NotifyLoadResult, bool>)
        return false;
    else
        return -1;
}();

// Registers an extension with this Sieve instance; nullptr where the host refuses it. The site's setting
// sieve_extensions decides who may use it.
const sieve_extension* register_extension(sieve_instance* svinst, const sieve_extension_def* definition);

// Registers an extension in the place of the host's own one of this name: a second one under a name ends the
// process. Where the host has one and `replace` is false, that one stays, and the answer is nullptr.
const sieve_extension* register_extension_instead(sieve_instance* svinst,
                                                  const sieve_extension_def* definition, bool replace);

// Ends a registration; `extension` may be nullptr.
void unregister_extension(const sieve_extension* extension);

// The value of a setting of plugin {}, or nullptr where it is not set. Lives as long as the instance.
const char* plugin_setting(sieve_instance* svinst, const char* name);

// The same as a user of the mail storage has it: the userdb's fields win. Lives as long as the user.
const char* plugin_setting(mail_user* user, const char* name);

// Opens a dict by its URI; `base_dir` is where the dict service listens. Negative where that fails, with a
// text on the host's data stack.
int open_dict(const char* uri, const char* base_dir, dict** opened, const char** error);

// Closes a dict also where a question to it waits for its answer: the question's callback is called, with a
// failure. dict_deinit() leaves such a dict alive, with its timers in a loop that may be gone before it.
void close_dict_at_once(dict* opened);

// Registers a notify method with this Sieve instance. `registered` is filled with what
// sieve_enotify_method_unregister() needs; the host moves its own about. False where the host
// has no enotify, or the method's load callback left no context.
bool register_notify_method(sieve_instance* svinst, const sieve_enotify_method_def* definition,
                            sieve_enotify_method* registered);

} // namespace columbarium::host
