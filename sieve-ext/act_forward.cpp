// SPDX-License-Identifier: LGPL-2.1-or-later
// Forward: what route does with a channel
//
// Whatever can be decided beforehand is decided when the action is executed, when nothing is done yet; the
// mail goes out when it is committed, in the order of the script: the action counts as one of storage, so
// that a fileinto after the route is only done where the forward went out.
#include "guarded.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "desk/forward.hpp"
#include "site.hpp"

#include "act_forward.hpp"
#include "desk_place.hpp"
#include "dovecot_source.hpp"
#include "send_forward.hpp"
#include "store_mail.hpp"

namespace columbarium::sieve {

namespace {

bool act_forward_equals(const sieve_script_env* senv, const sieve_action* one, const sieve_action* other);
int act_forward_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                                const sieve_action* other);
void act_forward_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep);
int act_forward_start(const sieve_action_exec_env* aenv, void** tr_context);
int act_forward_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep);
int act_forward_commit(const sieve_action_exec_env* aenv, void* tr_context);

const sieve_action_def act_forward = {
    .name = "route",
    .flags = SIEVE_ACTFLAG_TRIES_DELIVER | SIEVE_ACTFLAG_MAIL_STORAGE,
    .equals = act_forward_equals,
    .check_duplicate = act_forward_check_duplicate,
    .print = act_forward_print,
    .start = act_forward_start,
    .execute = act_forward_execute,
    .commit = act_forward_commit,
};

// What all forwards of a result share. In its pool: plain memory of the host.
struct Shared {
    unsigned forwards;
    bool is_kept; // the message lies in INBOX with the keyword
};

struct Context {
    ForwardText text;
    const char* address;
    unsigned number; // of this forward among those of the result, from 0
    Shared* shared;
};

struct Transaction {
    const char* refusal; // why it does not go out, or nullptr
};

const Context* context_of(const sieve_action* action) {
    return static_cast<const Context*>(action->context);
}

const char* const* copy_texts(pool_t pool, const std::vector<std::string>& texts) {
    auto* copy = p_new(pool, const char*, static_cast<unsigned>(texts.size() + 1));
    for (std::size_t i = 0; i < texts.size(); ++i)
        copy[i] = p_strdup(pool, texts[i].c_str());
    return copy;
}

Shared* shared_of(const sieve_runtime_env* renv) {
    sieve_result_iterate_context* at = sieve_result_iterate_init(renv->result);
    while (const sieve_action* action = sieve_result_iterate_next(at, nullptr))
        if (sieve_action_is(action, act_forward))
            return context_of(action)->shared;
    return p_new(sieve_result_pool(renv->result), Shared, 1);
}

} // namespace

int add_forward_to_result(const sieve_runtime_env* renv, const config::Destination& destination,
                          const ForwardReason& reason) {
    const pool_t pool = sieve_result_pool(renv->result);
    auto* context = p_new(pool, Context, 1);
    context->text.channel = p_strdup(pool, destination.name.c_str());
    context->text.by = p_strdup(pool, acting(renv).c_str());
    context->text.is_by_person = is_gesture(renv->exec_env);
    context->text.note = p_strdup(pool, reason.note);
    context->text.tokens = copy_texts(pool, reason.tokens);
    context->text.explanations = copy_texts(pool, reason.explanations);
    context->address = p_strdup(pool, std::get<config::Channel>(destination.kind).forward_to.c_str());
    context->shared = shared_of(renv);
    context->number = context->shared->forwards;
    const int added = sieve_result_add_action(renv, renv->oprtn->ext, act_forward.name, &act_forward, nullptr,
                                              context, 0, true);
    if (added < 0)
        return SIEVE_EXEC_FAILURE;
    if (added == 0)
        ++context->shared->forwards;
    return SIEVE_EXEC_OK;
}

namespace {

bool act_forward_equals(const sieve_script_env*, const sieve_action* one, const sieve_action* other) {
    return strcasecmp(context_of(one)->text.channel, context_of(other)->text.channel) == 0;
}

int act_forward_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                                const sieve_action* other) {
    return act_forward_equals(renv->exec_env->scriptenv, one, other) ? 1 : 0;
}

