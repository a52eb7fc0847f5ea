// SPDX-License-Identifier: LGPL-2.1-or-later
#include "guarded.hpp"
#include "triage_context.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/ascii.hpp"

#include "fact_values.hpp"

namespace columbarium::sieve {

namespace {

// Plain memory of the host: no constructor runs, no destructor.
struct FactValues {
    sieve_stringlist strlist; // first, as the host casts

    triage::Facts* facts;
    const char* const* wanted; // names, in lower case
    std::size_t wanted_count;

    std::size_t next_fact;           // of `wanted`
    const triage::Finding* findings; // of the fact before it
    std::size_t finding_count;
    std::size_t next_finding;
};
static_assert(std::is_trivial_v<FactValues>);

// One line for each value, and why it is so.
void trace_findings(const FactValues& list, const char* fact) {
    const sieve_runtime_env* renv = list.strlist.runenv;
    if (list.finding_count == 0)
        sieve_runtime_trace(renv, SIEVE_TRLVL_NONE, "fact `%s' has no value", str_sanitize(fact, 80));
    for (std::size_t i = 0; i < list.finding_count; ++i)
        sieve_runtime_trace(renv, SIEVE_TRLVL_NONE, "fact `%s' is `%s' by rule `%s'", str_sanitize(fact, 80),
                            str_sanitize(list.findings[i].value.c_str(), 80),
                            str_sanitize(list.findings[i].rule.c_str(), 80));
}

int message_failure(const sieve_runtime_env* renv, const Error& error) {
    sieve_runtime_critical(renv, nullptr, "triage test: failed to read the message", "triage test: %s",
                           str_sanitize(error.text.c_str(), 512));
    return SIEVE_EXEC_TEMP_FAILURE;
}

// 1 and the next value, 0 at the end, -1 where a fact could not be computed.
int next_value(FactValues* list, string_t** str_r) {
    while (list->next_finding == list->finding_count) {
        if (list->next_fact == list->wanted_count)
            return 0;
        const char* fact = list->wanted[list->next_fact];
        const auto findings = values_of(*list->facts, fact);
        if (!findings) {
            list->strlist.exec_status = message_failure(list->strlist.runenv, findings.error());
            return -1;
        }
        ++list->next_fact;
        list->findings = findings->data();
        list->finding_count = findings->size();
        list->next_finding = 0;
        if (list->strlist.trace)
            trace_findings(*list, fact);
    }
    const std::string& value = list->findings[list->next_finding++].value;
    *str_r = t_str_new_const(value.c_str(), value.size());
    return 1;
}

int fact_values_next_item(sieve_stringlist* strlist, string_t** str_r) {
    auto* list = reinterpret_cast<FactValues*>(strlist);
    *str_r = nullptr;
    strlist->exec_status = SIEVE_EXEC_TEMP_FAILURE; // what an exception leaves
    return host::guarded("triage test", -1, [&] {
        const int ret = next_value(list, str_r);
        if (ret >= 0)
            strlist->exec_status = SIEVE_EXEC_OK;
        return ret;
    });
}

void fact_values_reset(sieve_stringlist* strlist) {
    auto* list = reinterpret_cast<FactValues*>(strlist);
    list->next_fact = 0;
    list->finding_count = 0;
    list->next_finding = 0;
}

// What is wrong with a name, or "". Those of tokens are the policy's.
std::string fault_of(std::string_view name, triage::Facts& facts) {
    if (triage::find_fact(name))
        return {};
    const std::string_view token = triage::token_of(name);
    if (token.empty())
        return triage::unknown_fact_text(name);
    const auto values = facts.token_values(token);
    return values || values.error().kind != ErrorKind::permanent ? std::string() : values.error().text;
}

// Reads the names, which may come from variables.
int read_names(const sieve_runtime_env* renv, sieve_stringlist* names, triage::Facts& facts,
               std::vector<const char*>& wanted) {
    string_t* name = nullptr;
    int ret = 0;
    while ((ret = sieve_stringlist_next_item(names, &name)) > 0) {
        const std::string text = to_lower(std::string_view(str_c(name), str_len(name)));
        if (const std::string fault = fault_of(text, facts); !fault.empty()) {
            sieve_runtime_error(renv, nullptr, "triage test: %s", str_sanitize(fault.c_str(), 512));
            return SIEVE_EXEC_FAILURE;
        }
        wanted.push_back(t_strdup(text.c_str()));
    }
    return ret < 0 ? names->exec_status : static_cast<int>(SIEVE_EXEC_OK);
}

} // namespace

Expected<std::span<const triage::Finding>> values_of(triage::Facts& facts, std::string_view name) {
    if (const auto fact = triage::find_fact(name))
        return facts.values(*fact);
    return facts.token_values(triage::token_of(name));
}

void note_match(const sieve_stringlist* values) {
    const auto* list = reinterpret_cast<const FactValues*>(values);
    auto* context = static_cast<TriageContext*>(list->strlist.runenv->oprtn->ext->context);
    for (std::size_t i = 0; i < list->wanted_count; ++i)
        context->note_match(list->wanted[i]);
}

int fact_values_create(const sieve_runtime_env* renv, sieve_stringlist* names, sieve_stringlist** values_r) {
    const sieve_extension* ext = renv->oprtn->ext;
    const auto facts = static_cast<TriageContext*>(ext->context)->facts(renv, ext);
    if (!facts)
        return message_failure(renv, facts.error());
    std::vector<const char*> wanted;
    if (const int ret = read_names(renv, names, **facts, wanted); ret != SIEVE_EXEC_OK)
        return ret;

    auto* list = t_new(FactValues, 1);
    list->strlist.runenv = renv;
    list->strlist.exec_status = SIEVE_EXEC_OK;
    list->strlist.next_item = fact_values_next_item;
    list->strlist.reset = fact_values_reset;
    list->facts = *facts;
    auto* copy = t_new(const char*, static_cast<unsigned>(wanted.size() + 1));
    std::copy(wanted.begin(), wanted.end(), copy);
    list->wanted = copy;
    list->wanted_count = wanted.size();
    *values_r = &list->strlist;
    return SIEVE_EXEC_OK;
}

} // namespace columbarium::sieve
