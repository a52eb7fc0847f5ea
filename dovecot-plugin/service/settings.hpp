// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service is told, all of it read once: plugin {} of Dovecot, columbarium.toml, the secret. A change
// needs a new process ("doveadm reload").
#pragma once

#include <map>
#include <string>

#include "config/site_config.hpp"

namespace columbarium::service {

inline constexpr const char* default_state_directory = "/var/lib/dovecot-columbarium";

struct Settings {
    config::SiteConfig site; // the default one where there is a configuration error
    std::string secret;      // of the XMPP account; "" where there is none
    std::string state_directory = default_state_directory;
    // Why the service cannot do its work: what is wrong with columbarium.toml or the secret's file, one line,
    // and what it is wrong with. "" where all is well.
    std::string configuration_error;
};

// `plugin` is Dovecot's plugin {}: columbarium_config (default: config::default_site_config_path, which may
// be missing; then the site has no XMPP) and columbarium_state_dir. To be called without privileges: the
// secret belongs to the service's user.
[[nodiscard]] Settings read_settings(const std::map<std::string, std::string>& plugin);

} // namespace columbarium::service
