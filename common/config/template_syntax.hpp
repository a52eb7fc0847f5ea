// SPDX-License-Identifier: LGPL-2.1-or-later
// What may stand in a template of change-of-address replies: a part of Mustache. Private to common/config and
// common/reply.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::config {

// What is wrong with a template, with its line, "" for nothing: a tag that does not end, a section that is
// not closed or closed twice, a name that is unknown, or known inside {{#people}} only; partials ({{>file}})
// and other delimiters ({{= =}}).
[[nodiscard]] std::string template_fault(std::string_view text);

} // namespace columbarium::config
