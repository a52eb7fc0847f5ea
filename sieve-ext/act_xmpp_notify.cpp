// SPDX-License-Identifier: LGPL-2.1-or-later
// Action notify of the method xmpp
//
// Hands the notification to the service, which sends it. Every use is logged (RFC 5435, 8). Whatever goes
// wrong, the mail is delivered.
#include "guarded.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "host/data_stack_frame.hpp"
#include "notify/compose.hpp"
#include "xmpp/xmpp_uri.hpp"

#include "ntfy_xmpp.hpp"

namespace columbarium::sieve {

namespace {

constexpr int shown_text = 512; // octets of a text in the log

// What Pigeonhole's method mailto reads of an action that it takes for its own, as far as it reads.
struct NoRecipients {
    struct array recipients;
    struct array headers;
    const char* subject;
    const char* body;
};

const XmppNotifyAction* action_of(const sieve_enotify_action* nact) {
    return static_cast<const XmppNotifyAction*>(nact->method_context);
}

std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

// A field of the message, decoded to UTF-8; "" where there is none.
std::string field_of(mail* message, const char* name) {
    const char* value = nullptr;
    if (message == nullptr || mail_get_first_header_utf8(message, name, &value) <= 0)
        return {};
    return text_of(value);
}

// Where to look for the mail. In a delivery the host does not tell what other actions do with it: this is
// where it goes without them.
std::string mailbox_of(const sieve_enotify_exec_env* nenv) {
    if (nenv->svinst->env_location == SIEVE_ENV_LOCATION_MDA)
        return SIEVE_SCRIPT_DEFAULT_MAILBOX(nenv->scriptenv);
    return nenv->msgdata->mail == nullptr ? std::string() : mailbox_get_vname(nenv->msgdata->mail->box);
}

std::string fresh_id() {
    guid_128_t id;
    guid_128_generate(id);
    return guid_128_to_string(id);
}

notify::Notification notification_of(const sieve_enotify_exec_env* nenv, const sieve_enotify_action* nact,
                                     xmpp::XmppUri uri, const config::NotifyPolicy& policy) {
    notify::Action action{.uri = std::move(uri)};
    if (nact->message != nullptr)
        action.message = nact->message;
    if (nact->from != nullptr)
        action.from = nact->from;
    action.importance = static_cast<int>(nact->importance);
    action.owner = text_of(nenv->svinst->username);
    if ((nenv->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0) {
        const smtp_address* recipient = sieve_message_get_final_recipient(nenv->msgctx);
        if (recipient != nullptr && !smtp_address_isnull(recipient))
            action.recipient = smtp_address_encode(recipient);
    }
    action.mail_from = field_of(nenv->msgdata->mail, "From");
    action.mail_subject = field_of(nenv->msgdata->mail, "Subject");
    action.mailbox = mailbox_of(nenv);
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return notify::compose(action, policy, fresh_id(), now);
}

// Whether the target is known not to want to be disturbed, and this is not important (RFC 5435, 3.4).
bool is_unwelcome(host::UserPresence& user, const sieve_enotify_action* nact, const xmpp::Jid& target) {
    if (nact->importance < 3)
        return false;
    const host::PresenceAnswer& answer = user.look_up(target);
    return answer.allowed && answer.presence.knowledge == presence::Knowledge::available &&
           answer.presence.show == presence::Show::dnd;
}

void execute(const sieve_enotify_exec_env* nenv, const sieve_enotify_action* nact) {
    const XmppNotifyAction* action = action_of(nact);
    if (action == nullptr || !action->allowed)
        return;
    auto uri = xmpp::parse_xmpp_uri(action->uri);
    if (!uri)
        return; // it was looked at when the script ran
    PresenceContext& context = presence_of(nenv->method);
    host::UserPresence& user = context.snapshot(nenv->svinst);
    const char* target = str_sanitize(action->target, shown_text);
    if (is_unwelcome(user, nact, uri->target)) {
        sieve_enotify_global_info(nenv, "xmpp notification to %s not sent: do not disturb", target);
        return;
    }
    const config::NotifyPolicy& policy = user.site().notify;
    const std::size_t number = context.count_notification(nenv);
    if (number > policy.most_per_delivery) {
        if (number == policy.most_per_delivery + 1)
            sieve_enotify_global_warning(nenv,
                                         "xmpp notification to %s not sent, nor any other of this message: "
                                         "at most %zu for a message",
                                         target, policy.most_per_delivery);
        return;
    }
    const notify::Notification notification = notification_of(nenv, nact, std::move(*uri), policy);
    if (const auto sent = user.send(notification); !sent)
        sieve_enotify_global_warning(nenv, "xmpp notification to %s not sent: %s", target,
                                     str_sanitize(sent.error().text.c_str(), shown_text));
    else
        sieve_enotify_global_info(nenv, "queued xmpp notification to %s (id %s)", target,
                                  notification.id.c_str());
}

} // namespace

XmppNotifyAction* make_xmpp_action(pool_t pool, const char* uri, const xmpp::Jid& target, bool allowed) {
    auto* none = p_new(pool, NoRecipients, 1);
    array_create_i(&none->recipients, pool, sizeof(void*), 1);
    array_create_i(&none->headers, pool, sizeof(void*), 1);
    auto* action = p_new(pool, XmppNotifyAction, 1);
    action->no_mailto = none;
    action->uri = p_strdup(pool, uri);
    action->target = p_strdup(pool, target.text().c_str());
    action->allowed = allowed;
    return action;
}

// The same text to the same person is sent once.
int act_xmpp_check_duplicates(const sieve_enotify_env*, const sieve_enotify_action* nact,
                              const sieve_enotify_action* nact_other) {
    if (nact_other->method == nullptr || nact_other->method->def != nact->method->def)
        return 0;
    return host::guarded("notify method xmpp: duplicates", 0, [&] {
        const auto one = xmpp::parse_xmpp_uri(action_of(nact)->uri);
        const auto other = xmpp::parse_xmpp_uri(action_of(nact_other)->uri);
        if (!one || !other || one->target != other->target || one->subject != other->subject)
            return 0;
        // The script's text, else the URI's, else the site's, which is the same for both.
        const auto body = [](const sieve_enotify_action* action, const xmpp::XmppUri& uri) {
            return action->message != nullptr ? std::optional<std::string>(action->message) : uri.body;
        };
        return body(nact, *one) == body(nact_other, *other) ? 1 : 0;
    });
}

void act_xmpp_print(const sieve_enotify_print_env* penv, const sieve_enotify_action* nact) {
    const XmppNotifyAction* action = action_of(nact);
    sieve_enotify_method_printf(penv, "    => importance   : %llu\n",
                                static_cast<unsigned long long>(nact->importance));
    if (nact->message != nullptr)
        sieve_enotify_method_printf(penv, "    => message      : %s\n", nact->message);
    if (nact->from != nullptr)
        sieve_enotify_method_printf(penv, "    => from         : %s\n", nact->from);
    sieve_enotify_method_printf(penv, "    => to           : %s%s\n\n", action->target,
                                action->allowed ? "" : " (not allowed: ignored)");
}

int act_xmpp_execute(const sieve_enotify_exec_env* nenv, const sieve_enotify_action* nact) {
    const host::DataStackFrame frame;
    host::guarded("notify method xmpp: send", [&] { execute(nenv, nact); });
    return 0;
}

} // namespace columbarium::sieve
