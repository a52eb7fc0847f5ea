// SPDX-License-Identifier: LGPL-2.1-or-later
// Side effect of all stores beside a forward
//
// The host commits an implicit keep after all actions. When an action before it has reported a commit, and
// then the keep fails for a time, the host takes the message for kept: it would be lost.
#include "guarded.hpp"

#include "inbox_keep.hpp"

namespace columbarium::sieve {

namespace {

int seff_inbox_keep_pre_execute(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                                void* tr_context, void** se_tr_context);

// It is never written into a binary, so it has no operand.
const sieve_side_effect_def inbox_keep_side_effect = {
    .obj_def = {.identifier = "inbox_keep", .operand = nullptr, .code = 0},
    .to_action = &act_store,
    .pre_execute = seff_inbox_keep_pre_execute,
};

// As the host's own store action takes it.
bool is_default_mailbox(const sieve_action_exec_env* aenv, const char* mailbox) {
    const char* inbox = SIEVE_SCRIPT_DEFAULT_MAILBOX(aenv->exec_env->scriptenv);
    return strcmp(mailbox, inbox) == 0 ||
           (strcasecmp(mailbox, "INBOX") == 0 && strcasecmp(inbox, "INBOX") == 0);
}

int seff_inbox_keep_pre_execute(const sieve_side_effect* seffect, const sieve_action_exec_env* aenv,
                                void* tr_context, void**) {
    auto* store = static_cast<act_store_transaction*>(tr_context);
    if (store->box != nullptr && is_default_mailbox(aenv, store->context->mailbox))
        static_cast<InboxKeep*>(seffect->context)->store = store;
    return SIEVE_EXEC_OK;
}

} // namespace

void watch_inbox(const sieve_runtime_env* renv, InboxKeep* keep) {
    sieve_result_add_implicit_side_effect(renv->result, nullptr, true, renv->oprtn->ext,
                                          &inbox_keep_side_effect, keep);
}

bool commit_now(const sieve_action_exec_env* aenv, InboxKeep* keep) {
    act_store_transaction* store = keep->store;
    if (store == nullptr || store->mail_trans == nullptr)
        return false;
    sieve_exec_status* status = aenv->exec_env->exec_status;
    status->last_storage = mailbox_get_storage(store->box);
    if (mailbox_transaction_commit(&store->mail_trans) < 0) {
        sieve_act_store_get_storage_error(aenv, store);
        status->store_failed = true;
        sieve_result_global_error(aenv, "failed to store into mailbox %s: %s", store->mailbox_identifier,
                                  str_sanitize(store->error, 512));
        return false;
    }
    store->redundant = true; // the host leaves it where it is
    status->message_saved = true;
    status->significant_action_executed = true;
    sieve_result_global_log(aenv, "stored mail into mailbox %s", store->mailbox_identifier);
    return true;
}

} // namespace columbarium::sieve
