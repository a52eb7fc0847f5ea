// SPDX-License-Identifier: LGPL-2.1-or-later
// lib95_columbarium_plugin.so: mail that LDA delivers to people of the site who may have left, see
// tombstone/notice.hpp. Only for accounts that the userdb still knows: LDA ends before it calls a module for
// others.
//
//   protocol lda { mail_plugins = $mail_plugins columbarium }
//
// Loaded after Sieve (lib90), whose hook never calls the next one: so ours is called first, and calls
// Sieve's.
#include "deliver/lda_delivery.hpp"
#include "guarded.hpp"

#include "delivery_headers.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

namespace {

using Step = deliver::LdaStep;

// What a delivery hook returns.
constexpr int failed = -1; // with tempfail_error: try again later; else the host delivers
constexpr int handled = 1;

deliver_mail_func_t* next_hook = nullptr;

int deliver_by_the_host(mail_deliver_context* context, mail_storage** storage) {
    return next_hook == nullptr ? failed : next_hook(context, storage);
}

int deliver_or_tell(mail_deliver_context* context, mail_storage** storage) {
    const Step thrown{Step::Kind::defer, {}};
    const Step step =
        host::guarded("LDA delivery", thrown, [&] { return deliver::LdaDelivery(*context).run(); });
    switch (step.kind) {
    case Step::Kind::leave:
        break;
    case Step::Kind::done:
        return handled;
    case Step::Kind::defer:
        context->tempfail_error =
            step.text.empty() ? "Temporary internal error" : p_strdup(context->pool, step.text.c_str());
        return failed;
    }
    return deliver_by_the_host(context, storage);
}

} // namespace

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const columbarium_plugin_version;
const char* const columbarium_plugin_version = DOVECOT_ABI_VERSION;

// LMTP has a module of its own.
extern COLUMBARIUM_ENTRY const char columbarium_plugin_binary_dependency[];
const char columbarium_plugin_binary_dependency[] = "lda";

COLUMBARIUM_ENTRY void columbarium_plugin_init();
COLUMBARIUM_ENTRY void columbarium_plugin_deinit();

void columbarium_plugin_init() {
    next_hook = mail_deliver_hook_set(deliver_or_tell);
}

void columbarium_plugin_deinit() {
    mail_deliver_hook_set(next_hook);
}
}