void act_forward_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep) {
    const Context* context = context_of(action);
    sieve_result_action_printf(rpenv, "forward message to channel `%s': <%s>",
                               str_sanitize(context->text.channel, 64), str_sanitize(context->address, 256));
    if (context->text.note != nullptr)
        sieve_result_seffect_printf(rpenv, "note: %s", str_sanitize(context->text.note, 256));
    *keep = false;
}

int act_forward_start(const sieve_action_exec_env* aenv, void** tr_context) {
    *tr_context = p_new(sieve_result_pool(aenv->result), Transaction, 1);
    return SIEVE_EXEC_OK;
}

const char* channel_of(const sieve_action_exec_env* aenv) {
    return str_sanitize(context_of(aenv->action)->text.channel, 64);
}

// Why a forward does not go out: nothing; for good; or for now.
struct Obstacle {
    bool is_temporary = false;
    std::string text; // "" for none
};

Obstacle of_error(const Error& error) {
    return {error.kind == ErrorKind::temporary, error.text};
}

std::string joined(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, "; "));
}

Obstacle find_obstacle(const sieve_action_exec_env* aenv) {
    const sieve_execute_env* eenv = aenv->exec_env;
    const Context* context = context_of(aenv->action);
    const auto site = site_config(eenv->svinst);
    if (!site)
        return of_error(site.error());
    if (eenv->svinst->max_redirects == 0)
        return {false, "sieve_max_redirects is 0"};
    const config::DeskPolicy& policy = (*site)->desk;
    if (context->number >= policy.forwards_per_message)
        return {false, fmt::format("desk.forwards_per_message is {}", policy.forwards_per_message)};

    // As it came: no script can take away what speaks against it.
    MailSource source(eenv->msgdata->mail);
    mail::Message message(source, {reverse_path(eenv)});
    const auto objections =
        desk::forward_objections(policy, desk_address(eenv, aenv->msgctx, policy), message);
    if (!objections)
        return of_error(objections.error());
    if (!objections->empty())
        return {false, joined(*objections)};

    const auto service = service_of(eenv);
    if (service == nullptr)
        return {false, "there is no user whose forwards could be counted"};
    const auto limit = service->count_forward(context->text.channel);
    if (!limit)
        return of_error(limit.error());
    return {false, limit->empty() ? "" : "the limit " + *limit + " is reached"};
}

int temporary_failure_of(const sieve_action_exec_env* aenv, const std::string& text) {
    sieve_result_global_error(aenv, "failed to forward to channel '%s': %s (temporary failure)",
                              channel_of(aenv), str_sanitize(text.c_str(), 512));
    return SIEVE_EXEC_TEMP_FAILURE;
}

void log_refusal(const sieve_action_exec_env* aenv, const std::string& text) {
    sieve_result_global_log_warning(aenv, "not forwarded to channel '%s': %s", channel_of(aenv),
                                    str_sanitize(text.c_str(), 512));
}

// In IMAP: the person sees at the message, where he put it, that it did not go.
int refuse_gesture(const sieve_action_exec_env* aenv, const std::string& text) {
    log_refusal(aenv, text);
    (void)add_keyword(aenv->exec_env->msgdata->mail, not_forwarded_keyword);
    return SIEVE_EXEC_FAILURE;
}

int execute(const sieve_action_exec_env* aenv, Transaction* transaction, bool* keep) {
    const Obstacle obstacle = find_obstacle(aenv);
    if (!obstacle.text.empty() && is_gesture(aenv->exec_env))
        return refuse_gesture(aenv, obstacle.text);
    if (obstacle.is_temporary)
        return temporary_failure_of(aenv, obstacle.text);
    if (!obstacle.text.empty())
        transaction->refusal = p_strdup(sieve_result_pool(aenv->result), obstacle.text.c_str());
    *keep = false; // what is not forwarded is stored by the commit
    return SIEVE_EXEC_OK;
}

