// SPDX-License-Identifier: LGPL-2.1-or-later
// Route action
//
// Syntax:
//   route [:note <string>] <destination: string>
//
// Delivers to a destination that the administrator defined in columbarium.toml: a bucket stores as fileinto
// does, a channel forwards (act_forward.cpp). It cancels the implicit keep. It may stand several times; two
// routes to one place are one. The note stands in the first line of a forward, and in the log.
//
// A compiled script outlives the configuration it was compiled with, so the destination is looked up when the
// script runs, literal or not. At compile time a literal is looked up as well, for the author; but a script
// that does not compile has its mail put into INBOX, so a broken columbarium.toml is no compile error: it is
// found again when the script runs, and there it is a temporary failure and the mail waits. In IMAP all
// failures leave the message where it is, with the keyword $NotForwarded.
#include "guarded.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "site.hpp"
#include "triage_context.hpp"

#include "act_answer.hpp"
#include "act_bounce.hpp"
#include "act_forward.hpp"
#include "desk_place.hpp"
#include "fact_values.hpp"
#include "seff_route.hpp"
#include "store_mail.hpp"

namespace columbarium::sieve {

namespace {

bool cmd_route_registered(sieve_validator* valdtr, const sieve_extension* ext,
                          sieve_command_registration* cmd_reg);
bool cmd_route_validate(sieve_validator* valdtr, sieve_command* cmd);
bool cmd_route_generate(const sieve_codegen_env* cgenv, sieve_command* cmd);
bool cmd_route_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address);
int cmd_route_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address);
bool tag_note_validate(sieve_validator* valdtr, sieve_ast_argument** arg, sieve_command* cmd);
bool tag_note_generate(const sieve_codegen_env* cgenv, sieve_ast_argument* arg, sieve_command* cmd);

// Values of one fact that a forward tells of.
constexpr std::size_t most_values_explained = 3;

// Codes of the optional operands.
enum OptionalOperand : signed {
    optional_end,
    optional_note,
};

const sieve_argument_def note_tag = {
    .identifier = "note",
    .validate = tag_note_validate,
    .generate = tag_note_generate,
};

} // namespace

const sieve_command_def cmd_route = {
    .identifier = "route",
    .type = SCT_COMMAND,
    .positional_args = 1,
    .subtests = 0,
    .block_allowed = false,
    .block_required = false,
    .registered = cmd_route_registered,
    .validate = cmd_route_validate,
    .generate = cmd_route_generate,
};

const sieve_operation_def cmd_route_operation = {
    .mnemonic = "ROUTE",
    .ext_def = &triage_extension,
    .code = operation_route,
    .dump = cmd_route_operation_dump,
    .execute = cmd_route_operation_execute,
};

