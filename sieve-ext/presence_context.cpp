// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence_context.hpp"

#include <string>
#include <utility>

#include "compat.hpp"

namespace columbarium::sieve {

namespace {

std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

host::UserPresenceInput input_of(sieve_instance* svinst) {
    host::UserPresenceInput input;
    input.setting = [svinst](const char* name) { return host::plugin_setting(svinst, name); };
    input.username = text_of(svinst->username);
    input.home = text_of(sieve_environment_get_homedir(svinst));
    input.base_dir = text_of(svinst->base_dir);
    input.warn = [svinst](const std::string& text) {
        e_warning(svinst->event, "%s", str_sanitize(text.c_str(), 512));
    };
    return input;
}

} // namespace

host::UserPresence& PresenceContext::snapshot(sieve_instance* svinst) {
    const auto now = Clock::now();
    const bool is_delivery = svinst->env_location == SIEVE_ENV_LOCATION_MDA;
    if (snapshot_ == nullptr || (!is_delivery && now - made_ > longest_life_in_imap)) {
        snapshot_ = std::make_unique<host::UserPresence>(input_of(svinst));
        made_ = now;
        notifications_ = 0;
    }
    return *snapshot_;
}

std::size_t PresenceContext::count_notification(const sieve_enotify_exec_env* nenv) {
    const mail* message = nenv->msgdata->mail;
    const std::uint32_t uid = message == nullptr ? 0 : message->uid;
    const std::string mailbox = message == nullptr ? "" : text_of(mailbox_get_vname(message->box));
    if (uid != message_ || mailbox != mailbox_) {
        message_ = uid;
        mailbox_ = mailbox;
        notifications_ = 0;
    }
    return ++notifications_;
}

} // namespace columbarium::sieve
