// SPDX-License-Identifier: LGPL-2.1-or-later
#include "compat.hpp"

namespace columbarium::host {

const sieve_extension* register_extension(sieve_instance* svinst, const sieve_extension_def* definition) {
#ifdef COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION
    return sieve_extension_register(svinst, definition, false);
#else
    const sieve_extension* extension = nullptr;
    return sieve_extension_register(svinst, definition, false, &extension) < 0 ? nullptr : extension;
#endif
}

namespace {

// Those that are not enabled yet count, too.
bool has_extension(sieve_instance* svinst, const char* name) {
    unsigned count = 0;
    const sieve_extension* const* all = sieve_extensions_get_all(svinst, &count);
    for (unsigned i = 0; i < count; ++i)
        if (all[i]->def != nullptr && strcmp(all[i]->def->name, name) == 0)
            return true;
    return false;
}

} // namespace

const sieve_extension* register_extension_instead(sieve_instance* svinst,
                                                  const sieve_extension_def* definition, bool replace) {
    if (!has_extension(svinst, definition->name))
        return register_extension(svinst, definition);
    if (!replace)
        return nullptr;
#ifdef COLUMBARIUM_SIEVE_REGISTER_RETURNS_EXTENSION
    return sieve_extension_replace(svinst, definition, false);
#else
    const sieve_extension* extension = nullptr;
    return sieve_extension_replace(svinst, definition, false, &extension) < 0 ? nullptr : extension;
#endif
}

void unregister_extension(const sieve_extension* extension) {
    if (extension != nullptr)
        sieve_extension_unregister(extension);
}

bool register_notify_method(sieve_instance* svinst, const sieve_enotify_method_def* definition,
                            sieve_enotify_method* registered) {
#ifdef COLUMBARIUM_ENOTIFY_REGISTER_RETURNS_METHOD
    const sieve_enotify_method* method = sieve_enotify_method_register(svinst, definition);
#else
    const sieve_enotify_method* method = nullptr;
    if (sieve_enotify_method_register(svinst, definition, &method) < 0)
        method = nullptr;
#endif
    if (method == nullptr)
        return false;
    *registered = *method;
    // The host does not look at what the load callback answers.
    if (method->context != nullptr)
        return true;
    sieve_enotify_method_unregister(registered);
    return false;
}

const char* plugin_setting(sieve_instance* svinst, const char* name) {
#ifdef COLUMBARIUM_SIEVE_SETTING_GET
    return sieve_setting_get(svinst, name);
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif
}

} // namespace columbarium::host
