// SPDX-License-Identifier: LGPL-2.1-or-later
// Redirect action with a list
//
// Syntax:
//   redirect :list <name: string>
//
// Sends the message to all members of a list (RFC 6134 section 2.3). The host checks a literal address of
// redirect when it compiles, and would take the name for one. So while a script requires extlists the command
// is ours, and every redirect without :list is handed over to the host's own definition.
//
// The site names the lists that may be used, and how many recipients there can be at most. A list without
// members, or whose only member is the user, redirects to nobody, and the message is kept.
#include "guarded.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lists/list_name.hpp"
#include "lists/list_query.hpp"
#include "mail/address.hpp"
#include "site.hpp"

#include "act_redirect_list.hpp"

namespace columbarium::sieve {

namespace {

bool cmd_redirect_registered(sieve_validator* valdtr, const sieve_extension* ext,
                             sieve_command_registration* cmd_reg);
bool cmd_redirect_validate(sieve_validator* valdtr, sieve_command* cmd);
bool cmd_redirect_generate(const sieve_codegen_env* cgenv, sieve_command* cmd);
bool cmd_redirect_list_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address);
int cmd_redirect_list_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address);
bool tag_list_validate(sieve_validator* valdtr, sieve_ast_argument** arg, sieve_command* cmd);

const sieve_argument_def list_tag = {
    .identifier = "list",
    .validate = tag_list_validate,
};

// The data of a command that has the tag.
char has_list_tag;

} // namespace

const sieve_command_def cmd_redirect_or_list = {
    .identifier = "redirect",
    .type = SCT_COMMAND,
    .positional_args = 1,
    .subtests = 0,
    .block_allowed = false,
    .block_required = false,
    .registered = cmd_redirect_registered,
    .validate = cmd_redirect_validate,
    .generate = cmd_redirect_generate,
};

const sieve_operation_def cmd_redirect_list_operation = {
    .mnemonic = "REDIRECT_LIST",
    .ext_def = &extlists_extension,
    .code = operation_redirect_list,
    .dump = cmd_redirect_list_operation_dump,
    .execute = cmd_redirect_list_operation_execute,
};

namespace {

// Tags that others gave to redirect (:copy) stay with the command.
bool cmd_redirect_registered(sieve_validator* valdtr, const sieve_extension* ext,
                             sieve_command_registration* cmd_reg) {
    sieve_validator_register_tag(valdtr, cmd_reg, ext, &list_tag, 0);
    return true;
}

// The tag says what the positional argument is, and has no code of its own.
bool tag_list_validate(sieve_validator* valdtr, sieve_ast_argument** arg, sieve_command* cmd) {
    if (cmd->data != nullptr) {
        sieve_argument_validate_error(valdtr, *arg,
                                      "encountered duplicate :list argument for the redirect command");
        return false;
    }
    cmd->data = &has_list_tag;
    *arg = sieve_ast_arguments_detach(*arg, 1);
    return true;
}

bool is_allowed(const config::ListPolicy& policy, const lists::ListName& name) {
    return std::any_of(policy.redirect.begin(), policy.redirect.end(), [&](const std::string& allowed) {
        const auto parsed = lists::parse_list_name(allowed);
        return parsed && parsed->normal == name.normal;
    });
}

// What the author of the script should know of a literal name.
std::optional<std::string> redirect_warning(sieve_validator* valdtr, const sieve_extension* ext,
                                            std::string_view name) {
    if (auto warning = name_warning(valdtr, ext, name))
        return warning;
    const auto catalog = lists_of(ext).compiling(sieve_validator_svinst(valdtr));
    const auto parsed = lists::parse_list_name(name);
    if (!catalog || !parsed || is_allowed((*catalog)->policy(), *parsed))
        return std::nullopt;
    return "this site does not allow to redirect to list \"" + std::string(name) + "\"";
}

void check_name(sieve_validator* valdtr, const sieve_extension* ext, sieve_ast_argument* arg) {
    if (!sieve_argument_is_string_literal(arg) || !is_author_present(valdtr))
        return;
    string_t* text = sieve_ast_argument_str(arg);
    const auto warning = redirect_warning(valdtr, ext, std::string_view(str_c(text), str_len(text)));
    if (warning)
        sieve_argument_validate_warning(valdtr, arg, "redirect command: %s",
                                        str_sanitize(warning->c_str(), 512));
}

bool cmd_redirect_validate(sieve_validator* valdtr, sieve_command* cmd) {
    if (cmd->data != &has_list_tag)
        return cmd_redirect.validate(valdtr, cmd);
    sieve_ast_argument* arg = cmd->first_positional;
    if (!sieve_validate_positional_argument(valdtr, cmd, arg, "list name", 1, SAAT_STRING) ||
        !sieve_validator_argument_activate(valdtr, cmd, arg, false))
        return false;
    if (sieve_validator_svinst(valdtr)->max_redirects == 0) {
        sieve_command_validate_error(valdtr, cmd, "local policy prohibits the use of a redirect action");
        return false;
    }
    host::guarded("redirect command: validate", [&] { check_name(valdtr, cmd->ext, arg); });
    return true;
}

bool cmd_redirect_generate(const sieve_codegen_env* cgenv, sieve_command* cmd) {
    if (cmd->data != &has_list_tag)
        return cmd_redirect.generate(cgenv, cmd);
    sieve_operation_emit(cgenv->sblock, cmd->ext, &cmd_redirect_list_operation);
    return sieve_generate_arguments(cgenv, cmd, nullptr);
}

bool cmd_redirect_list_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address) {
    sieve_code_dumpf(denv, "REDIRECT_LIST");
    sieve_code_descend(denv);
    return sieve_action_opr_optional_dump(denv, address, nullptr) == 0 &&
           sieve_opr_string_dump(denv, address, "list name");
}

