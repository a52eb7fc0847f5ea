// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a columbarium.toml to the site's policy. Whatever it holds: a policy, or one line that names
// the file and can be mended.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/site_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const auto config = columbarium::config::parse_site_config(text, "columbarium.toml");
    if (config) {
        for (const auto& name : config->destination_names())
            if (config->find_destination(name) == nullptr)
                std::abort();
    } else if (!config.error().text.starts_with("columbarium.toml") ||
               config.error().text.find('\n') != std::string::npos) {
        std::abort();
    }
    return 0;
}
