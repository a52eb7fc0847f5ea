// SPDX-License-Identifier: LGPL-2.1-or-later
// What the commands about people share: the site's configuration, its store, and who somebody is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "store/store.hpp"
#include "tombstone/date.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/person.hpp"

namespace columbarium::tools {

// Options that many of them have.
struct SiteOptions {
    std::string config = config::default_site_config_path;
    std::string by; // "": who called
    bool json = false;
};

void add_config_option(CLI::App& command, SiteOptions& options);
void add_json_option(CLI::App& command, SiteOptions& options, const std::string& help);
void add_by_option(CLI::App& command, SiteOptions& options);

struct Site {
    std::shared_ptr<const config::SiteConfig> config;
    std::unique_ptr<store::Store> store;
};

// Reads the configuration. A permanent failure where the site has no domains.
[[nodiscard]] Expected<std::shared_ptr<const config::SiteConfig>> read_site(const SiteOptions& options);

// Opens the store as the user that the process has.
[[nodiscard]] Expected<std::unique_ptr<store::Store>> open_store(const config::StorePlace& place);

// Reads the configuration, becomes the owner of the store's folder for good (store_owner.hpp), and opens the
// store.
[[nodiscard]] Expected<Site> open_site(const SiteOptions& options);

// The first line of a password file; "" where `path` is "".
[[nodiscard]] Expected<std::string> password_of(const std::string& path);

// The username that somebody typed: a username, or an address of the site.
[[nodiscard]] Expected<std::string> username_of_argument(std::string_view text,
                                                         const config::PeoplePolicy& policy);

// Who makes a change: --by, or the account that has logged in (before sudo), now. To be called before
// open_site(): it may fall back on the user of the process.
[[nodiscard]] Expected<store::Author> author_of(const SiteOptions& options);

[[nodiscard]] tombstone::Date today();

// A person whom the command is about. Not to know him is a permanent failure.
[[nodiscard]] Expected<tombstone::Person> find_person(store::Store& store, const std::string& username);

// Changes a person by `change` and writes it. Where somebody else is faster, it is done again on what he has
// left.
[[nodiscard]] Expected<tombstone::Step>
change_person(store::Store& store, const std::string& username, const store::Author& author,
              const std::function<Expected<tombstone::Step>(const tombstone::Person&)>& change);

// Prints a failure on standard error. Returns exit_failure.
int complain(std::string_view text);

// Flushes standard output. Returns `status`, or exit_failure where it could not be written.
int end_output(int status);

} // namespace columbarium::tools
