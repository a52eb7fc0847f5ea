// SPDX-License-Identifier: LGPL-2.1-or-later
// Mustache templates of automatic replies, which the administrator owns. Private to common/reply and
// common/desk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <kainjow/mustache.hpp>

#include "base/expected.hpp"
#include "config/template_syntax.hpp"

namespace columbarium::reply {

// A value: one line of at most so many characters. Where that is empty, it is not there: Mustache takes an
// empty text for something that is.
[[nodiscard]] kainjow::mustache::data text_data(std::string_view text, std::size_t most_characters);

// The file of a template. A temporary failure where it cannot be read or is longer than longest_template.
[[nodiscard]] Expected<std::string> read_template(const std::string& path);

// The template as render() wants it: without byte order mark, and lines that hold nothing but a section's tag
// are not there. A temporary failure names path and what is wrong: it is not UTF-8, is empty, holds control
// characters, or what config::template_fault() finds.
[[nodiscard]] Expected<std::string> prepare_template(std::string_view text, std::string_view path,
                                                     config::TemplateNames names);

// The text. Values are never escaped, and never looked through for templates. The template is parsed anew
// each time: it changes while it is rendered, and threads share ours.
[[nodiscard]] Expected<std::string> render(const std::string& prepared, const kainjow::mustache::data& data);

} // namespace columbarium::reply
