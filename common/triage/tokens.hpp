// SPDX-License-Identifier: LGPL-2.1-or-later
// What the administrator's patterns find: the facts "token.NAME".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/triage_policy.hpp"
#include "mail/message.hpp"
#include "triage/body_text.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// Values of one token, and octets of one value, that are kept.
inline constexpr std::size_t token_value_limit = 50;
inline constexpr std::size_t token_octet_limit = 256;

// The pattern of this name (ASCII case ignored), or nullptr.
[[nodiscard]] COLUMBARIUM_API const config::TokenPattern* find_token(const config::TriagePolicy& policy,
                                                                     std::string_view name);

// A field's value as patterns see it: decoded, and one line whatever it encodes, so that "^" and "$" stand
// for its ends. Control characters become blanks.
[[nodiscard]] std::string decoded_line(const mail::HeaderField& field);

// Whether it is looked for in the body; token_values() needs that only then.
[[nodiscard]] bool looks_in_body(const config::TokenPattern& token);

// For each token of the policy whether the body may hold a match of it; false for those that do not look
// there. One pass over the text for all of them. The sets of patterns are compiled once and kept, a bounded
// number of them; not thread-safe.
[[nodiscard]] std::vector<bool> tokens_in_body(const config::TriagePolicy& policy, const BodyText& body);

// The values in their order, each once (ASCII case ignored): the pattern's first group, or all that it
// matched; on one line, without control characters. Compiled patterns are kept for the life of the process, a
// bounded number of them.
[[nodiscard]] Expected<std::vector<Finding>> token_values(const config::TokenPattern& token,
                                                          mail::Message& message, const BodyText& body);

} // namespace columbarium::triage
