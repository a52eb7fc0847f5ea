// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings of plugin {}, as a service of Dovecot's master reads them: without a user, so without
// %variables and the userdb's fields.
#pragma once

#include <map>
#include <string>

#include "base/expected.hpp"

struct master_service;

namespace columbarium::host {

using PluginSettings = std::map<std::string, std::string>;

// Asks the configuration process. After master_service_init(), before privileges are dropped. A temporary
// failure has the host's text.
[[nodiscard]] Expected<PluginSettings> read_plugin_settings(struct master_service* service);

} // namespace columbarium::host
