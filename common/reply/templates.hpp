// SPDX-License-Identifier: LGPL-2.1-or-later
// The texts of change-of-address replies: Mustache templates that the administrator owns.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/notice_policy.hpp"
#include "reply/compose.hpp"

namespace columbarium::reply {

// Octets of a template's file at most.
inline constexpr std::size_t longest_template = 16 * 1024;

// A person of whom a reply tells: {{#people}} {{old_address}} {{new_address}} {{name}} {{/people}}.
struct Moved {
    std::string old_address; // as the sender wrote it
    std::string new_address;
    std::string name; // "" where it is not disclosed
};

// What a template can use.
struct Values {
    std::string subject;       // {{subject}}: of the message, see subject_of()
    std::vector<Moved> people; // {{#people}}...{{/people}}; {{#several}} holds where there are more than one
    std::size_t interval_days = 7; // {{interval_days}}
};

class COLUMBARIUM_API Templates {
  public:
    // Reads the policy's templates and tries each: UTF-8, no syntax error, no name that is unknown, at most
    // longest_template, and it tells each new address, of one person or several, whether there are a subject
    // and names or not. Languages that are sent together leave room for people in longest_reply. A temporary
    // failure names file and what is wrong. Values are never escaped, and never looked through for templates.
    [[nodiscard]] static Expected<Templates> read(const config::NoticePolicy& policy);

    // The texts for who writes from this domain, in the policy's order.
    [[nodiscard]] Expected<std::vector<Text>> texts(std::string_view sender_domain,
                                                    const Values& values) const;

    // The reply's subject.
    [[nodiscard]] Expected<std::string> subject(const Values& values) const;

  private:
    struct State;
    std::shared_ptr<const State> state_;
};

} // namespace columbarium::reply
