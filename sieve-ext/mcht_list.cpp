// SPDX-License-Identifier: LGPL-2.1-or-later
// Match type :list
//
// Syntax:
//   :list, with <names: string-list> in the place of the keys
//
// True where a value is a member of one of the lists named (RFC 6134 section 2.2). All names are looked at
// before a list is asked, and no value is asked after one was found. Then, where the script requires
// variables, ${0} is the value as the list has it, ${1} the display name, ${2} the name of the list as the
// script wrote it.
#include "guarded.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lists/list_query.hpp"

#include "ext_extlists.hpp"

namespace columbarium::sieve {

namespace {

bool mcht_list_validate_context(sieve_validator* valdtr, sieve_ast_argument* arg,
                                sieve_match_type_context* ctx, sieve_ast_argument* key_arg);
int mcht_list_match(sieve_match_context* mctx, sieve_stringlist* value_list, sieve_stringlist* key_list);
int mcht_list_match_keys(sieve_match_context* mctx, const char* value, std::size_t length,
                         sieve_stringlist* key_list);

} // namespace

const sieve_match_type_def list_match_type = {
    .obj_def = {.identifier = "list", .operand = &list_match_type_operand, .code = 0},
    .validate_context = mcht_list_validate_context,
    .match = mcht_list_match,
    .match_keys = mcht_list_match_keys, // for commands that bring one value at a time
};

namespace {

const sieve_extension_objects list_match_types = {&list_match_type, 1};

} // namespace

const sieve_operand_def list_match_type_operand = {
    .name = "list match",
    .ext_def = &extlists_extension,
    .class_ = &sieve_match_type_operand_class,
    .interface = &list_match_types,
};

namespace {

// The tag :comparator of the test that `arg` stands in, on either side of it; nullptr where there is none.
sieve_ast_argument* find_comparator(sieve_ast_argument* arg) {
    for (sieve_ast_argument* at = sieve_ast_argument_prev(arg); at != nullptr;
         at = sieve_ast_argument_prev(at))
        if (sieve_argument_is_comparator(at))
            return at;
    for (sieve_ast_argument* at = sieve_ast_argument_next(arg); at != nullptr;
         at = sieve_ast_argument_next(at))
        if (sieve_argument_is_comparator(at))
            return at;
    return nullptr;
}

struct NameCheck {
    sieve_validator* valdtr;
    const sieve_extension* ext;
};

// Looks at one name of the keys. Others than literals are looked at when the script runs.
int check_name(void* context, sieve_ast_argument* name) {
    return host::guarded(":list match: validate", 1, [&] {
        const auto* check = static_cast<const NameCheck*>(context);
        if (name->argument == nullptr || !sieve_argument_is_string_literal(name))
            return 1;
        string_t* text = sieve_ast_argument_str(name);
        const auto warning =
            name_warning(check->valdtr, check->ext, std::string_view(str_c(text), str_len(text)));
        if (warning)
            sieve_argument_validate_warning(check->valdtr, name, ":list match: %s",
                                            str_sanitize(warning->c_str(), 512));
        return 1;
    });
}

bool mcht_list_validate_context(sieve_validator* valdtr, sieve_ast_argument* arg,
                                sieve_match_type_context* ctx, sieve_ast_argument* key_arg) {
    if (sieve_ast_argument* comparator = arg == nullptr ? nullptr : find_comparator(arg);
        comparator != nullptr) {
        sieve_argument_validate_error(valdtr, comparator,
                                      "the :list match type cannot be used with a :comparator: "
                                      "the list decides how its values are compared");
        return false;
    }
    if (key_arg == nullptr)
        return true;
    NameCheck check{valdtr, ctx->match_type->object.ext};
    return sieve_ast_stringlist_map(&key_arg, &check, check_name) >= 0;
}

void set_match_values(const sieve_runtime_env* renv, const lists::Match& match) {
    sieve_match_values* values = sieve_match_values_start(renv);
    if (values == nullptr) // the script does not require variables
        return;
    for (const std::string* text : {&match.member.value, &match.member.display_name, &match.list})
        sieve_match_values_add(values, t_str_new_const(text->c_str(), text->size()));
    sieve_match_values_commit(renv, &values);
}

// Opens the lists that `names` holds. Nothing where that fails; then mctx->exec_status says how.
std::optional<lists::ListQuery> open_query(sieve_match_context* mctx, sieve_stringlist* names) {
    const sieve_runtime_env* renv = mctx->runenv;
    std::vector<std::string> texts;
    if (const int status = read_list_names(names, texts); status != SIEVE_EXEC_OK) {
        mctx->exec_status = status;
        return std::nullopt;
    }
    auto catalog = lists_of(mctx->match_type->object.ext).running(renv);
    auto query = catalog ? lists::ListQuery::open(**catalog, texts)
                         : Expected<lists::ListQuery>(tl::make_unexpected(std::move(catalog.error())));
    if (!query) {
        mctx->exec_status = list_failure(renv, ":list match", query.error());
        return std::nullopt;
    }
    if (mctx->trace)
        for (const std::string& text : texts)
            sieve_runtime_trace(renv, SIEVE_TRLVL_NONE, "asking list `%s'", str_sanitize(text.c_str(), 80));
    return std::move(*query);
}

bool ask(const sieve_match_context* mctx, lists::ListQuery& query, std::string_view value) {
    const auto match = query.find(value);
    if (mctx->trace) {
        const char* shown = str_sanitize(t_strndup(value.data(), value.size()), 80);
        if (match)
            sieve_runtime_trace(mctx->runenv, SIEVE_TRLVL_NONE, "value `%s' => member `%s' of list `%s'",
                                shown, str_sanitize(match->member.value.c_str(), 80),
                                str_sanitize(match->list.c_str(), 80));
        else
            sieve_runtime_trace(mctx->runenv, SIEVE_TRLVL_NONE, "value `%s' => no member", shown);
    }
    if (match)
        set_match_values(mctx->runenv, *match);
    return match.has_value();
}

// What to answer when nothing was found: 0, or -1 where a list could not be asked.
int answer_without_match(sieve_match_context* mctx, const lists::ListQuery& query) {
    const Expected<void>& outcome = query.outcome();
    if (outcome)
        return 0;
    mctx->exec_status = list_failure(mctx->runenv, ":list match", outcome.error());
    return -1;
}

int match_values(sieve_match_context* mctx, sieve_stringlist* values, sieve_stringlist* names) {
    auto query = open_query(mctx, names);
    if (!query)
        return -1;
    string_t* value = nullptr;
    int ret = 0;
    bool asked = false;
    while ((ret = sieve_stringlist_next_item(values, &value)) > 0) {
        asked = true;
        if (ask(mctx, *query, std::string_view(str_c(value), str_len(value))))
            return 1;
    }
    if (ret < 0) {
        mctx->exec_status = values->exec_status;
        return -1;
    }
    // Without a value there was nothing to ask, and no list that could fail.
    return asked ? answer_without_match(mctx, *query) : 0;
}

// What an exception leaves is a temporary failure; each ending sets its own status.
template <class Body>
int match_guarded(sieve_match_context* mctx, Body&& body) {
    mctx->exec_status = SIEVE_EXEC_TEMP_FAILURE;
    const int match = host::guarded(":list match", -1, std::forward<Body>(body));
    if (match >= 0)
        mctx->exec_status = SIEVE_EXEC_OK;
    return match;
}

int mcht_list_match(sieve_match_context* mctx, sieve_stringlist* value_list, sieve_stringlist* key_list) {
    return match_guarded(mctx, [&] { return match_values(mctx, value_list, key_list); });
}

int mcht_list_match_keys(sieve_match_context* mctx, const char* value, std::size_t length,
                         sieve_stringlist* key_list) {
    return match_guarded(mctx, [&] {
        auto query = open_query(mctx, key_list);
        if (!query)
            return -1;
        if (ask(mctx, *query, std::string_view(value, length)))
            return 1;
        return answer_without_match(mctx, *query);
    });
}

} // namespace

} // namespace columbarium::sieve
