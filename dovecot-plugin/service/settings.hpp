// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service is told, all of it read once: Dovecot's settings, columbarium.toml, the secret. A change
// needs a new process ("doveadm reload").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/site_config.hpp"
#include "service_settings.hpp"

namespace columbarium::service {

inline constexpr const char* default_state_directory = "/var/lib/dovecot-columbarium";

struct Settings {
    config::SiteConfig site; // the default one where there is a configuration error
    std::string secret;      // of the XMPP account; "" where there is none
    std::string state_directory = default_state_directory;
    std::string userdb_socket; // where Dovecot tells of its users
    // The uid of users of whom the userdb tells none.
    std::optional<std::uint32_t> mail_uid;
    // What is wrong with columbarium.toml, one line; "" where all is well. Nobody is known then.
    std::string site_error;
    // Why the service cannot do its work for XMPP: what is wrong with columbarium.toml or the secret's file,
    // one line, and what it is wrong with. "" where all is well.
    std::string configuration_error;
};

// `host` has Dovecot's plugin {}: columbarium_config (default: config::default_site_config_path, which may
// be missing; then the site has neither XMPP nor people) and columbarium_state_dir. To be called without
// privileges: the secret belongs to the service's user.
[[nodiscard]] Settings read_settings(const host::ServiceSettings& host);

} // namespace columbarium::service
