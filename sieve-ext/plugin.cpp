// SPDX-License-Identifier: LGPL-2.1-or-later
// The entry points of lib90_sieve_columbarium_plugin.so. Pigeonhole finds them by name.
//
// An administrator writes into plugin {}: `sieve_plugins = sieve_columbarium` loads the module, and
// `sieve_extensions = +vnd.columbarium.triage +extlists` lets scripts use it. Newer hosts have an extlists of
// their own, for one kind of lists; ours stands in its place unless `columbarium_extlists = keep` leaves the
// host's. The notify method "xmpp" is there wherever enotify is, which the host has by default.
#include "guarded.hpp"

#include "ext_extlists.hpp"
#include "ext_triage.hpp"
#include "ntfy_xmpp.hpp"

using namespace columbarium;

namespace {

// In the pool of the Sieve instance: plain memory of the host.
struct Extensions {
    const sieve_extension* triage;
    const sieve_extension* extlists; // nullptr where the host's own stays
    sieve_enotify_method xmpp;
    bool has_xmpp; // false where the host has no enotify
};

} // namespace

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
    const char* whose = host::plugin_setting(svinst, "columbarium_extlists");
    const bool replace = whose == nullptr || strcmp(whose, "keep") != 0;
    auto* extensions = p_new(svinst->pool, Extensions, 1);
    extensions->triage = host::register_extension(svinst, &sieve::triage_extension);
    extensions->extlists = host::register_extension_instead(svinst, &sieve::extlists_extension, replace);
    extensions->has_xmpp =
        host::register_notify_method(svinst, &sieve::xmpp_notify_method, &extensions->xmpp);
    *context = extensions;
    return host::ModuleLoadResult();
}

void sieve_columbarium_plugin_unload(sieve_instance*, void* context) {
    const auto* extensions = static_cast<const Extensions*>(context);
    host::unregister_extension(extensions->triage);
    host::unregister_extension(extensions->extlists);
    if (extensions->has_xmpp)
        sieve::forget_xmpp_method(extensions->xmpp);
}
}
