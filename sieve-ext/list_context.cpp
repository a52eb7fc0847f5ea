// SPDX-License-Identifier: LGPL-2.1-or-later
#include "list_context.hpp"

#include <string>
#include <utility>

#include "host/user_lists.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

namespace {

std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

// What an instance knows by itself. Tools without a user have a name for it at most.
host::UserListsInput input_of_instance(sieve_instance* svinst) {
    host::UserListsInput input;
    input.setting = [svinst](const char* name) { return host::plugin_setting(svinst, name); };
    input.username = text_of(svinst->username);
    input.home = text_of(sieve_environment_get_homedir(svinst));
    input.base_dir = text_of(svinst->base_dir);
    return input;
}

void add_address(host::UserListsInput& input, const smtp_address* address) {
    if (address != nullptr && !smtp_address_isnull(address))
        input.addresses.emplace_back(smtp_address_encode(address));
}

// The addresses that the host knows the user by, in a delivery those that the message came for among them.
void add_addresses(host::UserListsInput& input, const sieve_runtime_env* renv) {
    add_address(input, sieve_get_user_email(renv->exec_env->svinst));
    if ((renv->exec_env->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) != 0)
        return;
    add_address(input, sieve_message_get_final_recipient(renv->msgctx));
    add_address(input, sieve_message_get_orig_recipient(renv->msgctx));
}

} // namespace

Expected<lists::Catalog*> ListContext::running(const sieve_runtime_env* renv) {
    renv_ = renv;
    if (running_ != nullptr)
        return running_.get();
    sieve_instance* svinst = renv->exec_env->svinst;
    mail_user* user = renv->exec_env->scriptenv->user;
    host::UserListsInput input = user != nullptr ? host::input_of(user, nullptr) : input_of_instance(svinst);
    input.warn = [this, svinst](const std::string& text) {
        sieve_global_warning(svinst, renv_->ehandler, nullptr, "%s", str_sanitize(text.c_str(), 512));
    };
    add_addresses(input, renv);
    auto catalog = host::open_catalog(std::move(input));
    if (!catalog)
        return tl::make_unexpected(std::move(catalog.error()));
    running_ = std::move(*catalog);
    return running_.get();
}

Expected<lists::Catalog*> ListContext::compiling(sieve_instance* svinst) {
    if (compiling_ != nullptr)
        return compiling_.get();
    host::UserListsInput input = input_of_instance(svinst);
    input.warn = [svinst](const std::string& text) {
        e_warning(svinst->event, "%s", str_sanitize(text.c_str(), 512));
    };
    auto catalog = host::open_catalog(std::move(input));
    if (!catalog)
        return tl::make_unexpected(std::move(catalog.error()));
    compiling_ = std::move(*catalog);
    return compiling_.get();
}

} // namespace columbarium::sieve
