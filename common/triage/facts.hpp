// SPDX-License-Identifier: LGPL-2.1-or-later
// What a message is: the facts that scripts, the command and later rooms ask for.
//
// A fact is a name with a list of values. Values are computed on demand and once per message; facts that
// headers settle never read the body. Every value carries the rule that gave it, so that a decision can be
// explained. docs/facts.md lists every fact and its values for script authors.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/triage_policy.hpp"
#include "mail/message.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// The facts, in the order in which `columbarium triage explain` prints them.
enum class Fact {
    message_class, // "class"
    auto_submitted,
    bounce_action,
    bounce_diagnostic,
    bounce_forward,
    bounce_message_id,
    bounce_permanent,
    bounce_reason,
    bounce_recipient,
    bounce_recipients,
    bounce_remote_mta,
    bounce_status,
    bounce_subject,
    list_id,
    mailer,
    header_charset,
    size,
    attachments,
    authenticated,
    authenticated_domain,
    authenticated_from,
    certificate_request,
    crypto,
    crypto_readable,
    crypto_recipient,
    crypto_unreadable,
    garbled,
    language,
    language_confidence,
    language_wrong,
    script,
    spam,
};

// One line of the registry of facts.
struct FactInfo {
    Fact fact;
    std::string_view name;    // as scripts write it: "bounce.status"
    std::string_view summary; // one line for a person
};

// All facts, in the order of the enumeration.
[[nodiscard]] COLUMBARIUM_API std::span<const FactInfo> fact_registry();

// The fact of this name (ASCII case ignored), or nothing.
[[nodiscard]] COLUMBARIUM_API std::optional<Fact> find_fact(std::string_view name);

// The text for an unknown name: names it, the nearest known one where there is one, and where to look.
[[nodiscard]] COLUMBARIUM_API std::string unknown_fact_text(std::string_view name);

// The name of the token in "token.NAME" (ASCII case of "token." ignored), or "": it is no name of such a
// fact. Whether the site has that token, find_token() tells.
[[nodiscard]] COLUMBARIUM_API std::string_view token_of(std::string_view fact_name);

// The text for an unknown token: names it, the nearest one where there is one, and all that exist.
[[nodiscard]] COLUMBARIUM_API std::string unknown_token_text(std::string_view token,
                                                             const config::TriagePolicy& policy);

// The facts of one message. Not thread-safe; the message and the policy must outlive it.
class COLUMBARIUM_API Facts {
  public:
    // By the policy of a site that has configured nothing.
    explicit Facts(mail::Message& message);
    Facts(mail::Message& message, const config::TriagePolicy& policy);
    Facts(const Facts&) = delete;
    Facts& operator=(const Facts&) = delete;
    ~Facts();

    // The values of a fact, none where the message says nothing; the span lives as long as Facts. A
    // temporary failure where the message could not be read.
    [[nodiscard]] Expected<std::span<const Finding>> values(Fact fact);

    // The same for the fact token.NAME. A permanent failure where the policy has no such token.
    [[nodiscard]] Expected<std::span<const Finding>> token_values(std::string_view token);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace columbarium::triage
