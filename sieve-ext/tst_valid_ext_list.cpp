// SPDX-License-Identifier: LGPL-2.1-or-later
// Valid_ext_list test
//
// Syntax:
//   valid_ext_list <names: string-list>
//
// True where all names are names of lists that a :list match type could ask (RFC 6134 section 2.7). It says
// nothing of whether they can be asked now.
#include "guarded.hpp"

#include <string>
#include <vector>

#include "lists/list_query.hpp"

#include "ext_extlists.hpp"

namespace columbarium::sieve {

namespace {

bool tst_valid_ext_list_validate(sieve_validator* valdtr, sieve_command* tst);
bool tst_valid_ext_list_generate(const sieve_codegen_env* cgenv, sieve_command* tst);
bool tst_valid_ext_list_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address);
int tst_valid_ext_list_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address);

} // namespace

const sieve_command_def tst_valid_ext_list = {
    .identifier = "valid_ext_list",
    .type = SCT_TEST,
    .positional_args = 1,
    .subtests = 0,
    .block_allowed = false,
    .block_required = false,
    .validate = tst_valid_ext_list_validate,
    .generate = tst_valid_ext_list_generate,
};

const sieve_operation_def tst_valid_ext_list_operation = {
    .mnemonic = "VALID_EXT_LIST",
    .ext_def = &extlists_extension,
    .code = operation_valid_ext_list,
    .dump = tst_valid_ext_list_operation_dump,
    .execute = tst_valid_ext_list_operation_execute,
};

namespace {

bool tst_valid_ext_list_validate(sieve_validator* valdtr, sieve_command* tst) {
    sieve_ast_argument* arg = tst->first_positional;
    return sieve_validate_positional_argument(valdtr, tst, arg, "list names", 1, SAAT_STRING_LIST) &&
           sieve_validator_argument_activate(valdtr, tst, arg, false);
}

bool tst_valid_ext_list_generate(const sieve_codegen_env* cgenv, sieve_command* tst) {
    sieve_operation_emit(cgenv->sblock, tst->ext, &tst_valid_ext_list_operation);
    return sieve_generate_arguments(cgenv, tst, nullptr);
}

bool tst_valid_ext_list_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address) {
    sieve_code_dumpf(denv, "VALID_EXT_LIST");
    sieve_code_descend(denv);
    return sieve_opr_stringlist_dump(denv, address, "list names");
}

int valid_ext_list(const sieve_runtime_env* renv, sieve_stringlist* list) {
    std::vector<std::string> names;
    if (const int status = read_list_names(list, names); status != SIEVE_EXEC_OK)
        return status;
    const auto catalog = lists_of(renv->oprtn->ext).running(renv);
    const auto valid =
        catalog ? lists::all_names_valid(**catalog, names) : tl::make_unexpected(catalog.error());
    if (!valid)
        return list_failure(renv, "valid_ext_list test", valid.error());
    sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, *valid ? "all names are valid" : "a name is not valid");
    sieve_interpreter_set_test_result(renv->interp, *valid);
    return SIEVE_EXEC_OK;
}

int tst_valid_ext_list_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address) {
    sieve_stringlist* names = nullptr;
    if (const int ret = sieve_opr_stringlist_read(renv, address, "list names", &names); ret <= 0)
        return ret;
    sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, "valid_ext_list test");
    sieve_runtime_trace_descend(renv);
    return host::guarded("valid_ext_list test", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                         [&] { return valid_ext_list(renv, names); });
}

} // namespace

} // namespace columbarium::sieve
