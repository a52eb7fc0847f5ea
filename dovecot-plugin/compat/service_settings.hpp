// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings as a service of Dovecot's master reads them: without a user, so without %variables and the
// userdb's fields.
#pragma once

#include <map>
#include <string>

#include "base/expected.hpp"

struct master_service;

namespace columbarium::host {

using PluginSettings = std::map<std::string, std::string>;

struct ServiceSettings {
    PluginSettings plugin; // plugin {}
    std::string base_dir;  // where the sockets are
    std::string mail_uid;  // the uid of users of whom the userdb tells none: a number, a name, or ""
};

// Asks the configuration process. After master_service_init(), before privileges are dropped. A temporary
// failure has the host's text.
[[nodiscard]] Expected<ServiceSettings> read_service_settings(struct master_service* service);

} // namespace columbarium::host
