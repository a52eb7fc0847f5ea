// SPDX-License-Identifier: LGPL-2.1-or-later
// The lists of a user of Dovecot, for the modules that ask them: names from the host's settings, dicts of the
// host.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "lists/catalog.hpp"

struct mail_user;

namespace columbarium::host {

// What a catalog is made of, as the caller's host has it.
struct UserListsInput {
    // A setting of plugin {}, or nullptr. Read: columbarium_config, columbarium_addrbook,
    // columbarium_addresses (separated by blanks or commas), columbarium_dir.
    std::function<const char*(const char* name)> setting;
    std::string username; // "" where nobody knows
    std::string home;     // "" where there is none
    std::string base_dir; // Dovecot's, for the dict proxy; "" for none: then dicts cannot be asked
    std::vector<std::string> addresses; // what the host knows beside columbarium_addresses and the username
    lists::Warn warn;
};

// The site's configuration: from the file that columbarium_config names, else from the default file where it
// exists. A site without either has no lists and no destinations; a file that is named and missing, or one
// with an error, is a temporary failure.
[[nodiscard]] Expected<std::shared_ptr<const config::SiteConfig>>
site_config(const std::function<const char*(const char* name)>& setting);

// The catalog of the user. Temporary failures only.
[[nodiscard]] Expected<std::unique_ptr<lists::Catalog>> open_catalog(UserListsInput input);

// The input for a user that the mail storage knows (doveadm, and Sieve when it runs). Makes the home where it
// is missing, as the host does before it stores the first mail there: otherwise a new user's lists could not
// be asked, and no mail would ever come.
[[nodiscard]] UserListsInput input_of(mail_user* user, lists::Warn warn);

} // namespace columbarium::host
