// SPDX-License-Identifier: LGPL-2.1-or-later
// What the milter reads when it starts, and keeps until it ends.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "reply/templates.hpp"

namespace columbarium::milter {

struct Settings {
    config::SiteConfig site;
    std::string store_password;
    std::string submission_password;
    reply::Templates templates;
};

// Reads columbarium.toml, the templates and the files with passwords that it names. A failure names the file
// and what is wrong; so does a site without people.
[[nodiscard]] Expected<Settings> read_settings(const std::string& path);

} // namespace columbarium::milter
