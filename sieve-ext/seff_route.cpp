// SPDX-License-Identifier: LGPL-2.1-or-later
// Side effect of route
//
// A bucket is the host's store action; so quota and temporary failures are the host's. What is left is done
// here, at the places where the tags :create and :flags of fileinto do it.
#include "guarded.hpp"

#include <string>

#include "desk_place.hpp"
#include "seff_route.hpp"
#include "store_mail.hpp"

namespace columbarium::sieve {

namespace {

// In the pool of the result: plain memory of the host.
struct RouteEffect {
    const char* destination;
    const char* note;            // or nullptr
    const char* const* keywords; // ends with nullptr
    mail_flags flags;
    bool create;
};

int seff_route_merge(const sieve_runtime_env* renv, const sieve_action* action,
                     const sieve_side_effect* old_seffect, const sieve_side_effect* new_seffect,
                     void** old_context);
void seff_route_print(const sieve_side_effect* seffect, const sieve_action* action,
                      const sieve_result_print_env* penv, bool* keep);
int seff_bucket_pre_execute(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                            void* tr_context, void** se_tr_context);
void seff_route_post_commit(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                            void* tr_context, void* se_tr_context, int commit_status);
void seff_route_rollback(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                         void* tr_context, void* se_tr_context, bool success);

// They are never written into a binary, so they have no operand.
const sieve_side_effect_def bucket_side_effect = {
    .obj_def = {.identifier = "bucket", .operand = nullptr, .code = 0},
    .precedence = 100, // as :create
    .to_action = &act_store,
    .merge = seff_route_merge,
    .print = seff_route_print,
    .pre_execute = seff_bucket_pre_execute,
    .post_commit = seff_route_post_commit,
    .rollback = seff_route_rollback,
};

const RouteEffect* effect_of(const sieve_side_effect* seffect) {
    return static_cast<const RouteEffect*>(seffect->context);
}

RouteEffect* effect_create(pool_t pool, const config::Destination& destination, const char* note) {
    auto* effect = p_new(pool, RouteEffect, 1);
    effect->destination = p_strdup(pool, destination.name.c_str());
    effect->note = p_strdup(pool, note);
    effect->keywords = p_new(pool, const char*, 1);
    return effect;
}

void effect_add(const sieve_runtime_env* renv, sieve_side_effects_list** effects,
                const sieve_side_effect_def* definition, RouteEffect* context) {
    sieve_side_effect seffect = {};
    seffect.object.def = &definition->obj_def;
    seffect.object.ext = renv->oprtn->ext;
    seffect.def = definition;
    seffect.context = context;
    if (*effects == nullptr)
        *effects = sieve_side_effects_list_create(renv->result);
    sieve_side_effects_list_add(*effects, &seffect);
}

} // namespace

void add_bucket_effect(const sieve_runtime_env* renv, sieve_side_effects_list** effects,
                       const config::Destination& destination, const config::Bucket& bucket,
                       const char* note) {
    const pool_t pool = sieve_result_pool(renv->result);
    RouteEffect* effect = effect_create(pool, destination, note);
    effect->create = bucket.create;
    auto* keywords = p_new(pool, const char*, static_cast<unsigned>(bucket.flags.size() + 1));
    std::size_t count = 0;
    unsigned flags = 0;
    for (const std::string& flag : bucket.flags) {
        if (flag.front() == '\\')
            flags |= system_flag(flag);
        else
            keywords[count++] = p_strdup(pool, flag.c_str());
    }
    effect->keywords = keywords;
    effect->flags = static_cast<mail_flags>(flags);
    effect_add(renv, effects, &bucket_side_effect, effect);
}

namespace {

// Where two actions go to one place the host keeps the first one and asks what becomes of the side effects:
// those of the later route hold, as with :flags.
int seff_route_merge(const sieve_runtime_env*, const sieve_action*, const sieve_side_effect*,
                     const sieve_side_effect* new_seffect, void** old_context) {
    if (new_seffect != nullptr)
        *old_context = new_seffect->context;
    return 1;
}

void print_flags(const RouteEffect* effect, string_t* text) {
    static constexpr struct {
        mail_flags flag;
        const char* name;
    } names[] = {{MAIL_SEEN, " \\Seen"},
                 {MAIL_ANSWERED, " \\Answered"},
                 {MAIL_FLAGGED, " \\Flagged"},
                 {MAIL_DELETED, " \\Deleted"},
                 {MAIL_DRAFT, " \\Draft"}};
    for (const auto& known : names)
        if ((effect->flags & known.flag) != 0)
            str_append(text, known.name);
    for (const char* const* keyword = effect->keywords; *keyword != nullptr; ++keyword)
        str_printfa(text, " %s", *keyword);
}

void seff_route_print(const sieve_side_effect* seffect, const sieve_action*,
                      const sieve_result_print_env* penv, bool*) {
    const RouteEffect* effect = effect_of(seffect);
    sieve_result_seffect_printf(penv, "route to %s `%s'", seffect->def->obj_def.identifier,
                                str_sanitize(effect->destination, 64));
    if (effect->create)
        sieve_result_seffect_printf(penv, "create mailbox if it does not exist");
    string_t* flags = t_str_new(128);
    print_flags(effect, flags);
    if (str_len(flags) > 0)
        sieve_result_seffect_printf(penv, "add IMAP flags:%s", str_c(flags));
    if (effect->note != nullptr)
        sieve_result_seffect_printf(penv, "note: %s", str_sanitize(effect->note, 256));
}

// In IMAP nobody tries again, and a temporary failure would end the gesture for all messages that follow.
int status_of(const sieve_action_exec_env* aenv, const act_store_transaction* trans) {
    return trans->error_code == MAIL_ERROR_TEMP && !is_gesture(aenv->exec_env) ? SIEVE_EXEC_TEMP_FAILURE
                                                                               : SIEVE_EXEC_FAILURE;
}

// Opens the mailbox, and creates it first where it does not exist.
int open_or_create(const sieve_action_exec_env* aenv, act_store_transaction* trans) {
    struct mailbox* box = trans->box;
    if (mailbox_open(box) == 0)
        return SIEVE_EXEC_OK;
    sieve_act_store_get_storage_error(aenv, trans);
    if (trans->error_code != MAIL_ERROR_NOTFOUND)
        return status_of(aenv, trans);

    trans->error = nullptr;
    trans->error_code = MAIL_ERROR_NONE;
    if (mailbox_create(box, nullptr, false) < 0) {
        sieve_act_store_get_storage_error(aenv, trans);
        if (trans->error_code != MAIL_ERROR_EXISTS)
            return status_of(aenv, trans);
        trans->error = nullptr; // another delivery was faster
        trans->error_code = MAIL_ERROR_NONE;
    }
    if (aenv->exec_env->scriptenv->mailbox_autosubscribe)
        (void)mailbox_list_set_subscribed(mailbox_get_namespace(box)->list, mailbox_get_name(box), true);
    if (mailbox_open(box) == 0)
        return SIEVE_EXEC_OK;
    sieve_act_store_get_storage_error(aenv, trans);
    return status_of(aenv, trans);
}

int seff_bucket_pre_execute(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                            void* tr_context, void**) {
    const RouteEffect* effect = effect_of(seffect);
    auto* trans = static_cast<act_store_transaction*>(tr_context);
    if (trans->box == nullptr || trans->disabled) // sieve-test without a mailbox to store into
        return SIEVE_EXEC_OK;
    if (trans->error_code != MAIL_ERROR_NONE && trans->error_code != MAIL_ERROR_NOTFOUND)
        return status_of(aenv, trans);

    aenv->exec_env->exec_status->last_storage = mailbox_get_storage(trans->box);
    if (effect->create)
        if (const int status = open_or_create(aenv, trans); status != SIEVE_EXEC_OK)
            return status;
    if (effect->flags != 0 || *effect->keywords != nullptr)
        sieve_act_store_add_flags(aenv, trans, effect->keywords, effect->flags);
    return SIEVE_EXEC_OK;
}

// In IMAP: the person sees at the message that it did not go where he put it.
void mark_gesture(const sieve_action_exec_env* aenv) {
    if (is_gesture(aenv->exec_env))
        add_keyword(aenv->exec_env->msgdata->mail, not_forwarded_keyword);
}

void seff_route_rollback(const sieve_side_effect*, const sieve_action_exec_env* aenv, void*, void*, bool) {
    mark_gesture(aenv);
}

// A stored message is not changed: the log keeps the note.
void seff_route_post_commit(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv, void*, void*,
                            int commit_status) {
    const RouteEffect* effect = effect_of(seffect);
    if (commit_status != SIEVE_EXEC_OK)
        mark_gesture(aenv);
    else if (effect->note != nullptr)
        sieve_result_global_log(aenv, "note for destination '%s': %s", str_sanitize(effect->destination, 64),
                                str_sanitize(effect->note, 256));
}

} // namespace

} // namespace columbarium::sieve
