// SPDX-License-Identifier: LGPL-2.1-or-later
// Notify method xmpp
//
// Syntax:
//   notify [":from" string] [":importance" <"1" / "2" / "3">] [":message" string] "xmpp:JID[?message;...]"
//   notify_method_capability "xmpp:JID" <"online" / "busy" / "show" / "status"> <keys: string-list>
//
// Author's reference: RFC 5435, RFC 5437, RFC 6132. Nothing is looked up and nobody is connected to while a
// script is compiled, or while the host asks for capabilities. Messages with an empty sender and those of
// machines notify, too: a notification by XMPP is no mail and cannot come back as one (RFC 5435, 8), and the
// number of one user's notifications is limited.
#include "guarded.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "notify/compose.hpp"
#include "presence/items.hpp"
#include "xmpp/xmpp_uri.hpp"

#include "ntfy_xmpp.hpp"

namespace columbarium::sieve {

namespace {

host::NotifyLoadResult ntfy_xmpp_load(const sieve_enotify_method* nmth, void** context);
bool ntfy_xmpp_compile_check_uri(const sieve_enotify_env* nenv, const char* uri, const char* uri_body);
bool ntfy_xmpp_compile_check_message(const sieve_enotify_env* nenv, string_t* message);
bool ntfy_xmpp_check_from(const sieve_enotify_env* nenv, string_t* from);
bool ntfy_xmpp_runtime_check_uri(const sieve_enotify_env* nenv, const char* uri, const char* uri_body);
const char* ntfy_xmpp_get_method_capability(const sieve_enotify_env* nenv, const char* uri,
                                            const char* uri_body, const char* capability);
bool ntfy_xmpp_runtime_check_operands(const sieve_enotify_env* nenv, const char* uri, const char* uri_body,
                                      string_t* message, string_t* from, pool_t context_pool,
                                      void** method_context);

} // namespace

const sieve_enotify_method_def xmpp_notify_method = {
    .identifier = "xmpp",
    .load = ntfy_xmpp_load,
    .unload = nullptr, // see forget_xmpp_method()
    .compile_check_uri = ntfy_xmpp_compile_check_uri,
    .compile_check_message = ntfy_xmpp_compile_check_message,
    .compile_check_from = ntfy_xmpp_check_from,
    .compile_check_option = nullptr, // the host warns: there are none
    .runtime_check_uri = ntfy_xmpp_runtime_check_uri,
    .runtime_get_method_capability = ntfy_xmpp_get_method_capability,
    .runtime_check_operands = ntfy_xmpp_runtime_check_operands,
    .runtime_set_option = nullptr,
    .action_check_duplicates = act_xmpp_check_duplicates,
    .action_print = act_xmpp_print,
    .action_execute = act_xmpp_execute,
};

namespace {

// A message for the author of the script. The host's macros for it are C only.
void report(const sieve_enotify_env* nenv, log_type type, const std::string& text) {
    sieve_event_log(nenv->svinst, nenv->ehandler, nenv->event, type, nenv->location,
                    static_cast<sieve_error_flags>(0), "%s", str_sanitize(text.c_str(), 512));
}

// A piece of a script in a message.
std::string shown(const std::string& text) {
    return str_sanitize(text.c_str(), 128);
}

// The context lives as long as the module is loaded for the Sieve instance, and is ours to delete.
host::NotifyLoadResult ntfy_xmpp_load(const sieve_enotify_method*, void** context) {
    return host::guarded("notify method xmpp: load", host::notify_method_not_loaded, [&] {
        *context = new PresenceContext;
        return host::notify_method_loaded;
    });
}

// A script that is uploaded by its author is told where it would send to nobody. In a delivery nobody reads
// it, and the log gets a line when the script runs.
bool ntfy_xmpp_compile_check_uri(const sieve_enotify_env* nenv, const char* uri, const char*) {
    return host::guarded("notify method xmpp: check", false, [&] {
        const auto parsed = xmpp::parse_xmpp_uri(uri);
        if (!parsed) {
            report(nenv, LOG_TYPE_ERROR,
                   fmt::format("invalid xmpp URI '{}': {}", shown(uri), parsed.error().text));
            return false;
        }
        if (nenv->svinst->env_location == SIEVE_ENV_LOCATION_MDA)
            return true;
        if (!presence_of(nenv->method).snapshot(nenv->svinst).may_notify(parsed->target))
            report(
                nenv, LOG_TYPE_WARNING,
                fmt::format("'{}' is no XMPP address of yours, and this site sends no notifications there: "
                            "it will be ignored",
                            shown(parsed->target.text())));
        return true;
    });
}

bool ntfy_xmpp_compile_check_message(const sieve_enotify_env* nenv, string_t* message) {
    return host::guarded("notify method xmpp: check", false, [&] {
        if (nenv->svinst->env_location == SIEVE_ENV_LOCATION_MDA)
            return true;
        const std::size_t limit = presence_of(nenv->method).snapshot(nenv->svinst).site().notify.body_limit;
        if (str_len(message) > limit)
            report(nenv, LOG_TYPE_WARNING,
                   fmt::format("the message is longer than {} octets: it will be cut", limit));
        return true;
    });
}

bool ntfy_xmpp_check_from(const sieve_enotify_env* nenv, string_t* from) {
    return host::guarded("notify method xmpp: check", false, [&] {
        if (notify::is_valid_from(std::string_view(str_c(from), str_len(from))))
            return true;
        report(nenv, LOG_TYPE_ERROR,
               fmt::format("specified :from address '{}' is invalid: it must be an address alone",
                           shown(str_c(from))));
        return false;
    });
}

bool ntfy_xmpp_runtime_check_uri(const sieve_enotify_env*, const char* uri, const char*) {
    return host::guarded("notify method xmpp: check", false,
                         [&] { return xmpp::parse_xmpp_uri(uri).has_value(); });
}

// nullptr makes the test false whatever its keys are; "" is a value.
const char* ntfy_xmpp_get_method_capability(const sieve_enotify_env* nenv, const char* uri, const char*,
                                            const char* capability) {
    return host::guarded(
        "notify method xmpp: presence", static_cast<const char*>(nullptr), [&]() -> const char* {
            const auto parsed = xmpp::parse_xmpp_uri(uri);
            if (!parsed || !presence::item_value(capability, {}, {}))
                return nullptr;
            host::UserPresence& user = presence_of(nenv->method).snapshot(nenv->svinst);
            const host::PresenceAnswer& answer = user.look_up(parsed->target);
            const auto value = presence::item_value(capability, answer.presence, user.site().presence);
            return value ? t_strdup(value->c_str()) : nullptr;
        });
}

// False ends the script with an error (RFC 5435, 3.2). A target that is not allowed does not: the mail goes
// its way without the notification.
bool ntfy_xmpp_runtime_check_operands(const sieve_enotify_env* nenv, const char* uri, const char*, string_t*,
                                      string_t* from, pool_t context_pool, void** method_context) {
    if (from != nullptr && !ntfy_xmpp_check_from(nenv, from))
        return false;
    return host::guarded("notify method xmpp: check", false, [&] {
        const auto parsed = xmpp::parse_xmpp_uri(uri);
        if (!parsed) {
            report(nenv, LOG_TYPE_ERROR,
                   fmt::format("invalid xmpp URI '{}': {}", shown(uri), parsed.error().text));
            return false;
        }
        const bool allowed = presence_of(nenv->method).snapshot(nenv->svinst).may_notify(parsed->target);
        if (!allowed)
            sieve_enotify_global_warning(nenv,
                                         "'%s' is no XMPP address of the script's owner, and this site sends "
                                         "no notifications there: ignored",
                                         shown(parsed->target.text()).c_str());
        *method_context = make_xmpp_action(context_pool, uri, parsed->target, allowed);
        return true;
    });
}

} // namespace

void forget_xmpp_method(const sieve_enotify_method& method) {
    sieve_enotify_method_unregister(&method);
    host::guarded("notify method xmpp: unload",
                  [&] { delete static_cast<PresenceContext*>(method.context); });
}

} // namespace columbarium::sieve
