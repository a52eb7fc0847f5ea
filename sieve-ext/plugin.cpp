// SPDX-License-Identifier: LGPL-2.1-or-later
// The entry points of lib90_sieve_columbarium_plugin.so. Pigeonhole finds them by name.
//
// An administrator writes into plugin {}: `sieve_plugins = sieve_columbarium` loads the module, and
// `sieve_extensions = +vnd.columbarium.triage` lets scripts use it.
#include "guarded.hpp"

#include "ext_triage.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const sieve_columbarium_plugin_version;
const char* const sieve_columbarium_plugin_version = PIGEONHOLE_ABI_VERSION;

COLUMBARIUM_ENTRY void sieve_columbarium_plugin_init();
COLUMBARIUM_ENTRY void sieve_columbarium_plugin_deinit();
COLUMBARIUM_ENTRY host::ModuleLoadResult sieve_columbarium_plugin_load(sieve_instance* svinst,
                                                                       void** context);
COLUMBARIUM_ENTRY void sieve_columbarium_plugin_unload(sieve_instance* svinst, void* context);

// The host asks for both; there is nothing to set up for the process.
void sieve_columbarium_plugin_init() {}
void sieve_columbarium_plugin_deinit() {}

// Called for each Sieve instance, in LMTP for each delivery.
host::ModuleLoadResult sieve_columbarium_plugin_load(sieve_instance* svinst, void** context) {
    const sieve_extension* extension = host::register_extension(svinst, &sieve::triage_extension);
    *context = const_cast<sieve_extension*>(extension);
    return host::ModuleLoadResult();
}

void sieve_columbarium_plugin_unload(sieve_instance*, void* context) {
    host::unregister_extension(static_cast<const sieve_extension*>(context));
}
}
