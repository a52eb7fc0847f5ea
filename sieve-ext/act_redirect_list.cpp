// SPDX-License-Identifier: LGPL-2.1-or-later
// The action of redirect :list
//
// One action of the result, however many members the list has: it counts once against sieve_max_redirects,
// and it is a message that was seen already, or that runs in a loop, for all of them at once. Its rules are
// those of the host's own redirect, whose parts cannot be called from outside.
#include "guarded.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/ascii.hpp"
#include "mail/address.hpp"

#include "act_redirect_list.hpp"
#include "send_to_list.hpp"

namespace columbarium::sieve {

namespace {

bool act_redirect_list_equals(const sieve_script_env* senv, const sieve_action* one,
                              const sieve_action* other);
int act_redirect_list_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                                      const sieve_action* other);
int act_redirect_list_check_conflict(const sieve_runtime_env* renv, const sieve_action* action,
                                     const sieve_action* other);
void act_redirect_list_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep);
int act_redirect_list_start(const sieve_action_exec_env* aenv, void** tr_context);
int act_redirect_list_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep);
int act_redirect_list_commit(const sieve_action_exec_env* aenv, void* tr_context);

const sieve_action_def act_redirect_list = {
    .name = "redirect",
    .flags = SIEVE_ACTFLAG_TRIES_DELIVER,
    .equals = act_redirect_list_equals,
    .check_duplicate = act_redirect_list_check_duplicate,
    .check_conflict = act_redirect_list_check_conflict,
    .print = act_redirect_list_print,
    .start = act_redirect_list_start,
    .execute = act_redirect_list_execute,
    .commit = act_redirect_list_commit,
};

// In the pool of the result: plain memory of the host.
struct Transaction {
    const char* new_message_id; // where the message has none
    const char* duplicate_id;
    bool skipped;
};

ListRecipients* recipients_of(const sieve_action* action) {
    return static_cast<ListRecipients*>(action->context);
}

// The recipient of the host's own redirect.
const smtp_address* recipient_of(const sieve_action* action) {
    return static_cast<const act_redirect_context*>(action->context)->to_address;
}

// Addresses are compared folded. One that has no folded form is compared as it is.
std::string comparable(const smtp_address* address) {
    std::string text = smtp_address_encode(address);
    std::string folded = mail::fold_address(text);
    return folded.empty() ? text : folded;
}

// All that the result redirects to so far, its own actions and those of the host.
std::vector<const sieve_action*> redirects_of_result(const sieve_runtime_env* renv) {
    std::vector<const sieve_action*> redirects;
    sieve_result_iterate_context* at = sieve_result_iterate_init(renv->result);
    bool keep = false;
    while (const sieve_action* action = sieve_result_iterate_next(at, &keep))
        if (sieve_action_is(action, act_redirect_list) || sieve_action_is(action, act_redirect))
            redirects.push_back(action);
    return redirects;
}

std::unordered_set<std::string> recipients_of(const std::vector<const sieve_action*>& redirects) {
    std::unordered_set<std::string> all;
    for (const sieve_action* action : redirects) {
        if (sieve_action_is(action, act_redirect)) {
            all.insert(comparable(recipient_of(action)));
            continue;
        }
        const ListRecipients* recipients = recipients_of(action);
        for (unsigned i = 0; i < recipients->count; ++i)
            all.insert(comparable(recipients->addresses[i]));
    }
    return all;
}

// Whether the site allows one more. Tells the author of the script where it does not.
bool is_within_limit(const sieve_runtime_env* renv, const std::vector<const sieve_action*>& redirects) {
    const unsigned limit = renv->exec_env->svinst->max_redirects;
    if (redirects.size() < limit)
        return true;
    sieve_runtime_error(renv, nullptr, "number of redirect actions exceeds policy limit (%zu > %u)",
                        redirects.size() + 1, limit);
    return false;
}

// As the list has it, but for a domain with other letters than ASCII: that goes out in its A-label form.
std::string sendable(const std::string& address) {
    const auto at = std::min(address.rfind('@'), address.size());
    const bool has_ascii_domain = is_ascii(std::string_view(address).substr(at));
    const std::string folded = has_ascii_domain ? std::string() : mail::fold_address(address);
    return folded.empty() ? address : address.substr(0, at) + folded.substr(folded.rfind('@'));
}

struct mail* mail_of(const sieve_action_exec_env* aenv) {
    return aenv->action->mail != nullptr ? aenv->action->mail : sieve_message_get_mail(aenv->msgctx);
}

} // namespace

