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
#include "inbox_keep.hpp"
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
void act_forward_rollback(const sieve_action_exec_env* aenv, void* tr_context, bool success);

const sieve_action_def act_forward = {
    .name = "route",
    .flags = SIEVE_ACTFLAG_TRIES_DELIVER | SIEVE_ACTFLAG_MAIL_STORAGE,
    .equals = act_forward_equals,
    .check_duplicate = act_forward_check_duplicate,
    .print = act_forward_print,
    .start = act_forward_start,
    .execute = act_forward_execute,
    .commit = act_forward_commit,
    .rollback = act_forward_rollback,
};

// What all forwards of a result share. In its pool: plain memory of the host.
struct Shared {
    unsigned forwards;
    bool is_kept;         // the message lies in INBOX, for a forward that did not go out
    InboxKeep inbox_keep; // what the host is about to store there
};

struct Context {
    ForwardText text;
    const char* address;
    mail_flags flags;            // those that the script had set
    const char* const* keywords; // as well; not_forwarded_keyword first, ends with nullptr
    unsigned number;             // of this forward among those of the result, from 0
    Shared* shared;
};

struct Transaction {
    const char* refusal; // why it does not go out, or nullptr
    bool is_counted;     // as one of those that go out in this hour
    Sending sending;     // how far it got
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
    auto* shared = p_new(sieve_result_pool(renv->result), Shared, 1);
    watch_inbox(renv, &shared->inbox_keep);
    return shared;
}

