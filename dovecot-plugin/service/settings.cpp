// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.hpp"

#include <filesystem>
#include <system_error>

#include "config/password_file.hpp"

namespace columbarium::service {

Settings read_settings(const std::map<std::string, std::string>& plugin) {
    Settings settings;
    if (const auto set = plugin.find("columbarium_state_dir"); set != plugin.end() && !set->second.empty())
        settings.state_directory = set->second;

    const auto set = plugin.find("columbarium_config");
    const bool is_set = set != plugin.end() && !set->second.empty();
    const std::string path = is_set ? set->second : config::default_site_config_path;
    std::error_code ignored;
    if (!is_set && !std::filesystem::exists(path, ignored))
        return settings;
    const auto site = config::read_site_config(path);
    if (!site) {
        settings.configuration_error = site.error().text;
        return settings;
    }
    settings.site = **site;
    if (settings.site.xmpp.kind == config::XmppAccount::Kind::none)
        return settings;
    auto secret = config::read_password_file(settings.site.xmpp.secret_file);
    if (secret)
        settings.secret = *std::move(secret);
    else
        settings.configuration_error = path + ": [xmpp]: " + secret.error().text;
    return settings;
}

} // namespace columbarium::service
