// SPDX-License-Identifier: LGPL-2.1-or-later
// The notify method "xmpp". Include this last: see host_headers.hpp.
#pragma once

#include "presence_context.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

// For host::register_notify_method().
extern const sieve_enotify_method_def xmpp_notify_method;

// Ends the registration, and what belongs to it. The host would call the method's own unload callback only
// where it has not forgotten the method before, and that depends on whether enotify is enabled; so there is
// none.
void forget_xmpp_method(const sieve_enotify_method& method);

// Where the host keeps our context.
[[nodiscard]] inline PresenceContext& presence_of(const sieve_enotify_method* method) {
    return *static_cast<PresenceContext*>(method->context);
}

// A `notify` action, from the script's run to its end. Plain memory of the host.
struct XmppNotifyAction {
    // Pigeonhole compares the action of every method with those before it, and its method mailto takes all
    // of them for its own: it reads a list of recipients here, and has to find an empty one.
    const void* no_mailto;

    const char* uri;
    const char* target; // the JID, for people
    bool allowed;       // false: the site does not let this user's scripts send there
};

// An action for the result of a script, in the pool.
[[nodiscard]] XmppNotifyAction* make_xmpp_action(pool_t pool, const char* uri, const xmpp::Jid& target,
                                                 bool allowed);

// In act_xmpp_notify.cpp: the callbacks of an action. The last one is called when the script's result is
// carried out; it always answers 0, for a notification never fails a delivery.
int act_xmpp_check_duplicates(const sieve_enotify_env* nenv, const sieve_enotify_action* nact,
                              const sieve_enotify_action* nact_other);
void act_xmpp_print(const sieve_enotify_print_env* penv, const sieve_enotify_action* nact);
int act_xmpp_execute(const sieve_enotify_exec_env* nenv, const sieve_enotify_action* nact);

} // namespace columbarium::sieve
