// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys that several tables about automatic replies have. Private to common/config.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "config/template_syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

// A list of languages that must be there: at least one, language tags, none twice.
[[nodiscard]] Expected<std::vector<std::string>> read_languages(const TableReader& reader,
                                                                std::string_view key);

// `from`: one mailbox that mail can come from, "" where the key is missing.
[[nodiscard]] Expected<std::string> read_from(const TableReader& reader, std::string_view example);

// `subject`: a template with these names.
[[nodiscard]] Expected<std::string> read_subject(const TableReader& reader, std::string otherwise,
                                                 TemplateNames names);

// `templates`: the absolute name of a folder, "" where the key is missing.
[[nodiscard]] Expected<std::string> read_templates(const TableReader& reader);

} // namespace columbarium::config
