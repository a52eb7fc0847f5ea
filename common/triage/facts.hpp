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
#include "mail/message.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// The facts, in the order in which `columbarium triage explain` prints them.
enum class Fact {
    message_class, // "class"
    auto_submitted,
    bounce_action,
    bounce_diagnostic,
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

// The facts of one message. Not thread-safe; the message must outlive it.
class COLUMBARIUM_API Facts {
  public:
    explicit Facts(mail::Message& message);
    Facts(const Facts&) = delete;
    Facts& operator=(const Facts&) = delete;
    ~Facts();

    // The values of a fact, none where the message says nothing; the span lives as long as Facts. A
    // temporary failure where the message could not be read.
    [[nodiscard]] Expected<std::span<const Finding>> values(Fact fact);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace columbarium::triage
