// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.hpp"

#include <charconv>
#include <filesystem>
#include <system_error>

#include <pwd.h>

#include "config/password_file.hpp"

namespace columbarium::service {

namespace {

constexpr const char* userdb_socket_name = "/columbarium-userdb";

// The uid of a number or a name; nothing where there is none.
std::optional<std::uint32_t> uid_of(const std::string& text) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (!text.empty() && read.ec == std::errc() && read.ptr == end)
        return number;
    const passwd* account = text.empty() ? nullptr : ::getpwnam(text.c_str());
    return account == nullptr ? std::nullopt : std::optional<std::uint32_t>(account->pw_uid);
}

} // namespace

Settings read_settings(const host::ServiceSettings& host) {
    const auto& plugin = host.plugin;
    Settings settings;
    settings.userdb_socket = host.base_dir + userdb_socket_name;
    settings.mail_uid = uid_of(host.mail_uid);
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
        settings.site_error = site.error().text;
        settings.configuration_error = settings.site_error;
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
