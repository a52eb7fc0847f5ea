// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/settings.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/password_file.hpp"

namespace columbarium::milter {

namespace {

Expected<std::string> password_of(const std::string& path) {
    if (path.empty())
        return std::string();
    return config::read_password_file(path);
}

} // namespace

Expected<Settings> read_settings(const std::string& path) {
    auto site = config::read_site_config(path);
    if (!site)
        return tl::make_unexpected(site.error());
    if ((*site)->people.domains.empty())
        return permanent_failure(
            fmt::format("{}: [people] has no domains: without them the site has no people", path));
    auto templates = reply::Templates::read((*site)->tombstone);
    if (!templates)
        return tl::make_unexpected(templates.error());
    auto store_password = password_of((*site)->store.password_file);
    if (!store_password)
        return tl::make_unexpected(store_password.error());
    auto submission_password = password_of((*site)->submission.password_file);
    if (!submission_password)
        return tl::make_unexpected(submission_password.error());
    return Settings{**site, *std::move(store_password), *std::move(submission_password),
                    *std::move(templates)};
}

} // namespace columbarium::milter
