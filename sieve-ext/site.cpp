// SPDX-License-Identifier: LGPL-2.1-or-later
#include "site.hpp"

#include <cerrno>
#include <vector>

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/nearest.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

namespace {

bool is_missing(const char* path) {
    struct stat status {};
    return stat(path, &status) < 0 && errno == ENOENT;
}

} // namespace

Expected<std::shared_ptr<const config::SiteConfig>> site_config(sieve_instance* svinst) {
    const char* path = host::plugin_setting(svinst, "columbarium_config");
    if (path != nullptr && *path != '\0')
        return config::read_site_config(path);
    if (is_missing(config::default_site_config_path))
        return std::make_shared<const config::SiteConfig>();
    return config::read_site_config(config::default_site_config_path);
}

std::string unknown_destination_text(std::string_view name, const config::SiteConfig& config) {
    const std::vector<std::string> names = config.destination_names();
    std::string text = fmt::format("unknown destination \"{}\"", name);
    if (names.empty())
        return text + "; this site defines none";
    if (const std::string nearest = nearest_name(name, names); !nearest.empty())
        text += fmt::format("; did you mean \"{}\"?", nearest);
    else
        text += ";";
    return text + fmt::format(" Destinations here: {}", fmt::join(names, ", "));
}

} // namespace columbarium::sieve
