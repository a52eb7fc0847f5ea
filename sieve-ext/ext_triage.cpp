// SPDX-License-Identifier: LGPL-2.1-or-later
// Extension vnd.columbarium.triage
//
// Test and action for mail that comes to a shared address:
//   triage [MATCH-TYPE] [COMPARATOR] <fact: string-list> <keys: string-list>     tst_triage.cpp
//   route [:note <string>] <destination: string>                                 cmd_route.cpp
//
// Environment item (RFC 5183), where the extension "environment" is there:
//   vnd.columbarium.user  the person who acts in IMAP, without a domain: of the login "support*anna" it is
//                         "anna", where imap.user of RFC 6785 is the owner of the mailbox. In deliveries
//                         there is no such item.
#include "guarded.hpp"

#include <iterator>

#include "triage_context.hpp"

#include "desk_place.hpp"
#include "ext_triage.hpp"

namespace columbarium::sieve {

namespace {

const sieve_operation_def* const triage_operations[] = {&tst_triage_operation, &cmd_route_operation};

host::ExtensionLoadResult ext_triage_load(const sieve_extension* ext, void** context);
void ext_triage_unload(const sieve_extension* ext);
bool ext_triage_validator_load(const sieve_extension* ext, sieve_validator* valdtr);
bool ext_triage_interpreter_load(const sieve_extension* ext, const sieve_runtime_env* renv,
                                 sieve_size_t* address);
bool ext_triage_validate(const sieve_extension* ext, sieve_validator* valdtr, void* context,
                         sieve_ast_argument* require_arg, bool required);
void ext_triage_interpreter_free(const sieve_extension* ext, sieve_interpreter* interp, void* context);
const char* user_item_value(const sieve_runtime_env* renv, const char* name);

const sieve_validator_extension triage_validator_extension = {
    .ext = &triage_extension,
    .validate = ext_triage_validate,
};

const sieve_interpreter_extension triage_interpreter_extension = {
    .ext_def = &triage_extension,
    .run = nullptr,
    .free = ext_triage_interpreter_free,
};

const sieve_environment_item user_item = {
    .name = "vnd.columbarium.user",
    .prefix = false,
    .value = nullptr,
    .get_value = user_item_value,
};

} // namespace

const sieve_extension_def triage_extension = {
    .name = "vnd.columbarium.triage",
    .version = 1,
    .load = ext_triage_load,
    .unload = ext_triage_unload,
    .validator_load = ext_triage_validator_load,
    .interpreter_load = ext_triage_interpreter_load,
    .operations = {triage_operations, std::size(triage_operations)},
};

namespace {

// The context of the extension lives as long as the Sieve instance, and is ours to delete.
host::ExtensionLoadResult ext_triage_load(const sieve_extension* ext, void** context) {
    return host::guarded("triage extension: load", host::extension_not_loaded, [&] {
        if (*context != nullptr)
            ext_triage_unload(ext); // a reload
        *context = new TriageContext;
        return host::extension_loaded;
    });
}

void ext_triage_unload(const sieve_extension* ext) {
    host::guarded("triage extension: unload", [&] { delete static_cast<TriageContext*>(ext->context); });
}

bool ext_triage_validator_load(const sieve_extension* ext, sieve_validator* valdtr) {
    sieve_validator_register_command(valdtr, ext, &tst_triage);
    sieve_validator_register_command(valdtr, ext, &cmd_route);
    sieve_validator_extension_register(valdtr, ext, &triage_validator_extension, nullptr);
    return true;
}

// Called when all extensions that the script requires are known: route takes the flags that setflag and
// addflag set, as fileinto does (RFC 5232 section 5).
bool ext_triage_validate(const sieve_extension*, sieve_validator* valdtr, void*, sieve_ast_argument*, bool) {
    sieve_instance* svinst = sieve_validator_svinst(valdtr);
    const sieve_extension* imap4flags = sieve_extension_get_by_name(svinst, "imap4flags");
    if (imap4flags != nullptr && sieve_validator_extension_loaded(valdtr, imap4flags))
        sieve_ext_imap4flags_register_side_effect(valdtr, imap4flags, cmd_route.identifier);
    return true;
}

bool ext_triage_interpreter_load(const sieve_extension* ext, const sieve_runtime_env* renv, sieve_size_t*) {
    sieve_interpreter_extension_register(renv->interp, ext, &triage_interpreter_extension, nullptr);
    const sieve_extension* environment = sieve_extension_get_by_name(ext->svinst, "environment");
    if (environment != nullptr)
        sieve_environment_item_register(environment, renv->interp, &user_item);
    return true;
}

const char* user_item_value(const sieve_runtime_env* renv, const char*) {
    const char* person = acting_person(renv->exec_env);
    return person == nullptr ? nullptr : t_strcut(person, '@');
}

// A delivery ends with its Sieve instance, and its facts with it. In IMAP the instance lives as long as the
// client is connected, so there the facts go when the script ends.
void ext_triage_interpreter_free(const sieve_extension* ext, sieve_interpreter*, void*) {
    if (ext->svinst->env_location != SIEVE_ENV_LOCATION_MS)
        return;
    host::guarded("triage extension: end of script",
                  [&] { static_cast<TriageContext*>(ext->context)->forget(); });
}

} // namespace

} // namespace columbarium::sieve
