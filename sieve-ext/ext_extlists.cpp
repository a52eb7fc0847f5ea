// SPDX-License-Identifier: LGPL-2.1-or-later
// Extension extlists
//
// Author's reference: RFC 6134. Lists that are kept outside of scripts:
//   :list as MATCH-TYPE, with <names: string-list> as keys     mcht_list.cpp
//   valid_ext_list <names: string-list>                        tst_valid_ext_list.cpp
//   redirect :list <name: string>                              cmd_redirect_list.cpp, act_redirect_list.cpp
#include "guarded.hpp"

#include <iterator>

#include "lists/list_name.hpp"
#include "site.hpp"

#include "ext_extlists.hpp"

namespace columbarium::sieve {

namespace {

const sieve_operation_def* const extlists_operations[] = {&tst_valid_ext_list_operation,
                                                          &cmd_redirect_list_operation};

host::ExtensionLoadResult ext_extlists_load(const sieve_extension* ext, void** context);
void ext_extlists_unload(const sieve_extension* ext);
bool ext_extlists_validator_load(const sieve_extension* ext, sieve_validator* valdtr);
bool ext_extlists_interpreter_load(const sieve_extension* ext, const sieve_runtime_env* renv,
                                   sieve_size_t* address);
void ext_extlists_validator_free(const sieve_extension* ext, sieve_validator* valdtr, void* context);
void ext_extlists_interpreter_free(const sieve_extension* ext, sieve_interpreter* interp, void* context);
const char* ext_extlists_capability(const sieve_extension* ext);

const sieve_validator_extension extlists_validator_extension = {
    .ext = &extlists_extension,
    .free = ext_extlists_validator_free,
};

const sieve_interpreter_extension extlists_interpreter_extension = {
    .ext_def = &extlists_extension,
    .run = nullptr,
    .free = ext_extlists_interpreter_free,
};

// What ManageSieve's EXTLISTS says, where a host or a module of it asks.
const sieve_extension_capabilities extlists_capabilities = {
    .name = "extlists",
    .get_string = ext_extlists_capability,
};

} // namespace

const sieve_extension_def extlists_extension = {
    .name = "extlists",
    .version = 1,
    .load = ext_extlists_load,
    .unload = ext_extlists_unload,
    .validator_load = ext_extlists_validator_load,
    .interpreter_load = ext_extlists_interpreter_load,
    .operations = {extlists_operations, std::size(extlists_operations)},
    .operands = {&list_match_type_operand, 1},
};

namespace {

// The context of the extension lives as long as the Sieve instance, and is ours to delete.
host::ExtensionLoadResult ext_extlists_load(const sieve_extension* ext, void** context) {
    return host::guarded("extlists extension: load", host::extension_not_loaded, [&] {
        if (*context != nullptr) { // a reload
            sieve_extension_capabilities_unregister(ext);
            ext_extlists_unload(ext);
        }
        *context = new ListContext;
        sieve_extension_capabilities_register(ext, &extlists_capabilities);
        return host::extension_loaded;
    });
}

void ext_extlists_unload(const sieve_extension* ext) {
    host::guarded("extlists extension: unload", [&] { delete static_cast<ListContext*>(ext->context); });
}

bool ext_extlists_validator_load(const sieve_extension* ext, sieve_validator* valdtr) {
    sieve_match_type_register(valdtr, ext, &list_match_type);
    sieve_validator_register_command(valdtr, ext, &tst_valid_ext_list);
    sieve_validator_register_command(valdtr, ext, &cmd_redirect_or_list);
    sieve_validator_extension_register(valdtr, ext, &extlists_validator_extension, nullptr);
    return true;
}

bool ext_extlists_interpreter_load(const sieve_extension* ext, const sieve_runtime_env* renv, sieve_size_t*) {
    sieve_interpreter_extension_register(renv->interp, ext, &extlists_interpreter_extension, nullptr);
    return true;
}

void ext_extlists_validator_free(const sieve_extension* ext, sieve_validator*, void*) {
    host::guarded("extlists extension: end of compilation", [&] { lists_of(ext).forget_compilation(); });
}

// A delivery ends with its Sieve instance, and its catalog with it. Elsewhere each script has its own: the
// instance lives as long as an IMAP client is connected.
void ext_extlists_interpreter_free(const sieve_extension* ext, sieve_interpreter*, void*) {
    if (ext->svinst->env_location != SIEVE_ENV_LOCATION_MDA)
        host::guarded("extlists extension: end of script", [&] { lists_of(ext).forget_run(); });
}

const char* ext_extlists_capability(const sieve_extension*) {
    return lists::list_name_schemes;
}

} // namespace

int read_list_names(sieve_stringlist* list, std::vector<std::string>& names) {
    string_t* name = nullptr;
    int ret = 0;
    sieve_stringlist_reset(list);
    while ((ret = sieve_stringlist_next_item(list, &name)) > 0)
        names.emplace_back(str_c(name), str_len(name));
    return ret < 0 ? list->exec_status : static_cast<int>(SIEVE_EXEC_OK);
}

int list_failure(const sieve_runtime_env* renv, const char* where, const Error& error) {
    const char* text = str_sanitize(error.text.c_str(), 512);
    if (error.kind == ErrorKind::permanent) {
        sieve_runtime_error(renv, nullptr, "%s: %s", where, text);
        return SIEVE_EXEC_FAILURE;
    }
    sieve_runtime_critical(renv, nullptr, t_strdup_printf("%s: an external list is not available now", where),
                           "%s: %s", where, text);
    return SIEVE_EXEC_TEMP_FAILURE;
}

std::optional<std::string> name_warning(sieve_validator* valdtr, const sieve_extension* ext,
                                        std::string_view name) {
    sieve_instance* svinst = sieve_validator_svinst(valdtr);
    if (!is_author_present(valdtr))
        return std::nullopt;
    const auto catalog = lists_of(ext).compiling(svinst);
    if (!catalog)
        return "lists not checked: " + catalog.error().text;
    const auto source = (*catalog)->resolve(name);
    if (source || source.error().kind == ErrorKind::temporary)
        return std::nullopt;
    return source.error().text;
}

} // namespace columbarium::sieve
