// SPDX-License-Identifier: LGPL-2.1-or-later
// What may stand in the templates of automatic replies: a part of Mustache. Private to common/config,
// common/reply and common/desk.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::config {

// Which names a template knows.
enum class TemplateNames {
    change_of_address, // subject, interval_days, several, people with old_address, new_address and name
    answer,            // subject
};

// What is wrong with a template, with its line, "" for nothing: a tag that does not end, a section that is
// not closed or closed twice, a name that is unknown, or known inside {{#people}} only; partials ({{>file}})
// and other delimiters ({{= =}}).
[[nodiscard]] std::string template_fault(std::string_view text,
                                         TemplateNames names = TemplateNames::change_of_address);

} // namespace columbarium::config
