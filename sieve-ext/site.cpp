// SPDX-License-Identifier: LGPL-2.1-or-later
#include "site.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/nearest.hpp"
#include "host/user_lists.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

Expected<std::shared_ptr<const config::SiteConfig>> site_config(sieve_instance* svinst) {
    return host::site_config([svinst](const char* name) { return host::plugin_setting(svinst, name); });
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

bool is_author_present(sieve_validator* valdtr) {
    const int flags = sieve_validator_compile_flags(valdtr);
    return (flags & (SIEVE_COMPILE_FLAG_UPLOADED | SIEVE_COMPILE_FLAG_ACTIVATED)) != 0 ||
           sieve_validator_svinst(valdtr)->env_location != SIEVE_ENV_LOCATION_MDA;
}

} // namespace columbarium::sieve
