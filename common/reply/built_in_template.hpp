// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of change-of-address replies where the administrator has none. Private to common/reply.
#pragma once

#include <string_view>

namespace columbarium::reply {

inline constexpr std::string_view built_in_language = "en";

// conf.d/columbarium-replies/change-of-address.en.txt is the same.
inline constexpr std::string_view built_in_template =
    R"(Hello,

{{#several}}
you wrote to people who have moved. Here is where they are reached now:
{{/several}}
{{^several}}
you wrote to somebody who has moved. Here is the new address:
{{/several}}

{{#people}}
{{#name}}
  {{name}}
{{/name}}
  {{new_address}}
  (was: {{old_address}})

{{/people}}
Your message{{#subject}} "{{subject}}"{{/subject}} has not been passed on. Please
send it again, and use the new address from now on.

This is an automatic answer. Nobody reads replies to it, and you do not get
it each time you write.
)";

} // namespace columbarium::reply