// Whether the script itself stores the message where a keep would.
bool keeps_itself(const sieve_action_exec_env* aenv) {
    const char* inbox = SIEVE_SCRIPT_DEFAULT_MAILBOX(aenv->exec_env->scriptenv);
    sieve_result_iterate_context* at = sieve_result_iterate_init(aenv->result);
    bool is_keep = false;
    while (const sieve_action* action = sieve_result_iterate_next(at, &is_keep)) {
        if (is_keep)
            return true;
        if (!sieve_action_is(action, act_store) || action->context == nullptr)
            continue;
        if (strcmp(static_cast<const act_store_context*>(action->context)->mailbox, inbox) == 0)
            return true;
    }
    return false;
}

struct mail* mail_of(const sieve_action_exec_env* aenv) {
    return aenv->action->mail != nullptr ? aenv->action->mail : sieve_message_get_mail(aenv->msgctx);
}

// In a delivery: the message stays with the desk.
int refuse(const sieve_action_exec_env* aenv, const std::string& text) {
    log_refusal(aenv, text);
    Shared* shared = context_of(aenv->action)->shared;
    if (shared->is_kept || keeps_itself(aenv))
        return SIEVE_EXEC_OK;
    const char* inbox = SIEVE_SCRIPT_DEFAULT_MAILBOX(aenv->exec_env->scriptenv);
    const std::string fault =
        store_mail(aenv, inbox, {nullptr, mail_of(aenv), mail_flags(), not_forwarded_keyword});
    if (!fault.empty()) {
        sieve_result_global_error(aenv, "failed to store into mailbox '%s' what was not forwarded: %s", inbox,
                                  str_sanitize(fault.c_str(), 512));
        return SIEVE_EXEC_FAILURE; // the host keeps it in its own way
    }
    shared->is_kept = true;
    aenv->exec_env->exec_status->message_saved = true;
    aenv->exec_env->exec_status->significant_action_executed = true;
    sieve_result_global_log(aenv, "stored mail into mailbox '%s' with the keyword %s", inbox,
                            not_forwarded_keyword);
    return SIEVE_EXEC_OK;
}

int fail(const sieve_action_exec_env* aenv, const Obstacle& obstacle) {
    if (is_gesture(aenv->exec_env))
        return refuse_gesture(aenv, obstacle.text);
    if (!obstacle.is_temporary)
        return refuse(aenv, obstacle.text);
    const sieve_exec_status* done = aenv->exec_env->exec_status;
    if (done->message_saved || done->message_forwarded)
        return refuse(aenv, obstacle.text + " (not repeated, since the message has gone elsewhere already)");
    return temporary_failure_of(aenv, obstacle.text);
}

int commit(const sieve_action_exec_env* aenv, const Transaction* transaction) {
    if (transaction->refusal != nullptr)
        return refuse(aenv, transaction->refusal);
    const Context* context = context_of(aenv->action);
    const auto sent = send_forward(aenv, mail_of(aenv), context->text);
    if (!sent)
        return fail(aenv, of_error(sent.error()));
    sieve_exec_status* status = aenv->exec_env->exec_status;
    status->message_forwarded = true;
    status->significant_action_executed = true;
    event_passthrough* finished =
        sieve_action_create_finish_event(aenv)->add_str("redirect_target", context->address);
    sieve_result_event_log(aenv, finished->event(), "forwarded to channel '%s': <%s>", channel_of(aenv),
                           str_sanitize(context->address, 256));
    if (context->text.note != nullptr)
        sieve_result_global_log(aenv, "note for destination '%s': %s", channel_of(aenv),
                                str_sanitize(context->text.note, 256));
    if (!sent->empty())
        sieve_result_global_error(aenv, "no copy of what went to channel '%s' could be stored: %s",
                                  channel_of(aenv), str_sanitize(sent->c_str(), 512));
    return SIEVE_EXEC_OK;
}

int act_forward_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep) {
    return host::guarded("route action: execute", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                         [&] { return execute(aenv, static_cast<Transaction*>(tr_context), keep); });
}

int act_forward_commit(const sieve_action_exec_env* aenv, void* tr_context) {
    return host::guarded("route action: commit", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                         [&] { return commit(aenv, static_cast<const Transaction*>(tr_context)); });
}

} // namespace

} // namespace columbarium::sieve
