// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/user_lists.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "base/ascii.hpp"
#include "host/host_dict.hpp"

#include "compat.hpp"

namespace columbarium::host {

namespace {

bool is_missing(const char* path) {
    struct stat status {};
    return stat(path, &status) < 0 && errno == ENOENT;
}

std::string text_of(const char* setting) {
    return setting == nullptr ? std::string() : std::string(trim(setting));
}

void add_once(std::vector<std::string>& addresses, std::string_view address) {
    if (!address.empty() && std::find(addresses.begin(), addresses.end(), address) == addresses.end())
        addresses.emplace_back(address);
}

// The words of a setting that lists addresses.
void add_words(std::vector<std::string>& addresses, std::string_view text) {
    constexpr std::string_view separators = " \t\r\n,";
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
        if (text.empty())
            return;
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        add_once(addresses, text.substr(0, end));
        text.remove_prefix(end);
    }
}

// "~/" as people write it in settings. Without a home the catalog says what is missing.
std::string at_home(std::string path, const std::string& home) {
    if (path.starts_with("~/") && !home.empty())
        path.replace(0, 1, home);
    return path;
}

} // namespace

Expected<std::shared_ptr<const config::SiteConfig>>
site_config(const std::function<const char*(const char* name)>& setting) {
    const char* path = setting("columbarium_config");
    if (path != nullptr && *path != '\0')
        return config::read_site_config(path);
    if (is_missing(config::default_site_config_path))
        return std::make_shared<const config::SiteConfig>();
    return config::read_site_config(config::default_site_config_path);
}

Expected<std::unique_ptr<lists::Catalog>> open_catalog(UserListsInput input) {
    auto config = site_config(input.setting);
    if (!config)
        return tl::make_unexpected(config.error());

    lists::ListUser user;
    user.name = input.username;
    user.home = input.home;
    add_words(user.addresses, text_of(input.setting("columbarium_addresses")));
    if (input.username.find('@') != std::string::npos)
        add_once(user.addresses, input.username);
    for (const std::string& address : input.addresses)
        add_once(user.addresses, address);
    user.address_book = text_of(input.setting("columbarium_addrbook"));
    user.state_folder = at_home(text_of(input.setting("columbarium_dir")), input.home);

    lists::CatalogEnvironment environment;
    environment.warn = std::move(input.warn);
    environment.now = std::chrono::system_clock::now();
    if (!input.base_dir.empty()) {
        environment.open_dict = [dict_user = DictUser{input.username, input.home, input.base_dir}](
                                    const std::string& uri) { return open_host_dict(uri, dict_user); };
    }
    return lists::Catalog::create(std::move(*config), std::move(user), std::move(environment));
}

UserListsInput input_of(mail_user* user, lists::Warn warn) {
    UserListsInput input;
    input.setting = [user](const char* name) { return plugin_setting(user, name); };
    input.username = user->username;
    const char* home = nullptr;
    if (mail_user_get_home(user, &home) > 0 && home != nullptr) {
        input.home = home;
        // What fails here, the catalog reports.
        if (is_missing(home))
            mail_user_home_mkdir(user);
    }
    input.base_dir = user->set->base_dir;
    input.warn = std::move(warn);
    return input;
}

} // namespace columbarium::host