namespace {

bool cmd_route_registered(sieve_validator* valdtr, const sieve_extension* ext,
                          sieve_command_registration* cmd_reg) {
    sieve_validator_register_tag(valdtr, cmd_reg, ext, &note_tag, optional_note);
    return true;
}

bool tag_note_validate(sieve_validator* valdtr, sieve_ast_argument** arg, sieve_command* cmd) {
    sieve_ast_argument* tag = *arg;
    *arg = sieve_ast_argument_next(*arg);
    if (!sieve_validate_tag_parameter(valdtr, cmd, tag, *arg, nullptr, 0, SAAT_STRING, false))
        return false;
    tag->parameters = *arg;
    *arg = sieve_ast_arguments_detach(*arg, 1);
    return true;
}

bool tag_note_generate(const sieve_codegen_env* cgenv, sieve_ast_argument* arg, sieve_command* cmd) {
    return sieve_generate_argument_parameters(cgenv, cmd, arg);
}

bool check_destination(sieve_validator* valdtr, sieve_ast_argument* arg) {
    const auto config = site_config(sieve_validator_svinst(valdtr));
    if (!config) {
        // Where mail is delivered the failure follows when the script runs.
        if (is_author_present(valdtr))
            sieve_argument_validate_warning(valdtr, arg, "route command: destination not checked: %s",
                                            str_sanitize(config.error().text.c_str(), 512));
        return true;
    }
    const std::string_view name = sieve_ast_argument_strc(arg);
    if ((*config)->find_destination(name) != nullptr)
        return true;
    sieve_argument_validate_error(valdtr, arg, "route command: %s",
                                  str_sanitize(unknown_destination_text(name, **config).c_str(), 1024));
    return false;
}

bool cmd_route_validate(sieve_validator* valdtr, sieve_command* cmd) {
    sieve_ast_argument* arg = cmd->first_positional;
    if (!sieve_validate_positional_argument(valdtr, cmd, arg, "destination", 1, SAAT_STRING) ||
        !sieve_validator_argument_activate(valdtr, cmd, arg, false))
        return false;
    if (!sieve_argument_is_string_literal(arg))
        return true;
    return host::guarded("route command: validate", true, [&] { return check_destination(valdtr, arg); });
}

bool cmd_route_generate(const sieve_codegen_env* cgenv, sieve_command* cmd) {
    sieve_operation_emit(cgenv->sblock, cmd->ext, &cmd_route_operation);
    return sieve_generate_arguments(cgenv, cmd, nullptr);
}

bool cmd_route_operation_dump(const sieve_dumptime_env* denv, sieve_size_t* address) {
    sieve_code_dumpf(denv, "ROUTE");
    sieve_code_descend(denv);
    for (signed code = optional_end;;) {
        const int found = sieve_action_opr_optional_dump(denv, address, &code);
        if (found < 0)
            return false;
        if (found == 0)
            break;
        if (code != optional_note || !sieve_opr_string_dump(denv, address, "note"))
            return false;
    }
    return sieve_opr_string_dump(denv, address, "destination");
}

int route_to_bucket(const sieve_runtime_env* renv, sieve_side_effects_list* effects,
                    const config::Destination& destination, const config::Bucket& bucket, const char* note) {
    sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "bucket `%s': store message in mailbox `%s'",
                        str_sanitize(destination.name.c_str(), 64), str_sanitize(bucket.mailbox.c_str(), 80));
    add_bucket_effect(renv, &effects, destination, bucket, note);
    const int added =
        sieve_act_store_add_to_result(renv, cmd_route.identifier, effects, bucket.mailbox.c_str());
    return added < 0 ? SIEVE_EXEC_FAILURE : SIEVE_EXEC_OK;
}

int facts_failure(const sieve_runtime_env* renv, const Error& error) {
    sieve_runtime_critical(renv, nullptr, "route action: failed to read the message", "route action: %s",
                           str_sanitize(error.text.c_str(), 512));
    return SIEVE_EXEC_TEMP_FAILURE;
}

// The first value of each of the channel's tokens that the message has.
Expected<std::vector<std::string>> tokens_of(const config::Channel& channel, triage::Facts& facts) {
    std::vector<std::string> tokens;
    for (const std::string& name : channel.tokens) {
        const auto values = facts.token_values(name);
        if (!values)
            return tl::make_unexpected(values.error());
        if (!values->empty())
            tokens.push_back(values->front().value);
    }
    return tokens;
}

// What the tests found that were true before the route: "class is bounce (delivery status: failed)".
Expected<std::vector<std::string>> explanations_of(const TriageContext& context, triage::Facts& facts) {
    std::vector<std::string> lines;
    for (const std::string& name : context.matches()) {
        const auto values = values_of(facts, name);
        if (!values)
            return tl::make_unexpected(values.error());
        const std::size_t shown = std::min(values->size(), most_values_explained);
        for (const triage::Finding& finding : values->first(shown))
            lines.push_back(fmt::format("{} is {} ({})", name, finding.value, finding.rule));
    }
    return lines;
}

