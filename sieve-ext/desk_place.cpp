// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk_place.hpp"

#include "reply/compose.hpp"

namespace columbarium::sieve {

bool is_gesture(const sieve_execute_env* eenv) {
    return eenv->svinst->env_location == SIEVE_ENV_LOCATION_MS;
}

const char* acting_person(const sieve_execute_env* eenv) {
    const mail_user* user = eenv->scriptenv->user;
    if (!is_gesture(eenv) || user == nullptr)
        return nullptr;
    return user->auth_user != nullptr && *user->auth_user != '\0' ? user->auth_user : user->username;
}

std::string acting(const sieve_runtime_env* renv) {
    const char* person = acting_person(renv->exec_env);
    return person != nullptr ? person : sieve_runtime_get_full_command_location(renv);
}

std::string desk_address(const sieve_execute_env* eenv, sieve_message_context* msgctx,
                         const config::DeskPolicy& policy) {
    sieve_instance* svinst = eenv->svinst;
    const bool has_own = svinst->user_email != nullptr ||
                         (svinst->username != nullptr && strchr(svinst->username, '@') != nullptr);
    if (!has_own && !policy.from.empty())
        return reply::from_of(policy.from).address;
    // Not the host's own guess of an address: it is another one than that of deliveries.
    const smtp_address* address = nullptr;
    if (has_own)
        address = sieve_get_user_email(svinst);
    else if ((eenv->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0)
        address = sieve_message_get_final_recipient(msgctx);
    return address != nullptr && address->domain != nullptr ? smtp_address_encode(address) : "";
}

std::optional<std::string> reverse_path(const sieve_execute_env* eenv) {
    const smtp_address* sender = eenv->msgdata->envelope.mail_from;
    if (sender == nullptr || (eenv->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) != 0)
        return std::nullopt;
    return smtp_address_isnull(sender) ? "" : smtp_address_encode(sender);
}

std::unique_ptr<host::ServiceClient> service_of(const sieve_execute_env* eenv) {
    const mail_user* user = eenv->scriptenv->user;
    return user == nullptr ? nullptr : host::ServiceClient::for_user(user->set->base_dir, user->username);
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace columbarium::sieve
