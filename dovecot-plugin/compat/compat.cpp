// SPDX-License-Identifier: LGPL-2.1-or-later
#include "guarded.hpp"

#include "compat.hpp"

namespace columbarium::host {

void log_exception(const char* where, const char* what) noexcept {
    i_error("columbarium: %s: %s", where, str_sanitize(what, 512));
}

const sieve_extension* register_extension(sieve_instance* svinst, const sieve_extension_def* definition) {
#ifdef COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION
    return sieve_extension_register(svinst, definition, false);
#else
    const sieve_extension* extension = nullptr;
    return sieve_extension_register(svinst, definition, false, &extension) < 0 ? nullptr : extension;
#endif
}

void unregister_extension(const sieve_extension* extension) {
    if (extension != nullptr)
        sieve_extension_unregister(extension);
}

const char* plugin_setting(sieve_instance* svinst, const char* name) {
#ifdef COLUMBARIUM_SIEVE_SETTING_GET
    return sieve_setting_get(svinst, name);
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif
}

} // namespace columbarium::host
