// SPDX-License-Identifier: LGPL-2.1-or-later
// Record of a bounce: what route does where the destination has record_bounces
#include "guarded.hpp"

#include <utility>

#include "desk/bounce_record.hpp"

#include "act_bounce.hpp"
#include "desk_place.hpp"

namespace columbarium::sieve {

namespace {

bool act_bounce_equals(const sieve_script_env* senv, const sieve_action* one, const sieve_action* other);
int act_bounce_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                               const sieve_action* other);
void act_bounce_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep);
int act_bounce_execute(const sieve_action_exec_env* aenv, void* tr_context, bool* keep);

const sieve_action_def act_bounce = {
    .name = "record_bounces",
    .flags = 0,
    .equals = act_bounce_equals,
    .check_duplicate = act_bounce_check_duplicate,
    .print = act_bounce_print,
    .execute = act_bounce_execute,
};

// In the pool of the result: plain memory of the host.
struct Context {
    const char* report; // desk::to_key(), of a user without a name
    unsigned count;
};

const Context* context_of(const sieve_action* action) {
    return static_cast<const Context*>(action->context);
}

int failure(const sieve_runtime_env* renv, const Error& error) {
    sieve_runtime_critical(renv, nullptr, "route action: failed to read the message", "route action: %s",
                           str_sanitize(error.text.c_str(), 512));
    return SIEVE_EXEC_TEMP_FAILURE;
}

} // namespace

int add_bounce_to_result(const sieve_runtime_env* renv, triage::Facts& facts) {
    auto records = desk::bounce_records(facts);
    if (!records)
        return failure(renv, records.error());
    if (records->empty())
        return SIEVE_EXEC_OK;
    const pool_t pool = sieve_result_pool(renv->result);
    auto* context = p_new(pool, Context, 1);
    context->count = static_cast<unsigned>(records->size());
    context->report = p_strdup(pool, desk::to_key({"-", *std::move(records)}).c_str());
    const int added = sieve_result_add_action(renv, renv->oprtn->ext, act_bounce.name, &act_bounce, nullptr,
                                              context, 0, false);
    return added < 0 ? SIEVE_EXEC_FAILURE : SIEVE_EXEC_OK;
}

namespace {

bool act_bounce_equals(const sieve_script_env*, const sieve_action*, const sieve_action*) {
    return true;
}

int act_bounce_check_duplicate(const sieve_runtime_env*, const sieve_action*, const sieve_action*) {
    return 1;
}

void act_bounce_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool*) {
    sieve_result_action_printf(rpenv, "record what the bounce says of %u recipients",
                               context_of(action)->count);
}

int execute(const sieve_action_exec_env* aenv) {
    auto report = desk::read_bounce_report(context_of(aenv->action)->report);
    const auto service = service_of(aenv->exec_env);
    if (!report || service == nullptr)
        return SIEVE_EXEC_OK; // a tool that knows no user
    const auto kept = service->record_bounces(std::move(report->records));
    if (!kept) {
        sieve_result_global_error(aenv, "failed to record a bounce: %s%s",
                                  str_sanitize(kept.error().text.c_str(), 512),
                                  is_gesture(aenv->exec_env) ? "" : " (temporary failure)");
        return is_gesture(aenv->exec_env) ? SIEVE_EXEC_OK : SIEVE_EXEC_TEMP_FAILURE;
    }
    if (!*kept)
        sieve_result_global_log_warning(
            aenv, "the bounce was not recorded: too many came to this user within the hour");
    return SIEVE_EXEC_OK;
}

// The implicit keep is for others to cancel.
int act_bounce_execute(const sieve_action_exec_env* aenv, void*, bool*) {
    const int failed = is_gesture(aenv->exec_env) ? SIEVE_EXEC_OK : SIEVE_EXEC_TEMP_FAILURE;
    return host::guarded("route action: bounce", failed, [&] { return execute(aenv); });
}

} // namespace

} // namespace columbarium::sieve