int add_redirect_to_list(const sieve_runtime_env* renv, sieve_side_effects_list* effects,
                         const std::string& list, std::span<const std::string> recipients) {
    sieve_instance* svinst = renv->exec_env->svinst;
    const pool_t pool = sieve_result_pool(renv->result);
    const auto redirects = redirects_of_result(renv);
    // Then this one is a duplicate, and the host merges it with that one.
    const bool has_same_list =
        std::any_of(redirects.begin(), redirects.end(), [&](const sieve_action* known) {
            return sieve_action_is(known, act_redirect_list) && recipients_of(known)->list == list;
        });
    if (!has_same_list && !is_within_limit(renv, redirects))
        return SIEVE_EXEC_FAILURE;

    const auto covered = recipients_of(redirects);
    auto** addresses = p_new(pool, const smtp_address*, static_cast<unsigned>(recipients.size()));
    unsigned count = 0;
    for (const std::string& recipient : recipients) {
        const char* fault = nullptr;
        const smtp_address* address = sieve_address_parse(sendable(recipient).c_str(), &fault);
        if (address == nullptr) {
            sieve_runtime_error(renv, nullptr,
                                "redirect action: list `%s' has a member that this server cannot send to",
                                str_sanitize(list.c_str(), 80));
            return SIEVE_EXEC_FAILURE;
        }
        sieve_runtime_trace(renv, SIEVE_TRLVL_MATCHING, "recipient %s", smtp_address_encode_path(address));
        if (has_same_list || !covered.contains(comparable(address)))
            addresses[count++] = smtp_address_clone(pool, address);
    }

    auto* context = p_new(pool, ListRecipients, 1);
    context->list = p_strdup(pool, list.c_str());
    context->addresses = addresses;
    context->count = count;
    const int added = sieve_result_add_action(renv, renv->oprtn->ext, "redirect", &act_redirect_list, effects,
                                              context, svinst->max_redirects, true);
    return added < 0 ? SIEVE_EXEC_FAILURE : SIEVE_EXEC_OK;
}

namespace {

bool act_redirect_list_equals(const sieve_script_env*, const sieve_action* one, const sieve_action* other) {
    return strcmp(recipients_of(one)->list, recipients_of(other)->list) == 0;
}

int act_redirect_list_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                                      const sieve_action* other) {
    return act_redirect_list_equals(renv->exec_env->scriptenv, one, other) ? 1 : 0;
}

// A plain redirect that comes after this action is one redirect more, and whom it sends to is left out here.
int make_way(const sieve_runtime_env* renv, const sieve_action* action, const sieve_action* plain) {
    const auto redirects = redirects_of_result(renv);
    const auto holds = [&](const auto& is_it) {
        return std::any_of(redirects.begin(), redirects.end(), is_it);
    };
    // The host also asks before it adds this action: then add_redirect_to_list() has looked at all others.
    if (!holds([&](const sieve_action* known) { return known->context == action->context; }))
        return 0;
    // The host merges a plain redirect with one to the same address.
    if (holds([&](const sieve_action* known) {
            return sieve_action_is(known, act_redirect) &&
                   smtp_address_equals(recipient_of(known), recipient_of(plain));
        }))
        return 0;
    if (!is_within_limit(renv, redirects))
        return -1;
    ListRecipients* recipients = recipients_of(action);
    const std::string covered = comparable(recipient_of(plain));
    const smtp_address** end =
        std::remove_if(recipients->addresses, recipients->addresses + recipients->count,
                       [&](const smtp_address* address) { return comparable(address) == covered; });
    recipients->count = static_cast<unsigned>(end - recipients->addresses);
    return 0;
}

int act_redirect_list_check_conflict(const sieve_runtime_env* renv, const sieve_action* action,
                                     const sieve_action* other) {
    if (!sieve_action_is(other, act_redirect))
        return 0;
    return host::guarded("redirect action: check conflict", -1,
                         [&] { return make_way(renv, action, other); });
}

void act_redirect_list_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep) {
    const ListRecipients* recipients = recipients_of(action);
    sieve_result_action_printf(rpenv, "redirect message to list: %s (%u recipients)",
                               str_sanitize(recipients->list, 80), recipients->count);
    if (recipients->count > 0)
        *keep = false;
}

int act_redirect_list_start(const sieve_action_exec_env* aenv, void** tr_context) {
    *tr_context = p_new(sieve_result_pool(aenv->result), Transaction, 1);
    return SIEVE_EXEC_OK;
}

// The first field of this name, or "".
int first_field(const sieve_action_exec_env* aenv, struct mail* mail, const char* name, const char** value) {
    if (mail_get_first_header(mail, name, value) < 0)
        return sieve_result_mail_error(aenv, mail, "failed to read header field `%s'", name);
    if (*value == nullptr)
        *value = "";
    return SIEVE_EXEC_OK;
}