// What a script has set for the mail that it will store.
void take_flags(const sieve_runtime_env* renv, Context* context) {
    std::vector<std::string> keywords{not_forwarded_keyword};
    unsigned flags = 0;
    const sieve_extension* imap4flags = sieve_extension_get_by_name(renv->exec_env->svinst, "imap4flags");
    sieve_stringlist* list =
        imap4flags == nullptr ? nullptr : sieve_ext_imap4flags_get_flags(renv, imap4flags, nullptr);
    string_t* flag = nullptr;
    while (list != nullptr && sieve_stringlist_next_item(list, &flag) > 0) {
        if (*str_c(flag) == '\\')
            flags |= system_flag(str_c(flag));
        else
            keywords.emplace_back(str_c(flag));
    }
    context->flags = static_cast<mail_flags>(flags);
    context->keywords = copy_texts(sieve_result_pool(renv->result), keywords);
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
    take_flags(renv, context);
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
    auto* transaction = p_new(sieve_result_pool(aenv->result), Transaction, 1);
    transaction->sending = Sending::not_now;
    *tr_context = transaction;
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

Obstacle find_obstacle(const sieve_action_exec_env* aenv, Transaction* transaction) {
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
    const auto objections = desk::forward_objections(policy, desk_address(eenv, aenv->msgctx, policy),
                                                     message, context->address, context->text.is_by_person);
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
    transaction->is_counted = limit->empty();
    return {false, limit->empty() ? "" : "the limit " + *limit + " is reached"};
}

// Before it is counted again: what only tries must not use up the hour's share of what goes out.
void give_back(const sieve_action_exec_env* aenv, Transaction* transaction) {
    if (!transaction->is_counted)
        return;
    transaction->is_counted = false;
    const auto service = service_of(aenv->exec_env);
    if (const auto given = service->give_back_forward(context_of(aenv->action)->text.channel); !given)
        sieve_result_global_log_warning(aenv, "a forward to channel '%s' stays counted: %s", channel_of(aenv),
                                        str_sanitize(given.error().text.c_str(), 512));
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

// In IMAP: the person sees at the message, where he put it, that it did not go. A temporary failure would end
// the gesture for all messages that follow.
int refuse_gesture(const sieve_action_exec_env* aenv) {
    add_keyword(aenv->exec_env->msgdata->mail, not_forwarded_keyword);
    return SIEVE_EXEC_FAILURE;
}

int refuse_gesture(const sieve_action_exec_env* aenv, const std::string& text) {
    log_refusal(aenv, text);
    return refuse_gesture(aenv);
}

int execute(const sieve_action_exec_env* aenv, Transaction* transaction, bool* keep) {
    const Obstacle obstacle = find_obstacle(aenv, transaction);
    if (!obstacle.text.empty() && is_gesture(aenv->exec_env))
        return refuse_gesture(aenv, obstacle.text);
    if (obstacle.is_temporary)
        return temporary_failure_of(aenv, obstacle.text);
    if (!obstacle.text.empty())
        transaction->refusal = p_strdup(sieve_result_pool(aenv->result), obstacle.text.c_str());
    *keep = false; // what is not forwarded is stored by the commit
    return SIEVE_EXEC_OK;
}

struct mail* mail_of(const sieve_action_exec_env* aenv) {
    return aenv->action->mail != nullptr ? aenv->action->mail : sieve_message_get_mail(aenv->msgctx);
}

// Where the host is about to keep the message as well, that one is all that is stored, with the script's
// flags. As long as nothing else was done, it has to be there before the host hears of a commit.
int leave_to_keep(const sieve_action_exec_env* aenv, Shared* shared) {
    const sieve_exec_status* done = aenv->exec_env->exec_status;
    if (done->message_saved || done->message_forwarded)
        return SIEVE_EXEC_OK;
    if (shared->inbox_keep.store == nullptr)
        return SIEVE_EXEC_FAILURE; // the host keeps it in its own way
    if (!commit_now(aenv, &shared->inbox_keep))
        return SIEVE_EXEC_TEMP_FAILURE;
    shared->is_kept = true;
    return SIEVE_EXEC_OK;
}

// In a delivery: the message stays with the desk.
int refuse(const sieve_action_exec_env* aenv, const std::string& text) {
    log_refusal(aenv, text);
    const Context* context = context_of(aenv->action);
    Shared* shared = context->shared;
    sieve_exec_status* status = aenv->exec_env->exec_status;
    if (shared->is_kept)
        return SIEVE_EXEC_OK;
    // A keep of an earlier script, which a later one has cancelled, was not executed.
    if (status->tried_default_save || shared->inbox_keep.store != nullptr)
        return leave_to_keep(aenv, shared);
    const char* inbox = SIEVE_SCRIPT_DEFAULT_MAILBOX(aenv->exec_env->scriptenv);
    const std::string fault =
        store_mail(aenv, inbox, {nullptr, mail_of(aenv), context->flags, context->keywords});
    if (!fault.empty()) {
        sieve_result_global_error(aenv, "failed to store into mailbox '%s' what was not forwarded: %s", inbox,
                                  str_sanitize(fault.c_str(), 512));
        return SIEVE_EXEC_FAILURE; // the host keeps it in its own way
    }
    shared->is_kept = true;
    status->message_saved = true;
    status->significant_action_executed = true;
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

// What the host has to know. In IMAP the message may stay where it is, when what follows fails: nobody must
// send it again.
void note_sent(const sieve_action_exec_env* aenv) {
    aenv->exec_env->exec_status->message_forwarded = true;
    aenv->exec_env->exec_status->significant_action_executed = true;
    if (!is_gesture(aenv->exec_env))
        return;
    remove_keyword(aenv->exec_env->msgdata->mail, not_forwarded_keyword);
    add_keyword(aenv->exec_env->msgdata->mail, forwarded_keyword);
}

int commit(const sieve_action_exec_env* aenv, Transaction* transaction) {
    if (transaction->refusal != nullptr)
        return refuse(aenv, transaction->refusal);
    const Context* context = context_of(aenv->action);
    const auto sent = send_forward(aenv, mail_of(aenv), context->text, transaction->sending);
    if (!sent)
        return fail(aenv, of_error(sent.error()));
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

// Calls the body. Where it throws: a temporary failure, in IMAP as refuse_gesture().
template <class Body>
int guarded_status(const char* where, const sieve_action_exec_env* aenv, Body body) {
    constexpr int thrown = INT_MIN;
    const int status = host::guarded(where, thrown, body);
    if (status != thrown)
        return status;
    return is_gesture(aenv->exec_env) ? refuse_gesture(aenv) : SIEVE_EXEC_TEMP_FAILURE;
}

int act_forward_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep) {
    return guarded_status("route action: execute", aenv,
                          [&] { return execute(aenv, static_cast<Transaction*>(tr_context), keep); });
}

int act_forward_commit(const sieve_action_exec_env* aenv, void* tr_context) {
    auto* transaction = static_cast<Transaction*>(tr_context);
    const int status =
        guarded_status("route action: commit", aenv, [&] { return commit(aenv, transaction); });
    if (transaction->sending == Sending::not_now || transaction->sending == Sending::refused)
        host::guarded("route action: give back", [&] { give_back(aenv, transaction); });
    if (transaction->sending != Sending::done)
        return status;
    note_sent(aenv); // whatever failed after it
    return SIEVE_EXEC_OK;
}

// Something else failed before it was to go out.
void act_forward_rollback(const sieve_action_exec_env* aenv, void* tr_context, bool) {
    host::guarded("route action: rollback", [&] { give_back(aenv, static_cast<Transaction*>(tr_context)); });
    if (is_gesture(aenv->exec_env))
        (void)refuse_gesture(aenv);
}

} // namespace

} // namespace columbarium::sieve