// The address, and the one that it is a subaddress of.
void add_own(std::vector<std::string>& own, std::string_view delimiters, const smtp_address* address) {
    if (address == nullptr || smtp_address_isnull(address))
        return;
    own.push_back(mail::fold_address(smtp_address_encode(address)));
    own.push_back(mail::without_subaddress(own.back(), delimiters));
}

// Mail to one's own address would come back. The lists know these addresses as :addrbook:myself.
Expected<std::vector<std::string>> own_addresses(const sieve_runtime_env* renv, lists::Catalog& catalog) {
    const std::string& delimiters = catalog.policy().subaddress_delimiters;
    std::vector<std::string> own;
    const auto myself = catalog.resolve(":addrbook:myself");
    if (myself) {
        constexpr std::size_t limit = 10'000;
        const auto members = (*myself)->members(limit);
        if (!members)
            return tl::make_unexpected(members.error());
        for (const lists::Member& member : *members)
            own.push_back(mail::fold_address(member.value));
    }
    add_own(own, delimiters, sieve_get_user_email(renv->exec_env->svinst));
    if ((renv->exec_env->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0) {
        add_own(own, delimiters, sieve_message_get_final_recipient(renv->msgctx));
        add_own(own, delimiters, sieve_message_get_orig_recipient(renv->msgctx));
    }
    return own;
}

Expected<std::vector<std::string>> recipients_of(const sieve_runtime_env* renv, const std::string& name) {
    const auto catalog = lists_of(renv->oprtn->ext).running(renv);
    if (!catalog)
        return tl::make_unexpected(catalog.error());
    const auto own = own_addresses(renv, **catalog);
    if (!own)
        return tl::make_unexpected(own.error());
    return lists::redirect_recipients(**catalog, name, *own);
}

int redirect_to_list(const sieve_runtime_env* renv, sieve_side_effects_list* effects,
                     const std::string& name) {
    if (renv->exec_env->svinst->max_redirects == 0) {
        sieve_runtime_error(renv, nullptr, "local policy prohibits the use of a redirect action");
        return SIEVE_EXEC_FAILURE;
    }
    const auto recipients = recipients_of(renv, name);
    if (!recipients)
        return list_failure(renv, "redirect action", recipients.error());
    const char* shown = str_sanitize(name.c_str(), 80);
    if (recipients->empty()) {
        sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "list `%s' has no recipient: nothing to send", shown);
        sieve_runtime_log(renv, nullptr, "redirect action: list `%s' has no recipient", shown);
        return SIEVE_EXEC_OK;
    }
    sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "forward message to the %zu recipients of list `%s'",
                        recipients->size(), shown);
    return add_redirect_to_list(renv, effects, name, *recipients);
}

int cmd_redirect_list_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address) {
    sieve_side_effects_list* effects = nullptr;
    string_t* name = nullptr;
    int ret = 0;
    if (sieve_action_opr_optional_read(renv, address, nullptr, &ret, &effects) != 0)
        return ret;
    if ((ret = sieve_opr_string_read(renv, address, "list name", &name)) <= 0)
        return ret;
    sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "redirect action");
    sieve_runtime_trace_descend(renv);
    return host::guarded("redirect action", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE), [&] {
        return redirect_to_list(renv, effects, std::string(str_c(name), str_len(name)));
    });
}

} // namespace

} // namespace columbarium::sieve