// What a message that was sent to a list is remembered by: itself, the user, the list, and what tells a
// resent message or one of a mailing list from the original.
int duplicate_id(const sieve_action_exec_env* aenv, const char* message_id, const char** id) {
    struct mail* mail = aenv->exec_env->msgdata->mail;
    const char* resent = "";
    const char* list_id = "";
    int status = first_field(aenv, mail, "resent-message-id", &resent);
    if (status == SIEVE_EXEC_OK && *resent == '\0')
        status = first_field(aenv, mail, "resent-from", &resent);
    if (status == SIEVE_EXEC_OK)
        status = first_field(aenv, mail, "list-id", &list_id);
    if (status != SIEVE_EXEC_OK)
        return status;
    const smtp_address* recipient = (aenv->exec_env->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0
                                        ? sieve_message_get_orig_recipient(aenv->msgctx)
                                        : sieve_get_user_email(aenv->exec_env->svinst);
    *id = p_strdup_printf(sieve_result_pool(aenv->result), "%s-%s-list:%s-%s-%s", message_id,
                          recipient != nullptr ? smtp_address_encode(recipient) : "",
                          recipients_of(aenv->action)->list, resent, list_id);
    return SIEVE_EXEC_OK;
}

bool names(const char* field, const smtp_address* address) {
    return address != nullptr && strcmp(field, smtp_address_encode(address)) == 0;
}

// Whether this user redirected the message before.
int check_loop(const sieve_action_exec_env* aenv, struct mail* mail, bool* is_loop) {
    const char* const* fields = nullptr;
    const int ret = mail_get_headers(mail, "x-sieve-redirected-from", &fields);
    if (ret < 0)
        return sieve_result_mail_error(aenv, mail, "failed to read header field `x-sieve-redirected-from'");
    const smtp_address* recipient = (aenv->exec_env->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0
                                        ? sieve_message_get_final_recipient(aenv->msgctx)
                                        : nullptr;
    const smtp_address* user = sieve_get_user_email(aenv->exec_env->svinst);
    for (; ret > 0 && *fields != nullptr; ++fields) {
        const char* field = t_str_trim(*fields, " \t\r\n");
        if (names(field, recipient) || names(field, user))
            *is_loop = true;
    }
    return SIEVE_EXEC_OK;
}

int execute(const sieve_action_exec_env* aenv, Transaction* transaction, bool* keep) {
    // Other redirects send to all of its members. So it is for them to cancel the keep, or to leave it where
    // they send nothing, the message having been seen before.
    if (recipients_of(aenv->action)->count == 0) {
        transaction->skipped = true;
        return SIEVE_EXEC_OK;
    }
    const char* list = str_sanitize(recipients_of(aenv->action)->list, 80);
    const char* message_id = aenv->exec_env->msgdata->id;
    if (message_id == nullptr)
        message_id = transaction->new_message_id =
            p_strdup(sieve_result_pool(aenv->result), sieve_message_get_new_id(aenv->exec_env->svinst));
    if (const int status = duplicate_id(aenv, message_id, &transaction->duplicate_id);
        status != SIEVE_EXEC_OK)
        return status;

    bool is_duplicate = false;
    const int checked = sieve_action_duplicate_check(aenv, transaction->duplicate_id,
                                                     strlen(transaction->duplicate_id), &is_duplicate);
    if (checked < SIEVE_EXEC_OK) {
        sieve_result_critical(aenv, "failed to check for duplicate forward",
                              "failed to check for duplicate forward to list `%s'", list);
        return checked;
    }
    if (is_duplicate) {
        sieve_result_global_log(aenv, "discarded duplicate forward to list `%s'", list);
        transaction->skipped = true;
        return SIEVE_EXEC_OK;
    }

    bool is_loop = false;
    if (const int status = check_loop(aenv, mail_of(aenv), &is_loop); status != SIEVE_EXEC_OK)
        return status;
    if (is_loop) {
        sieve_result_global_log(aenv,
                                "not forwarding message to list `%s': the `x-sieve-redirected-from' header "
                                "indicates a mail loop",
                                list);
        transaction->skipped = true;
        return SIEVE_EXEC_OK;
    }
    *keep = false;
    return SIEVE_EXEC_OK;
}

int commit(const sieve_action_exec_env* aenv, const Transaction* transaction) {
    if (transaction->skipped)
        return SIEVE_EXEC_OK;
    const ListRecipients* recipients = recipients_of(aenv->action);
    const int status = send_to_list(aenv, mail_of(aenv), *recipients, transaction->new_message_id);
    if (status != SIEVE_EXEC_OK)
        return status;

    const sieve_execute_env* eenv = aenv->exec_env;
    sieve_action_duplicate_mark(aenv, transaction->duplicate_id, strlen(transaction->duplicate_id),
                                ioloop_time + eenv->svinst->redirect_duplicate_period);
    eenv->exec_status->significant_action_executed = true;
    eenv->exec_status->message_forwarded = true;
    const char* list = str_sanitize(recipients->list, 80);
    event_passthrough* finished = sieve_action_create_finish_event(aenv)->add_str("redirect_target", list);
    sieve_result_event_log(aenv, finished->event(), "forwarded to the %u recipients of list `%s'",
                           recipients->count, list);
    for (unsigned i = 0; i < recipients->count; ++i)
        e_debug(aenv->event, "forwarded to %s", smtp_address_encode_path(recipients->addresses[i]));
    return SIEVE_EXEC_OK;
}

int act_redirect_list_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep) {
    return host::guarded("redirect action: execute", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                         [&] { return execute(aenv, static_cast<Transaction*>(tr_context), keep); });
}

int act_redirect_list_commit(const sieve_action_exec_env* aenv, void* tr_context) {
    return host::guarded("redirect action: commit", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                         [&] { return commit(aenv, static_cast<const Transaction*>(tr_context)); });
}

} // namespace

} // namespace columbarium::sieve
