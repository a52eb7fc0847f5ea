// SPDX-License-Identifier: LGPL-2.1-or-later
// The site's configuration as a Sieve instance sees it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "config/site_config.hpp"

struct sieve_instance;
struct sieve_validator;

namespace columbarium::sieve {

// The configuration from the file that `plugin { columbarium_config = /path }` names, else from
// /etc/dovecot/columbarium.toml. A site without the latter has no destinations; a file that is named and
// missing, or one with an error, is a temporary failure.
[[nodiscard]] Expected<std::shared_ptr<const config::SiteConfig>> site_config(sieve_instance* svinst);

// The text for a destination that is not there: names it, the nearest one where there is one, and all that
// exist.
[[nodiscard]] std::string unknown_destination_text(std::string_view name, const config::SiteConfig& config);

// Whether somebody waits for what the compiler says: a script is uploaded or activated, or a tool compiles
// it. In a delivery nobody does.
[[nodiscard]] bool is_author_present(sieve_validator* valdtr);

} // namespace columbarium::sieve
