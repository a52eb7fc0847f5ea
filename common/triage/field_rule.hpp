// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of header fields that tell something.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "mail/header_fields.hpp"

namespace columbarium::triage {

// The field is there, and its value holds a text.
struct FieldRule {
    std::string_view field;
    std::string_view contains; // lower case; "" for any value
};

// The first row that a field of the header fulfils, or nullptr.
template <std::size_t Size>
const FieldRule* find_rule(const mail::HeaderFields& header, const FieldRule (&rules)[Size]) {
    for (const mail::HeaderField& field : header.fields())
        for (const FieldRule& rule : rules)
            if (equals_ignoring_case(field.name, rule.field) &&
                (rule.contains.empty() || to_lower(field.raw).find(rule.contains) != std::string::npos))
                return &rule;
    return nullptr;
}

// The rule as traces name it.
[[nodiscard]] inline std::string field_rule_name(const FieldRule& rule) {
    return "field " + std::string(rule.field);
}

} // namespace columbarium::triage
