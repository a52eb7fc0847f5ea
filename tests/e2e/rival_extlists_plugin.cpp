// SPDX-License-Identifier: LGPL-2.1-or-later
// lib10_sieve_columbarium_rival_plugin.so: stands for a Pigeonhole that has an extlists of its own. This one
// knows nothing but its name.
#include "compat.hpp"

using namespace columbarium;

namespace {

const sieve_extension_def rival_extension = {.name = "extlists", .version = 1};

} // namespace

#define RIVAL_ENTRY __attribute__((visibility("default")))

extern "C" {

extern RIVAL_ENTRY const char* const sieve_columbarium_rival_plugin_version;
const char* const sieve_columbarium_rival_plugin_version = PIGEONHOLE_ABI_VERSION;

RIVAL_ENTRY void sieve_columbarium_rival_plugin_init();
RIVAL_ENTRY void sieve_columbarium_rival_plugin_deinit();
RIVAL_ENTRY host::ModuleLoadResult sieve_columbarium_rival_plugin_load(sieve_instance* svinst,
                                                                       void** context);
RIVAL_ENTRY void sieve_columbarium_rival_plugin_unload(sieve_instance* svinst, void* context);

void sieve_columbarium_rival_plugin_init() {}
void sieve_columbarium_rival_plugin_deinit() {}

host::ModuleLoadResult sieve_columbarium_rival_plugin_load(sieve_instance* svinst, void**) {
    (void)host::register_extension(svinst, &rival_extension);
    return host::ModuleLoadResult();
}

// A host's own extensions go with the instance, so the module stays in the process.
void sieve_columbarium_rival_plugin_unload(sieve_instance*, void*) {}
}
