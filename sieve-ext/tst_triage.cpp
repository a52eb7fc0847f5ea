// SPDX-License-Identifier: LGPL-2.1-or-later
// Triage test
//
// Syntax:
//   triage [MATCH-TYPE] [COMPARATOR] <fact: string-list> <keys: string-list>
//
// True where a value of one of the facts matches one of the keys, as the header test does it with the fields
// of a message: a fact without a value is like an absent field, and :count counts the values of all facts
// named.
#include "guarded.hpp"

#include <iterator>
#include <string>
#include <string_view>

#include "site.hpp"
#include "triage/tokens.hpp"

#include "fact_values.hpp"

namespace columbarium::sieve {

namespace {

bool tst_triage_registered(sieve_validator* valdtr, const sieve_extension* ext,
                           sieve_command_registration* cmd_reg);
bool tst_triage_validate(sieve_validator* valdtr, sieve_command* tst);
bool tst_triage_generate(const sieve_codegen_env* cgenv, sieve_command* tst);
bool tst_triage_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address);
int tst_triage_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address);

} // namespace

const sieve_command_def tst_triage = {
    .identifier = "triage",
    .type = SCT_TEST,
    .positional_args = 2,
    .subtests = 0,
    .block_allowed = false,
    .block_required = false,
    .registered = tst_triage_registered,
    .validate = tst_triage_validate,
    .generate = tst_triage_generate,
};

const sieve_operation_def tst_triage_operation = {
    .mnemonic = "TRIAGE",
    .ext_def = &triage_extension,
    .code = operation_triage,
    .dump = tst_triage_operation_dump,
    .execute = tst_triage_operation_execute,
};

namespace {

bool tst_triage_registered(sieve_validator* valdtr, const sieve_extension*,
                           sieve_command_registration* cmd_reg) {
    sieve_comparators_link_tag(valdtr, cmd_reg, SIEVE_MATCH_OPT_COMPARATOR);
    sieve_match_types_link_tags(valdtr, cmd_reg, SIEVE_MATCH_OPT_MATCH_TYPE);
    return true;
}

// A token is one of columbarium.toml: a file that cannot be read is no error of the script, see
// cmd_route.cpp.
std::string fault_of_token(sieve_validator* valdtr, sieve_ast_argument* name, std::string_view token) {
    const auto site = site_config(sieve_validator_svinst(valdtr));
    if (site)
        return triage::find_token((*site)->triage, token) != nullptr
                   ? std::string()
                   : triage::unknown_token_text(token, (*site)->triage);
    if (is_author_present(valdtr))
        sieve_argument_validate_warning(valdtr, name, "triage test: token not checked: %s",
                                        str_sanitize(site.error().text.c_str(), 512));
    return {};
}

// Looks at one name of the list. Where it fails by an exception the name is looked at when the script runs.
int check_fact_name(void* context, sieve_ast_argument* name) {
    return host::guarded("triage test: validate", 1, [&] {
        if (!sieve_argument_is_string_literal(name))
            return 1;
        auto* valdtr = static_cast<sieve_validator*>(context);
        const std::string_view text = sieve_ast_argument_strc(name);
        if (triage::find_fact(text))
            return 1;
        const std::string_view token = triage::token_of(text);
        const std::string fault =
            token.empty() ? triage::unknown_fact_text(text) : fault_of_token(valdtr, name, token);
        if (fault.empty())
            return 1;
        sieve_argument_validate_error(valdtr, name, "triage test: %s", str_sanitize(fault.c_str(), 512));
        return -1;
    });
}

bool tst_triage_validate(sieve_validator* valdtr, sieve_command* tst) {
    sieve_ast_argument* arg = tst->first_positional;
    const sieve_comparator cmp_default = SIEVE_COMPARATOR_DEFAULT(i_ascii_casemap_comparator);
    const sieve_match_type mcht_default = SIEVE_MATCH_TYPE_DEFAULT(is_match_type);

    if (!sieve_validate_positional_argument(valdtr, tst, arg, "fact", 1, SAAT_STRING_LIST) ||
        !sieve_validator_argument_activate(valdtr, tst, arg, false))
        return false;
    sieve_ast_argument* names = arg;
    if (sieve_ast_stringlist_map(&names, valdtr, check_fact_name) < 0)
        return false;

    arg = sieve_ast_argument_next(arg);
    if (!sieve_validate_positional_argument(valdtr, tst, arg, "key list", 2, SAAT_STRING_LIST) ||
        !sieve_validator_argument_activate(valdtr, tst, arg, false))
        return false;
    return sieve_match_type_validate(valdtr, tst, arg, &mcht_default, &cmp_default);
}

bool tst_triage_generate(const sieve_codegen_env* cgenv, sieve_command* tst) {
    sieve_operation_emit(cgenv->sblock, tst->ext, &tst_triage_operation);
    return sieve_generate_arguments(cgenv, tst, nullptr);
}

bool tst_triage_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address) {
    sieve_code_dumpf(denv, "TRIAGE");
    sieve_code_descend(denv);
    return sieve_match_opr_optional_dump(denv, address, nullptr) == 0 &&
           sieve_opr_stringlist_dump(denv, address, "fact") &&
           sieve_opr_stringlist_dump(denv, address, "key list");
}

int tst_triage_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address) {
    sieve_comparator cmp = SIEVE_COMPARATOR_DEFAULT(i_ascii_casemap_comparator);
    sieve_match_type mcht = SIEVE_MATCH_TYPE_DEFAULT(is_match_type);
    sieve_stringlist* names = nullptr;
    sieve_stringlist* keys = nullptr;
    sieve_stringlist* values = nullptr;
    int ret = 0;

    if (sieve_match_opr_optional_read(renv, address, nullptr, &ret, &cmp, &mcht) < 0)
        return ret;
    if ((ret = sieve_opr_stringlist_read(renv, address, "fact", &names)) <= 0)
        return ret;
    if ((ret = sieve_opr_stringlist_read(renv, address, "key-list", &keys)) <= 0)
        return ret;

    sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, "triage test");
    ret = host::guarded("triage test", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE),
                        [&] { return fact_values_create(renv, names, &values); });
    if (ret <= 0)
        return ret;
    const int match = sieve_match(renv, &mcht, &cmp, values, keys, &ret);
    if (match < 0)
        return ret;
    if (match > 0)
        host::guarded("triage test", [&] { note_match(values); });
    sieve_interpreter_set_test_result(renv->interp, match > 0);
    return SIEVE_EXEC_OK;
}

} // namespace

} // namespace columbarium::sieve