// Side effects that a script set are for stored mail, and are not given to a forward; what it cannot send
// keeps the flags that the script has set by then.
int route_to_channel(const sieve_runtime_env* renv, triage::Facts& facts,
                     const config::Destination& destination, const config::Channel& channel,
                     const char* note) {
    sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "channel `%s': forward message to address <%s>",
                        str_sanitize(destination.name.c_str(), 64),
                        str_sanitize(channel.forward_to.c_str(), 256));
    auto tokens = tokens_of(channel, facts);
    if (!tokens)
        return facts_failure(renv, tokens.error());
    auto explanations = explanations_of(*static_cast<TriageContext*>(renv->oprtn->ext->context), facts);
    if (!explanations)
        return facts_failure(renv, explanations.error());
    return add_forward_to_result(renv, destination, {note, *std::move(tokens), *std::move(explanations)});
}

int route_to(const sieve_runtime_env* renv, sieve_side_effects_list* effects, triage::Facts& facts,
             const config::Destination& destination, const char* note) {
    if (const auto* bucket = std::get_if<config::Bucket>(&destination.kind))
        return route_to_bucket(renv, effects, destination, *bucket, note);
    const auto& channel = std::get<config::Channel>(destination.kind);
    if (channel.forward_to.empty()) // mail waits there for people
        return route_to_bucket(renv, effects, destination, {channel.mailbox, {}, true}, note);
    return route_to_channel(renv, facts, destination, channel, note);
}

int route(const sieve_runtime_env* renv, sieve_side_effects_list* effects, std::string_view name,
          const char* note) {
    const auto config = site_config(renv->exec_env->svinst);
    if (!config) {
        sieve_runtime_critical(renv, nullptr, "route action: failed to read the site's configuration",
                               "route action: %s", str_sanitize(config.error().text.c_str(), 512));
        return SIEVE_EXEC_TEMP_FAILURE;
    }
    const config::Destination* destination = (*config)->find_destination(name);
    if (destination == nullptr) {
        sieve_runtime_error(renv, nullptr, "route action: %s",
                            str_sanitize(unknown_destination_text(name, **config).c_str(), 1024));
        return SIEVE_EXEC_FAILURE;
    }
    const sieve_extension* ext = renv->oprtn->ext;
    const auto facts = static_cast<TriageContext*>(ext->context)->facts(renv, ext);
    if (!facts)
        return facts_failure(renv, facts.error());
    int status = route_to(renv, effects, **facts, *destination, note);
    if (status == SIEVE_EXEC_OK && destination->records_bounces)
        status = add_bounce_to_result(renv, **facts);
    if (status == SIEVE_EXEC_OK && !destination->answer.empty())
        status = add_answer_to_result(renv, destination->answer);
    return status;
}

int cmd_route_operation_execute(const sieve_runtime_env* renv, sieve_size_t* address) {
    sieve_side_effects_list* effects = nullptr;
    string_t* note = nullptr;
    string_t* destination = nullptr;
    int ret = 0;

    for (signed code = optional_end;;) {
        const int found = sieve_action_opr_optional_read(renv, address, &code, &ret, &effects);
        if (found < 0)
            return ret;
        if (found == 0)
            break;
        if (code != optional_note) {
            sieve_runtime_trace_error(renv, "unknown optional operand");
            return SIEVE_EXEC_BIN_CORRUPT;
        }
        if ((ret = sieve_opr_string_read(renv, address, "note", &note)) <= 0)
            return ret;
    }
    if ((ret = sieve_opr_string_read(renv, address, "destination", &destination)) <= 0)
        return ret;

    sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "route action");
    sieve_runtime_trace_descend(renv);
    const int status = host::guarded("route action", static_cast<int>(SIEVE_EXEC_TEMP_FAILURE), [&] {
        return route(renv, effects, std::string_view(str_c(destination), str_len(destination)),
                     note != nullptr ? str_c(note) : nullptr);
    });
    if (status == SIEVE_EXEC_OK || !is_gesture(renv->exec_env))
        return status;
    // In IMAP nobody tries again, and a temporary failure would end the gesture for all messages that follow.
    add_keyword(renv->exec_env->msgdata->mail, not_forwarded_keyword);
    return SIEVE_EXEC_FAILURE;
}

} // namespace

} // namespace columbarium::sieve
